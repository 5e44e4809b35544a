/** Flow logs of Calico as its nodes write them: one JSON object for the flows of some seconds between two endpoints. */
import type { JsonObject } from '../../contract/event';
import type { NetworkFacts, NetworkPeer } from '../../contract/event-facts';
import { asNumber, asObject, asText, textsOf } from '../json';
import { parseRfc3339 } from '../time';
import type { Reading, ReadingFields, SourceLine } from './line-reader';
import { present, said, unlessEmpty } from './line-reader';
import { podObject } from './pod-object';

const MOST_FLOWS = 1_000_000;
const US_PER_SECOND = 1_000_000;

export function readCalico({ json }: SourceLine): Reading | undefined {
  const action = asText(json?.['action']);
  const isVerdict = action === 'allow' || action === 'deny';
  if (json === undefined || !isVerdict || json['reporter'] === undefined || json['proto'] === undefined)
    return undefined;
  const timeUs = timeOf(json);
  const node = said(asText(json['host']));
  const flows = asNumber(json['num_flows']);
  const isMany = flows !== undefined && Number.isInteger(flows) && flows > 1;
  return {
    ...(timeUs === undefined ? {} : { timeUs }),
    ...(node === undefined ? {} : { node }),
    ...(isMany ? { occurrences: Math.min(flows, MOST_FLOWS) } : {}),
    fields: flowFields(json, action),
  };
}

/** The end of the interval: seconds of the epoch, or RFC 3339 behind a collector that rewrote them. */
function timeOf(json: JsonObject): number | undefined {
  const end = json['end_time'];
  const seconds = asNumber(end);
  if (seconds === undefined) return parseRfc3339(asText(end) ?? '');
  const us = Math.round(seconds * US_PER_SECOND);
  return Number.isSafeInteger(us) && us >= 0 ? us : undefined;
}

/** The policy that denied, as the log numbers and names it. */
function denialIn(json: JsonObject): string {
  const policies = textsOf(asObject(json['policies'])?.['all_policies']) ?? [];
  return policies.find((policy) => policy.includes('|deny')) ?? 'denied';
}

function flowFields(json: JsonObject, action: 'allow' | 'deny'): ReadingFields {
  const isAllowed = action === 'allow';
  const source = unlessEmpty(peer(json, 'source'));
  const destination = unlessEmpty(peer(json, 'dest'));
  const processName = said(asText(json['process_name']));
  return present<ReadingFields>({
    type: 'network',
    action: 'flow',
    result: isAllowed ? 'success' : 'failure',
    reason: isAllowed ? undefined : denialIn(json),
    source_ip: source?.ip,
    object: podObject(destination?.namespace, destination?.pod),
    network: present<NetworkFacts>({
      verdict: isAllowed ? 'allowed' : 'denied',
      direction: json['reporter'] === 'src' ? 'egress' : 'ingress',
      protocol: said(asText(json['proto'])?.toLowerCase()),
      source,
      destination,
    }),
    process: processName === undefined || processName === '*' ? undefined : { executable: processName },
  });
}

/** Of a flow that stands for several pods the plugin gives the common part of their names only. */
function peer(json: JsonObject, side: 'source' | 'dest'): NetworkPeer {
  const isPod = json[`${side}_type`] === 'wep';
  const service = said(asText(json[`${side}_service_name`]));
  return present<NetworkPeer>({
    ip: said(asText(json[`${side}_ip`])),
    port: asNumber(json[`${side}_port`]),
    namespace: said(asText(json[`${side}_namespace`])),
    pod: isPod ? said(asText(json[`${side}_name`])) : undefined,
    workload: said(asText(json[`${side}_name_aggr`])),
    labels: textsOf(asObject(json[`${side}_labels`])?.['labels']),
    names: textsOf(json[`${side}_domains`]) ?? (service === undefined ? undefined : [service]),
  });
}
