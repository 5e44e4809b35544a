/** Audit events of GKE, which a Pub/Sub subscription pushes as it gets them from Cloud Logging. */
import { FLUENTD_PORTS } from '../../contract/detector-config';
import type { FluentdElement } from '../fluentd/elements';
import { httpListener } from './http-listener';
import { unwrapLabel } from './unwrap';
import type { AggregatorPlace, ListenerTls } from './unwrap';

export interface GkeSource {
  /** File with the token of the push URL. */
  readonly tokenFile: string;
  /** Absent: TLS ends at an ingress before the aggregator. */
  readonly tls?: ListenerTls;
}

/** A message has at most 10 MB, and base64 adds a third. */
const BODY_BYTES = 16 * 1024 * 1024;

/** A push that is not answered with success comes again, for as long as the subscription keeps its messages. */
export function gkeElements(gke: GkeSource, place: AggregatorPlace): FluentdElement[] {
  const listener = httpListener({
    id: 'in_gke',
    name: 'GKE',
    tag: 'kube.audit',
    port: FLUENTD_PORTS.pubsub,
    bodyBytes: BODY_BYTES,
    tokenFile: gke.tokenFile,
    ...(gke.tls !== undefined && { tls: gke.tls }),
  });
  return [listener, unwrapLabel({ name: 'GKE', format: 'gke', envelope: 'pubsub' }, place)];
}
