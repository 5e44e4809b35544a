/** Names of the aggregator's pods, and what a StatefulSet of them has that a Deployment has not. */
import type { Construct } from 'constructs';
import { VolumeRetention } from '../collection/aggregator-operation';
import type { AggregatorOperationProps, AggregatorPersistence } from '../collection/aggregator-operation';
import type { Component } from './component';
import { Manifest } from './manifest';
import { checkObjectName } from './names';
import type { ServicePort } from './objects';
import { quantity, quantityText } from './quantity';
import type { WireObject } from './strategic-merge';
import { fail } from './validate';

/** Label of a pod of a StatefulSet: its name. */
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';

const HEADLESS_SUFFIX = '-pods';

/**
 * Host names of the pod that agents deliver to and of the one that stands by; they stay the same whatever node a pod is
 * on.
 */
export function podHosts(aggregatorName: string, namespaceName: string): readonly [string, string] {
  const host = (ordinal: number): string =>
    `${aggregatorName}-${ordinal}.${aggregatorName}${HEADLESS_SUFFIX}.${namespaceName}.svc`;
  return [host(0), host(1)];
}

/** Refuses combinations that would lose records. */
export function checkOperation(at: Construct, { persistence, standby = false }: AggregatorOperationProps): void {
  if (standby && persistence === undefined) {
    const problem = 'a standby without volumes: what the pod that failed had buffered would be lost';
    fail(at, problem, "give 'persistence', or leave 'standby' out");
  }
  if (persistence?.storageClassName !== undefined) {
    checkObjectName(at, 'storage class', persistence.storageClassName);
  }
}

/** Gives each pod a name of its own. Records must reach a pod also while the detector in it starts. */
export function headlessService(
  scope: Construct,
  id: string,
  component: Component,
  ports: readonly ServicePort[],
): Manifest {
  return new Manifest(scope, id, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: component.metadata(HEADLESS_SUFFIX),
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: component.selectorLabels,
      ports: ports.map(({ name, port }) => ({ name, port, targetPort: name, protocol: 'TCP' })),
    },
  });
}

export interface SourceServiceOptions {
  readonly component: Component;
  readonly ports: readonly ServicePort[];
  readonly isStandby: boolean;
}

/**
 * For senders outside the stack. It leads to the active pod only: while that is away, senders keep what they have, where
 * two pods would each count a part of the stream.
 */
export function sourceService(scope: Construct, id: string, options: SourceServiceOptions): Manifest {
  const { component, ports, isStandby } = options;
  return new Manifest(scope, id, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: component.metadata('-sources'),
    spec: {
      type: 'ClusterIP',
      publishNotReadyAddresses: true,
      selector: { ...component.selectorLabels, ...(isStandby && { [POD_NAME_LABEL]: `${component.name}-0` }) },
      ports: ports.map(({ name, port }) => ({ name, port, targetPort: name, protocol: 'TCP' })),
    },
  });
}

export interface StatefulOptions {
  readonly component: Component;
  readonly persistence: AggregatorPersistence;
  readonly isStandby: boolean;
}

/** Fields of a StatefulSet beside selector and template. An update takes the pod that stands by first. */
export function statefulSpec({ component, persistence, isStandby }: StatefulOptions): WireObject {
  const { retention = VolumeRetention.RETAIN } = persistence;
  return {
    replicas: isStandby ? 2 : 1,
    serviceName: `${component.name}${HEADLESS_SUFFIX}`,
    podManagementPolicy: 'Parallel',
    updateStrategy: { type: 'RollingUpdate' },
    minReadySeconds: 10,
    revisionHistoryLimit: 3,
    persistentVolumeClaimRetentionPolicy: { whenDeleted: retention, whenScaled: retention },
  };
}

export interface ClaimSize {
  readonly name: string;
  readonly size: string | undefined;
  readonly neededBytes: number;
}

/** Immutable on a living StatefulSet, so they carry no label that a reader may change. */
export function volumeClaim(at: Construct, { component, persistence }: StatefulOptions, claim: ClaimSize): WireObject {
  const { name, size = quantityText(claim.neededBytes), neededBytes } = claim;
  if (quantity(at, `size of ${name}`, size) < neededBytes) {
    const remedy = `give it at least ${quantityText(neededBytes)}, or make the buffers smaller`;
    fail(at, `the volume '${name}' has ${size}, less than what it has to hold`, remedy);
  }
  const { storageClassName } = persistence;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, labels: component.selectorLabels },
    spec: {
      accessModes: ['ReadWriteOnce'],
      volumeMode: 'Filesystem',
      ...(storageClassName !== undefined && { storageClassName }),
      resources: { requests: { storage: size } },
    },
  };
}

/** Two pods on one node, or in one zone, would fail together. */
export function spreadPods(component: Component): WireObject {
  const labelSelector = { matchLabels: component.selectorLabels };
  return {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector, topologyKey: 'kubernetes.io/hostname' }],
      },
    },
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector },
    ],
  };
}
