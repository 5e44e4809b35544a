/** The API server's own audit webhook: each request is an EventList. */
import { FLUENTD_PORTS } from '../../contract/detector-config';
import type { FluentdElement } from '../fluentd/elements';
import { httpListener } from './http-listener';
import { unwrapLabel } from './unwrap';
import type { AggregatorPlace, ListenerTls } from './unwrap';

export interface AuditWebhookSource {
  readonly tls: Required<ListenerTls>;
}

/** The API server's batches have 10 MiB at most where it truncates, 400 events in any case. */
const BODY_BYTES = 32 * 1024 * 1024;

/** The API server repeats what was refused, for a while; what it holds in its memory dies with it. */
export function auditWebhookElements(webhook: AuditWebhookSource, place: AggregatorPlace): FluentdElement[] {
  const listener = httpListener({
    id: 'in_audit_webhook',
    name: 'AUDIT_WEBHOOK',
    tag: 'kube.audit',
    port: FLUENTD_PORTS.auditWebhook,
    bodyBytes: BODY_BYTES,
    tls: webhook.tls,
  });
  return [listener, unwrapLabel({ name: 'AUDIT_WEBHOOK', envelope: 'items' }, place)];
}
