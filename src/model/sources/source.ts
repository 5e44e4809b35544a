/** What every source of an agent is given. */
import type { FluentdElement } from '../fluentd/elements';

/**
 * Records that share a buffer. One class cannot hold another up: logins are few and must arrive while pods flood their
 * logs, and so must alerts of security tools while an ingress is under attack.
 */
export type TrafficClass = 'audit' | 'pods' | 'traffic' | 'security' | 'host' | 'logins';

export interface SourceContext {
  /** Name of the cluster, written into every record. */
  readonly cluster: string;
  /** Positions; writable and kept over restarts. */
  readonly stateDirectory: string;
  /** The end of a source's label: hands its records to the buffer of a class. `id` is unique in the configuration. */
  readonly ship: (traffic: TrafficClass, id: string) => FluentdElement;
  /** Label that takes what a parser refused; its tag says of which source. */
  readonly quarantineLabel: string;
}
