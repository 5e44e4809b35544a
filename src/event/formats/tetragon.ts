/** Events of Tetragon, as its JSON export prints them. */
import type { EventResult, Json, JsonObject } from '../../contract/event';
import type { NetworkFacts, ProcessFacts } from '../../contract/event-facts';
import { asNumber, asObject, asText } from '../json';
import { parseRfc3339 } from '../time';
import type { Reading, ReadingFields, SourceLine } from './line-reader';
import { present, said } from './line-reader';
import { podObject } from './pod-object';

/** Members that name the kind of an event, and what each is as an action. */
const KINDS: readonly (readonly [string, string])[] = [
  ['process_exec', 'start'],
  ['process_exit', 'exit'],
  ['process_kprobe', 'call'],
  ['process_tracepoint', 'call'],
  ['process_uprobe', 'call'],
  ['process_usdt', 'call'],
  ['process_lsm', 'call'],
  ['process_loader', 'call'],
];

export function readTetragon({ json }: SourceLine): Reading | undefined {
  const kind = KINDS.find(([name]) => asObject(json?.[name]) !== undefined);
  const seen = kind === undefined ? undefined : asObject(json?.[kind[0]]);
  const process = asObject(seen?.['process']);
  if (json === undefined || kind === undefined || seen === undefined || process === undefined) return undefined;
  const timeUs = parseRfc3339(asText(json['time']) ?? '');
  const node = said(asText(json['node_name']));
  return {
    ...(timeUs === undefined ? {} : { timeUs }),
    ...(node === undefined ? {} : { node }),
    fields: processFields(kind[1], seen, process),
  };
}

function processFields(action: string, seen: JsonObject, process: JsonObject): ReadingFields {
  const pod = asObject(process['pod']);
  return present<ReadingFields>({
    type: 'process',
    action,
    result: resultOfAction(action, seen),
    reason: said(asText(seen['message'])),
    signature: said(asText(seen['policy_name'])),
    object: podObject(said(asText(pod?.['namespace'])), said(asText(pod?.['name']))),
    network: socketOf(seen['args']),
    process: processFacts(seen, process, pod),
  });
}

/** What a policy did to the call, `KPROBE_ACTION_POST` being to report it only. */
const REFUSALS: readonly string[] = ['SIGKILL', 'SIGNAL', 'OVERRIDE', 'NOTIFYENFORCER'];

/** A started process ran; a call went through unless a policy kept it from doing so. */
function resultOfAction(action: string, seen: JsonObject): EventResult {
  if (action === 'start') return 'success';
  if (action === 'exit') return 'unknown';
  const taken = asText(seen['action']);
  if (taken === undefined) return 'unknown';
  return REFUSALS.includes(taken.slice(taken.lastIndexOf('_') + 1)) ? 'failure' : 'success';
}

function processFacts(seen: JsonObject, process: JsonObject, pod: JsonObject | undefined): ProcessFacts {
  const binary = said(asText(process['binary']));
  const args = said(asText(process['arguments']));
  const parent = asObject(seen['parent']);
  const container = asObject(pod?.['container']);
  const uid = asNumber(process['uid']);
  return present<ProcessFacts>({
    name: binary?.slice(binary.lastIndexOf('/') + 1),
    executable: binary,
    command_line: args === undefined ? binary : `${binary ?? ''} ${args}`,
    pid: asNumber(process['pid']),
    parent_pid: asNumber(parent?.['pid']),
    parent: said(asText(parent?.['binary'])),
    user: uid === undefined ? undefined : String(uid),
    call: callOf(seen),
    exit_code: asNumber(seen['status']),
    container: said(asText(container?.['name'])),
    image: said(asText(asObject(container?.['image'])?.['name'])),
  });
}

function callOf(seen: JsonObject): string | undefined {
  const call = said(asText(seen['function_name'])) ?? said(asText(seen['symbol']));
  if (call !== undefined) return call;
  const event = said(asText(seen['event']));
  return event === undefined ? undefined : `${asText(seen['subsys']) ?? ''}/${event}`;
}

/** The ends of the first socket among the arguments of a call. */
function socketOf(args: Json | undefined): NetworkFacts | undefined {
  if (!Array.isArray(args)) return undefined;
  const sockets = args.map((arg) => asObject(asObject(arg)?.['sock_arg']) ?? asObject(asObject(arg)?.['skb_arg']));
  const socket = sockets.find((each) => each !== undefined);
  if (socket === undefined) return undefined;
  return present<NetworkFacts>({
    protocol: said(
      asText(socket['protocol'])
        ?.replace(/^IPPROTO_/, '')
        .toLowerCase(),
    ),
    source: present({ ip: said(asText(socket['saddr'])), port: asNumber(socket['sport']) }),
    destination: present({ ip: said(asText(socket['daddr'])), port: asNumber(socket['dport']) }),
  });
}
