/** Every code of the audit policy: what is wrong, in general. Codes are never reused. */
export const AUDIT_CODES = {
  A01: "'*' where only plain text is compared: verbs, users, userGroups, namespaces, resourceNames",
  A02: "the API group '*' for a Kubernetes version before 1.36",
  A03: 'an API group that no request has: with a version, in upper case, `core`, `v1`',
  A04: 'a resource that no request has: a glob, a slash at the end, upper case',
  A22: 'a policy file with keys that the API server would drop in silence',
  A24: 'a rule needs what the audit policy does not record',
  A25: 'a policy that the API server refuses at start',
  A26: 'a verb that no request has',
} as const;

export type AuditCode = keyof typeof AUDIT_CODES;
