/** Events of Kubernetes (v1 and events.k8s.io/v1), bare or in what exporters and `kubectl get --watch` put around them. */
import type { EventObject, Json, JsonObject } from '../../contract/event';
import { asObject, asText } from '../json';
import { parseRfc3339 } from '../time';
import type { Reading, SourceLine } from './line-reader';
import { present, said } from './line-reader';
import { resourceOf } from './pod-object';

export function readKubernetesEvent({ json }: SourceLine): Reading | undefined {
  const told = toldEvent(json);
  const about = asObject(told?.['involvedObject']) ?? asObject(told?.['regarding']);
  const reason = asText(told?.['reason']);
  if (told === undefined || about === undefined || reason === undefined) return undefined;
  const timeUs = timeOf(told);
  return {
    ...present({ timeUs, node: hostIn(told['source']) ?? hostIn(told['deprecatedSource']) }),
    fields: {
      type: 'log',
      result: 'unknown',
      reason,
      severity: told['type'] === 'Warning' ? 'low' : 'informational',
      object: objectOf(about),
    },
  };
}

/** The node whose kubelet reported it. */
function hostIn(source: Json | undefined): string | undefined {
  return said(asText(asObject(source)?.['host']));
}

/** The event itself, `{ verb, event }` of an event router, or `{ type, object }` of a watch. */
function toldEvent(json: JsonObject | undefined): JsonObject | undefined {
  if (json === undefined) return undefined;
  return (
    asObject(json['event']) ?? (json['involvedObject'] === undefined ? asObject(json['object']) : undefined) ?? json
  );
}

/** When it happened last; the old members are null where the new ones are set, and the other way round. */
function timeOf(told: JsonObject): number | undefined {
  const stamps = [
    asObject(told['series'])?.['lastObservedTime'],
    told['lastTimestamp'],
    told['deprecatedLastTimestamp'],
    told['eventTime'],
    told['firstTimestamp'],
    asObject(told['metadata'])?.['creationTimestamp'],
  ];
  for (const stamp of stamps) {
    const timeUs = parseRfc3339(asText(stamp) ?? '');
    if (timeUs !== undefined) return timeUs;
  }
  return undefined;
}

const LONGEST_KIND = 253;

function objectOf(about: JsonObject): EventObject {
  const version = asText(about['apiVersion']) ?? '';
  const kind = asText(about['kind']) ?? '';
  const slash = version.indexOf('/');
  return present<EventObject>({
    group: slash < 0 ? '' : version.slice(0, slash),
    resource: kind === '' || kind.length > LONGEST_KIND ? undefined : resourceOf(kind),
    namespace: said(asText(about['namespace'])),
    name: said(asText(about['name'])),
  });
}
