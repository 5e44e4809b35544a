import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';

const WAVE = 'argocd.argoproj.io/sync-wave';
const OPTIONS = 'argocd.argoproj.io/sync-options';

/** Everything that is not listed. */
const DEFAULT_WAVE = 0;

/**
 * What others need comes first; agents come last, so that they find an aggregator, and so that a node that is not ready
 * keeps nothing else waiting.
 */
const WAVES: Readonly<Record<string, number>> = {
  Namespace: -30,
  PriorityClass: -30,
  ServiceAccount: -20,
  Secret: -15,
  ExternalSecret: -15,
  Certificate: -15,
  ConfigMap: -10,
  NetworkPolicy: -10,
  PodDisruptionBudget: -10,
  DaemonSet: 5,
};

/** Their definition may arrive in the same sync, so a dry run cannot know them yet. */
const CUSTOM_KINDS = new Set(['ExternalSecret', 'Certificate', 'ServiceMonitor', 'PodMonitor', 'PrometheusRule']);

/** Tells Argo CD in which order to apply everything below a construct. An annotation that is there stays. */
export function addSyncWaves(scope: IConstruct): void {
  for (const object of scope.node.findAll().filter(isApiObject)) {
    annotate(object, WAVE, String(WAVES[object.kind] ?? DEFAULT_WAVE));
    if (object.kind === 'Namespace') annotate(object, OPTIONS, 'Prune=false');
    if (CUSTOM_KINDS.has(object.kind)) annotate(object, OPTIONS, 'SkipDryRunOnMissingResource=true');
  }
}

function isApiObject(construct: IConstruct): construct is ApiObject {
  return ApiObject.isApiObject(construct);
}

function annotate({ metadata }: ApiObject, key: string, value: string): void {
  const rendered = metadata.toJson() as { annotations?: Record<string, string> };
  if (rendered.annotations?.[key] === undefined) metadata.addAnnotation(key, value);
}
