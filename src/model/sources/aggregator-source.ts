/** Sources that the aggregator reads itself: what comes from outside the nodes. */
import type { FluentdElement } from '../fluentd/elements';
import { aksElements } from './aks';
import type { AksSource } from './aks';
import { auditWebhookElements } from './audit-webhook';
import type { AuditWebhookSource } from './audit-webhook';
import { eksElements } from './eks';
import type { EksSource } from './eks';
import { gkeElements } from './gke';
import type { GkeSource } from './gke';
import type { AggregatorPlace } from './unwrap';

/** At most one of each kind. */
export type AggregatorSource =
  | ({ readonly kind: 'eks' } & EksSource)
  | ({ readonly kind: 'gke' } & GkeSource)
  | ({ readonly kind: 'aks' } & AksSource)
  | ({ readonly kind: 'audit-webhook' } & AuditWebhookSource);

export function aggregatorSourceElements(source: AggregatorSource, place: AggregatorPlace): FluentdElement[] {
  switch (source.kind) {
    case 'eks':
      return eksElements(source, place);
    case 'gke':
      return gkeElements(source, place);
    case 'aks':
      return aksElements(source, place);
    case 'audit-webhook':
      return auditWebhookElements(source, place);
  }
}
