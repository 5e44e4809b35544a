/** Exit codes of `siem`; API. */
export const EXIT = { fine: 0, errorsFound: 1, usage: 2, ourFault: 3 } as const;
