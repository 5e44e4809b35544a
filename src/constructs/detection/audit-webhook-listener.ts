/** A second way of audit events into the detector: the API server's own webhook, beside the audit log. */
export interface AuditWebhookListener {
  /**
   * Secret of the type `kubernetes.io/tls` with `tls.crt`, `tls.key` and, for the API server's client certificate,
   * `ca.crt`.
   */
  readonly tlsSecretName: string;

  /**
   * Addresses the API server calls from, in CIDR notation.
   * @default - any; the client certificate decides
   */
  readonly sourceRanges?: string[];
}
