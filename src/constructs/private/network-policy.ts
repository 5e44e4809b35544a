import type { Construct, IConstruct } from 'constructs';
import { isAddressRange } from '../../event/ip-address';
import type { Component } from './component';
import { deferred, Manifest } from './manifest';
import { selectorLabels } from './names';
import { fail } from './validate';

/** One entry of `ingress` or `egress`. */
export interface TrafficRule {
  /** TCP ports, or UDP where said. */
  readonly ports: readonly (number | { readonly port: number; readonly protocol: 'TCP' | 'UDP' })[];
  /** Any of these; absent: anyone. */
  readonly peers?: readonly object[];
}

export interface NetworkPolicyOptions {
  readonly component: Component;
  /** Asked for at synth, like `egress`. */
  readonly ingress?: () => readonly TrafficRule[];
  readonly egress?: () => readonly TrafficRule[];
}

/** Denies the component's pods everything in both directions except what is listed. */
export function networkPolicy(scope: Construct, id: string, options: NetworkPolicyOptions): Manifest {
  const { component, ingress, egress } = options;
  return new Manifest(scope, id, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: component.metadata(),
    spec: deferred(() => ({
      podSelector: { matchLabels: component.selectorLabels },
      policyTypes: ['Ingress', 'Egress'],
      ingress: (ingress?.() ?? []).map((rule) => ({ ...ports(rule), ...(rule.peers && { from: rule.peers }) })),
      egress: (egress?.() ?? []).map((rule) => ({ ...ports(rule), ...(rule.peers && { to: rule.peers }) })),
    })),
  });
}

function ports(rule: TrafficRule): object {
  return {
    ports: rule.ports.map((entry) => (typeof entry === 'number' ? { port: entry, protocol: 'TCP' } : entry)),
  };
}

/** DNS wherever it answers: a Service, a node-local cache, or OpenShift's pods on 5353. */
export const DNS_EGRESS: TrafficRule = {
  ports: [53, 5353].flatMap((port) => [{ port, protocol: 'UDP' } as const, { port, protocol: 'TCP' } as const]),
};

/** The pods of a component of ours, in its namespace. */
export function componentPeer(stackName: string, component: string, namespaceName: string): object {
  return { ...namespacePeer(namespaceName), podSelector: { matchLabels: selectorLabels(stackName, component) } };
}

/** Every pod of the cluster, and nobody else: enough for metrics, which name no record. */
export const ANY_POD = { namespaceSelector: {} };

/** Every pod of a namespace. */
function namespacePeer(namespaceName: string): object {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespaceName } } };
}

/** Refuses what is no address range in CIDR notation. */
export function checkRange(at: IConstruct, what: string, range: string): void {
  if (!isAddressRange(range)) {
    fail(at, `the ${what} '${range}' is no address range`, "write it in CIDR notation: '10.0.0.0/8', '192.0.2.7/32'");
  }
}

/** The same for a list. An empty one has to be refused: in a policy it means everyone. */
export function checkRanges(at: IConstruct, what: string, ranges?: readonly string[]): void {
  if (ranges?.length === 0) {
    const remedy = 'name at least one range, or leave the list out for any address';
    fail(at, `the list of ${what}s is empty`, remedy);
  }
  for (const range of ranges ?? []) checkRange(at, what, range);
}

/** Addresses in CIDR notation. */
export function addressPeer(cidr: string): object {
  return { ipBlock: { cidr } };
}
