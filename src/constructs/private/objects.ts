import type { Construct } from 'constructs';
import type { Component } from './component';
import { Manifest } from './manifest';

/** An identity for pods that never speak to the API server: no token, no role. */
export function serviceAccount(scope: Construct, id: string, component: Component): Manifest {
  return new Manifest(scope, id, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: component.metadata(),
    automountServiceAccountToken: false,
  });
}

export interface ServicePort {
  readonly name: string;
  readonly port: number;
}

/** A ClusterIP Service; container ports carry the names of the Service's. */
export function service(scope: Construct, id: string, component: Component, ports: readonly ServicePort[]): Manifest {
  return new Manifest(scope, id, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: component.metadata(),
    spec: {
      type: 'ClusterIP',
      selector: component.selectorLabels,
      ports: ports.map(({ name, port }) => ({ name, port, targetPort: name, protocol: 'TCP' })),
    },
  });
}

/** Lets a drain take one pod at a time, also one that is not ready. */
export function podDisruptionBudget(scope: Construct, id: string, component: Component): Manifest {
  return new Manifest(scope, id, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: component.metadata(),
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: component.selectorLabels },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  });
}

/** Which pods stay when a node runs short. */
export function priorityClass(scope: Construct, id: string, component: Component, value: number): Manifest {
  return new Manifest(scope, id, {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: component.metadata(),
    value,
    globalDefault: false,
    preemptionPolicy: 'PreemptLowerPriority',
    description: 'Security monitoring: losing these pods blinds detection.',
  });
}
