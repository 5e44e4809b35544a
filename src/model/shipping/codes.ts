/** Codes of what is wrong between the rules and what is left out on the way to the detector. Codes are never reused. */
export const SHIPPING_CODES = {
  P601: 'a rule reads a body that is left out before detection',
  P602: 'a rule reads a value that is replaced by a pseudonym before detection',
  P603: 'records that a rule reads are dropped or sampled before detection',
  P604: 'a rule reads texts in which secrets are replaced before detection',
} as const;

export type ShippingCode = keyof typeof SHIPPING_CODES;
