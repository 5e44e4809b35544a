/** Applications whose logs are read from the standard output of their pods, and what their records say of them. */
import type { EventSource } from '../../contract/event';
import type { LogFormat } from '../../contract/record';
import type { PodSelector } from './pod-selector';
import type { TrafficClass } from './source';

interface PodFormat {
  readonly source: EventSource;
  readonly traffic: TrafficClass;
  /** As the application's own chart installs it. */
  readonly pods: PodSelector;
}

export type PodLogFormat = Extract<
  LogFormat,
  'ingress-nginx' | 'envoy' | 'coredns' | 'falco' | 'tetragon' | 'kubernetes-event'
>;

export const POD_FORMATS: Readonly<Record<PodLogFormat, PodFormat>> = {
  'ingress-nginx': {
    source: 'ingress',
    traffic: 'traffic',
    pods: {
      namespaceName: 'ingress-nginx',
      podNamePrefix: 'ingress-nginx-controller',
      containerName: 'controller',
    },
  },
  envoy: {
    source: 'ingress',
    traffic: 'traffic',
    pods: { namespaceName: 'envoy-gateway-system', podNamePrefix: 'envoy-', containerName: 'envoy' },
  },
  coredns: {
    source: 'dns',
    traffic: 'traffic',
    pods: { namespaceName: 'kube-system', podNamePrefix: 'coredns-', containerName: 'coredns' },
  },
  falco: {
    source: 'security-event',
    traffic: 'security',
    pods: { namespaceName: 'falco', podNamePrefix: 'falco-', containerName: 'falco' },
  },
  tetragon: {
    source: 'security-event',
    traffic: 'security',
    pods: { namespaceName: 'kube-system', podNamePrefix: 'tetragon-', containerName: 'export-stdout' },
  },
  'kubernetes-event': {
    source: 'security-event',
    traffic: 'security',
    pods: { namespaceName: 'monitoring', podNamePrefix: 'event-exporter' },
  },
};
