/** Alerts of Falco, as its JSON output prints them. */
import type { EventResult, Json, JsonObject } from '../../contract/event';
import type { NetworkFacts, ProcessFacts } from '../../contract/event-facts';
import type { Severity } from '../../contract/rule-document';
import { asNumber, asObject, asText, cut } from '../json';
import { parseRfc3339 } from '../time';
import type { Reading, ReadingFields, SourceLine } from './line-reader';
import { present, said, unlessEmpty } from './line-reader';
import { podObject } from './pod-object';

const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ['emergency', 'critical'],
  ['alert', 'critical'],
  ['critical', 'critical'],
  ['error', 'high'],
  ['warning', 'medium'],
  ['notice', 'low'],
  ['informational', 'informational'],
  ['debug', 'informational'],
]);

const REASON_LIMIT = 200;

export function readFalco({ json }: SourceLine): Reading | undefined {
  const rule = asText(json?.['rule']);
  const priority = asText(json?.['priority']);
  const output = asText(json?.['output']);
  if (json === undefined || rule === undefined || priority === undefined || output === undefined) return undefined;
  const details = asObject(json['output_fields']) ?? {};
  const timeUs = parseRfc3339(asText(json['time']) ?? '');
  const node = said(asText(json['hostname']));
  return {
    ...(timeUs === undefined ? {} : { timeUs }),
    ...(node === undefined ? {} : { node }),
    fields: alertFields(details, {
      signature: rule,
      reason: cut(output, REASON_LIMIT),
      severity: SEVERITIES.get(priority.toLowerCase()),
    }),
  };
}

type Alert = Pick<ReadingFields, 'signature' | 'reason'> & { readonly severity: Severity | undefined };

/** Fields of the system call source; of the plugin for Kubernetes audit (`ka.*`) who did it and on what. */
function alertFields(details: JsonObject, alert: Alert): ReadingFields {
  const text = (name: string): string | undefined => textIn(details[name]);
  const user = text('ka.user.name');
  const process = processFacts(details);
  return present<ReadingFields>({
    type: process === undefined ? 'log' : 'process',
    action: process === undefined ? undefined : 'detect',
    result: resultIn(details['evt.res']),
    ...alert,
    user,
    user_trust: user === undefined ? undefined : 'authenticated',
    object: podObject(text('k8s.ns.name'), text('k8s.pod.name')) ?? targetOf(text),
    network: networkFacts(details),
    process,
  });
}

/** Falco writes `<NA>` for what it does not know. */
function textIn(value: Json | undefined): string | undefined {
  const text = said(asText(value));
  return text === '<NA>' ? undefined : text;
}

/** What the system call answered; an alert on its entry has no answer. */
function resultIn(value: Json | undefined): EventResult {
  const answer = textIn(value);
  if (answer === undefined) return 'unknown';
  return answer === 'SUCCESS' ? 'success' : 'failure';
}

function targetOf(text: (name: string) => string | undefined): ReadingFields['object'] {
  const resource = text('ka.target.resource');
  if (resource === undefined) return undefined;
  return present({ resource, namespace: text('ka.target.namespace'), name: text('ka.target.name') });
}

function processFacts(details: JsonObject): ProcessFacts | undefined {
  const text = (name: string): string | undefined => textIn(details[name]);
  const uid = asNumber(details['user.uid']);
  const repository = text('container.image.repository');
  const tag = text('container.image.tag');
  const facts = present<ProcessFacts>({
    name: text('proc.name'),
    executable: text('proc.exepath') ?? text('proc.exe'),
    command_line: text('proc.cmdline'),
    pid: asNumber(details['proc.pid']),
    parent_pid: asNumber(details['proc.ppid']),
    parent: text('proc.pname'),
    user: text('user.name') ?? (uid === undefined ? undefined : String(uid)),
    call: text('evt.type'),
    container: text('k8s.container.name') ?? text('container.name'),
    image: repository === undefined ? undefined : tag === undefined ? repository : `${repository}:${tag}`,
  });
  return unlessEmpty(facts);
}

function networkFacts(details: JsonObject): NetworkFacts | undefined {
  const end = (side: 'l' | 'r' | 's' | 'c'): { ip: string; port?: number } | undefined => {
    const ip = textIn(details[`fd.${side}ip`]);
    const port = asNumber(details[`fd.${side}port`]);
    if (ip === undefined) return undefined;
    return port === undefined ? { ip } : { ip, port };
  };
  const facts = present<NetworkFacts>({
    protocol: textIn(details['fd.l4proto']),
    source: end('c') ?? end('l'),
    destination: end('s') ?? end('r'),
  });
  return unlessEmpty(facts);
}
