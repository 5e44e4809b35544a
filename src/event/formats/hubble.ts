/** Flows of Cilium's Hubble: its export file, and the answers of its API as JSON in either spelling of their fields. */
import type { EventResult, Json, JsonObject } from '../../contract/event';
import type {
  DnsFacts,
  HttpFacts,
  NetworkDirection,
  NetworkFacts,
  NetworkPeer,
  NetworkVerdict,
} from '../../contract/event-facts';
import { asNumber, asObject, asText, textsOf } from '../json';
import { parseRfc3339 } from '../time';
import { plainName } from './coredns';
import type { Reading, ReadingFields, SourceLine } from './line-reader';
import { present, said, unlessEmpty } from './line-reader';
import { podObject } from './pod-object';

/** Hubble's own notice that it could not keep up. */
const LOST: Reading = { fields: { type: 'log', result: 'unknown', reason: 'lost events' } };

export function readHubble({ json }: SourceLine): Reading | undefined {
  if (json === undefined) return undefined;
  if (asObject(json['lost_events']) !== undefined) return LOST;
  const flow = asObject(json['flow']) ?? json;
  const verdict = asText(flow['verdict']);
  if (verdict === undefined) return undefined;
  if (FLOW_MEMBERS.every((name) => flow[name] === undefined)) return undefined;
  const timeUs = parseRfc3339(asText(flow['time']) ?? asText(json['time']) ?? '');
  return {
    ...present({ timeUs, node: nodeOf(flow) ?? nodeOf(json) }),
    fields: flowFields(flow, networkFacts(flow, verdict), verdict),
  };
}

const FLOW_MEMBERS = ['IP', 'l4', 'source', 'destination'];

/** `<cluster>/<node>`, or the node alone. */
function nodeOf(object: JsonObject): string | undefined {
  const name = said(asText(member(object, 'node_name')));
  return name?.slice(name.lastIndexOf('/') + 1);
}

function flowFields(flow: JsonObject, network: NetworkFacts, verdict: string): ReadingFields {
  const application = asObject(flow['l7']);
  const dropReason = said(asText(member(flow, 'drop_reason_desc')));
  const destination = network.destination;
  return present<ReadingFields>({
    type: 'network',
    action: 'flow',
    result: RESULTS[network.verdict ?? 'error'],
    reason: dropReason ?? (network.verdict === 'allowed' ? undefined : verdict),
    source_ip: network.source?.ip,
    object: podObject(destination?.namespace, destination?.pod),
    network,
    dns: dnsFacts(asObject(application?.['dns'])),
    http: httpFacts(asObject(application?.['http'])),
  });
}

/** `AUDIT` is what a policy would have denied, were it enforced. */
const VERDICTS: ReadonlyMap<string, NetworkVerdict> = new Map([
  ['FORWARDED', 'allowed'],
  ['REDIRECTED', 'allowed'],
  ['TRACED', 'allowed'],
  ['TRANSLATED', 'allowed'],
  ['DROPPED', 'denied'],
  ['AUDIT', 'audited'],
]);

const RESULTS: Readonly<Record<NetworkVerdict, EventResult>> = {
  allowed: 'success',
  denied: 'failure',
  audited: 'success',
  error: 'failure',
};

function networkFacts(flow: JsonObject, verdict: string): NetworkFacts {
  const ip = asObject(flow['IP']) ?? asObject(flow['ip']);
  const [protocol, ports] = transportOf(asObject(flow['l4']));
  return present<NetworkFacts>({
    verdict: VERDICTS.get(verdict) ?? 'error',
    direction: directionOf(member(flow, 'traffic_direction')),
    protocol,
    source: unlessEmpty(peer(flow, 'source', ip, ports)),
    destination: unlessEmpty(peer(flow, 'destination', ip, ports)),
  });
}

/** `{ "TCP": { "source_port": … } }`. */
function transportOf(l4: JsonObject | undefined): readonly [string | undefined, JsonObject | undefined] {
  const [name] = Object.keys(l4 ?? {});
  return name === undefined ? [undefined, undefined] : [name.toLowerCase(), asObject(l4?.[name])];
}

function directionOf(value: Json | undefined): NetworkDirection | undefined {
  if (value === 'INGRESS') return 'ingress';
  return value === 'EGRESS' ? 'egress' : undefined;
}

function peer(
  flow: JsonObject,
  side: 'source' | 'destination',
  ip: JsonObject | undefined,
  ports: JsonObject | undefined,
): NetworkPeer {
  const endpoint = asObject(flow[side]);
  const workloads = endpoint?.['workloads'];
  const [workload] = Array.isArray(workloads) ? workloads : [];
  return present<NetworkPeer>({
    ip: said(asText(ip?.[side])),
    port: asNumber(member(ports, `${side}_port`)),
    namespace: said(asText(endpoint?.['namespace'])),
    pod: said(asText(member(endpoint, 'pod_name'))),
    workload: said(asText(asObject(workload)?.['name'])),
    labels: textsOf(endpoint?.['labels']),
    names: textsOf(member(flow, `${side}_names`)),
  });
}

/** Return codes of DNS by number. */
const RCODES = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
];

/** A question has the code 0 as well, so that only answers have one. */
function dnsFacts(dns: JsonObject | undefined): DnsFacts | undefined {
  const name = asText(dns?.['query']);
  if (dns === undefined || name === undefined) return undefined;
  const code = asNumber(dns['rcode']);
  const isAnswer = code !== undefined && (code > 0 || (textsOf(dns['ips'])?.length ?? 0) > 0);
  return present<DnsFacts>({
    name: plainName(name),
    type: textsOf(dns['qtypes'])?.[0],
    rcode: isAnswer ? (RCODES[code] ?? `RCODE${code}`) : undefined,
  });
}

function httpFacts(http: JsonObject | undefined): HttpFacts | undefined {
  if (http === undefined) return undefined;
  const code = asNumber(http['code']);
  const url = URL_PARTS.exec(asText(http['url']) ?? '');
  return present<HttpFacts>({
    method: said(asText(http['method'])),
    host: said(url?.[1]),
    path: said(url?.[2]),
    query: said(url?.[3]),
    protocol: said(asText(http['protocol'])),
    status: code === 0 ? undefined : code,
  });
}

const URL_PARTS = /^(?:[a-z]{1,8}:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/s;

/** A field by its name in the protocol's definition, or as JSON of protocol buffers spells it (`dropReasonDesc`). */
function member(object: JsonObject | undefined, name: string): Json | undefined {
  if (object === undefined) return undefined;
  return object[name] ?? object[name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())];
}
