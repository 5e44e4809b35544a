/** From who was heard when to which hop is silent. One alert for what has one cause. */
import { quoted } from '../../alert/printable';
import { watchFingerprint, type WatchFinding } from '../../alert/watch-finding';
import type { WatchSettings } from '../../contract/detector-config';
import { EVENT_SOURCES, type EventSource, type JsonObject } from '../../contract/event';
import { CANARY_INTERVAL_SECONDS } from '../../contract/record';
import { textOf } from '../../event/json';
import { formatTime } from '../../event/time';
import type { Heard } from './canary-memory';

export type SilentHop = 'agents → aggregator' | 'aggregator' | 'aggregator → detector';

export interface CanaryQuestion {
  readonly heard: readonly Heard[];
  readonly nowUs: number;
  /** Nobody counts as silent since before this time: the detector itself was not listening. */
  readonly listeningSinceUs: number;
  readonly cluster: string;
  readonly settings: WatchSettings;
  /** Whether an alert of this fingerprint is open. */
  readonly isOpen: (fingerprint: string) => boolean;
  /** Ids of the rules that read these sources. */
  readonly blindRules: (sources: ReadonlySet<EventSource>) => readonly string[];
  /** Where the flow stops when nothing arrives at all. */
  readonly hop: SilentHop;
}

export interface CanaryJudgement {
  readonly wrong: readonly WatchFinding[];
  /** `all`: of no alert can it be said that it is over. */
  readonly undecided: 'all' | ReadonlySet<string>;
  /** Away for so long that they are taken to be gone. */
  readonly gone: readonly Heard[];
  readonly givenUp: ReadonlyMap<string, string>;
}

type State = 'fresh' | 'overdue' | 'missing';

interface Judged {
  readonly heard: Heard;
  readonly state: State;
}

/** More silent nodes than this share one alert. */
const NODE_ALERTS = 10;
const NAMED_NODES = 5;
const NAMED_RULES = 5;
const LISTED_RULES = 50;
const NAME_LIMIT = 128;

/** An alert waits until all that fell silent together is known to be silent, so that it tells one cause once. */
export function judgeCanaries(question: CanaryQuestion): CanaryJudgement {
  const judged = question.heard.map((heard) => ({ heard, state: stateOf(heard, question) }));
  // Sources that the aggregator reads itself say nothing of the way from the nodes.
  const onNodes = judged.filter(({ heard }) => heard.node !== '');
  const asked = onNodes.length > 0 ? onNodes : judged;
  if (asked.some(({ state }) => state === 'fresh')) return judgeNodes(judged, question);
  const missing = asked.filter(({ state }) => state === 'missing').length;
  return {
    wrong: missing > 0 && missing === asked.length ? [nothingArrives(question)] : [],
    undecided: missing > 0 ? 'all' : new Set(),
    gone: [],
    givenUp: new Map(),
  };
}

/** The alert of a whole hop: everything is silent. */
export function nothingArrives(question: Omit<CanaryQuestion, 'isOpen'>): WatchFinding {
  const { heard, hop, nowUs, cluster, settings } = question;
  const sources = EVENT_SOURCES.filter((source) => heard.some((each) => each.source === source));
  const blind = question.blindRules(new Set(sources.length === 0 ? EVENT_SOURCES : sources));
  const nodes = new Set(heard.map(({ node }) => node)).size;
  const last = heard.reduce((latest, { receivedUs }) => Math.max(latest, receivedUs), 0);
  const from = nodes === 0 ? '' : ` from ${counted(nodes, 'node')}`;
  return {
    rule: 'siem-canary-missing',
    cluster,
    key: ['all'],
    timeUs: nowUs,
    summary: `nothing arrives${from} for ${lasting(settings.missingAfterSeconds)}, hop ${hop}${blindText(blind)}`,
    details: {
      hop,
      nodes,
      sources,
      ...(last === 0 ? {} : { lastSeen: formatTime(last) }),
      ...blindDetails(blind),
    },
  };
}

function judgeNodes(judged: readonly Judged[], question: CanaryQuestion): CanaryJudgement {
  const nodes = byNode(judged).map((sources) => judgeNode(sources, question));
  const givenUp = new Set(nodes.flatMap((node) => node.givenUp));
  return {
    wrong: bounded(
      nodes.flatMap(({ found }) => found),
      question,
    ),
    undecided: new Set(nodes.flatMap(({ undecided }) => undecided).filter((print) => !givenUp.has(print))),
    gone: nodes.flatMap(({ gone }) => gone),
    givenUp: new Map([...givenUp].map((print) => [print, reasonOf(question)])),
  };
}

interface NodeJudgement {
  readonly found: readonly WatchFinding[];
  readonly undecided: readonly string[];
  readonly givenUp: readonly string[];
  readonly gone: readonly Heard[];
}

function judgeNode(sources: readonly Judged[], question: CanaryQuestion): NodeJudgement {
  const missing = sources.filter(({ state }) => state === 'missing').map(({ heard }) => heard);
  const gone = missing.filter((heard) => isGone(heard, question));
  const kept = missing.filter((heard) => !gone.includes(heard));
  const isQuiet = sources.every(({ state }) => state !== 'fresh');
  const isSilent = kept.length === sources.length;
  const printOf = (kind: 'node' | 'source', heard?: Heard): string => keyPrint(kind, heard, question);
  const found = isSilent
    ? [silent(kept, 'node', question)]
    : isQuiet
      ? []
      : kept.map((heard) => silent([heard], 'source', question));
  const givenUp = gone.map((heard) => printOf('source', heard));
  if (gone.length === sources.length) givenUp.push(printOf('node', gone[0]));
  if (!isQuiet) return { found, undecided: [], givenUp, gone };
  // The node as a whole may be falling silent, and what is told of one of its sources stays true.
  const undecided = sources.map(({ heard }) => printOf('source', heard));
  return { found, undecided: isSilent ? undecided : [...undecided, printOf('node', sources[0]?.heard)], givenUp, gone };
}

function reasonOf({ settings }: CanaryQuestion): string {
  return `given up, not mended: no canary for ${lasting(settings.forgetAfterSeconds)}, so it is taken to be gone`;
}

/** Missing is told, overdue is only a reason to wait. */
export function stateOf({ receivedUs }: Heard, { nowUs, listeningSinceUs, settings }: CanaryQuestion): State {
  const ageUs = nowUs - Math.max(receivedUs, listeningSinceUs);
  const { missingAfterSeconds } = settings;
  if (ageUs > missingAfterSeconds * 1e6) return 'missing';
  // Two and a half intervals: one canary may be late.
  return ageUs > Math.min(2.5 * CANARY_INTERVAL_SECONDS, 0.6 * missingAfterSeconds) * 1e6 ? 'overdue' : 'fresh';
}

function isGone({ receivedUs }: Heard, { nowUs, listeningSinceUs, settings }: CanaryQuestion): boolean {
  return nowUs - Math.max(receivedUs, listeningSinceUs) > settings.forgetAfterSeconds * 1e6;
}

function byNode(judged: readonly Judged[]): Judged[][] {
  const nodes = new Map<string, Judged[]>();
  for (const each of judged) {
    const same = nodes.get(each.heard.node) ?? [];
    same.push(each);
    nodes.set(each.heard.node, same);
  }
  return [...nodes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sources]) => sources);
}

/** A node of which all is silent, or one source of a node. */
function silent(missing: readonly Heard[], kind: 'node' | 'source', question: CanaryQuestion): WatchFinding {
  const { nowUs, cluster, settings } = question;
  const sources = EVENT_SOURCES.filter((source) => missing.some((heard) => heard.source === source));
  const node = missing[0]?.node ?? '';
  const who = node === '' ? 'the aggregator' : `node ${quoted(node, NAME_LIMIT)}`;
  const blind = question.blindRules(new Set(sources));
  const hop = node === '' ? 'source → aggregator' : 'agent → aggregator';
  return {
    rule: 'siem-canary-missing',
    cluster,
    key: keyOf(kind, missing[0]),
    timeUs: nowUs,
    summary:
      `no canary of ${sources.join(', ')} from ${who} for ${lasting(settings.missingAfterSeconds)}, ` +
      `hop ${hop}${blindText(blind)}`,
    details: {
      hop,
      node,
      sources,
      lastSeen: formatTime(Math.max(...missing.map(({ receivedUs }) => receivedUs))),
      ...blindDetails(blind),
    },
  };
}

/** Alerts that are open stay; of the others, the rest is one alert. */
function bounded(found: readonly WatchFinding[], question: CanaryQuestion): WatchFinding[] {
  if (found.length <= NODE_ALERTS) return [...found];
  const open = found.filter((finding) => question.isOpen(watchFingerprint(finding)));
  const fresh = found.filter((finding) => !open.includes(finding));
  const own = [...open, ...fresh].slice(0, NODE_ALERTS);
  const rest = [...open, ...fresh].slice(NODE_ALERTS);
  const nodes = [...new Set(rest.map(({ details }) => textOf(details['node'])))];
  const named = nodes.slice(0, NAMED_NODES).map((node) => quoted(node, NAME_LIMIT));
  const more: WatchFinding = {
    rule: 'siem-canary-missing',
    cluster: question.cluster,
    key: ['more'],
    timeUs: question.nowUs,
    summary: `canaries of ${counted(nodes.length, 'further node')} are missing, hop agent → aggregator: ${named.join(', ')}`,
    details: { hop: 'agent → aggregator', nodes: nodes.length, named: nodes.slice(0, LISTED_RULES) },
  };
  return [...own, more];
}

function keyOf(kind: 'node' | 'source', heard: Heard | undefined): string[] {
  const { node = '', source = '' } = heard ?? {};
  return kind === 'node' ? ['node', node] : ['source', node, source];
}

function keyPrint(kind: 'node' | 'source', heard: Heard | undefined, { cluster }: CanaryQuestion): string {
  return watchFingerprint({ rule: 'siem-canary-missing', cluster, key: keyOf(kind, heard) });
}

function blindText(rules: readonly string[]): string {
  if (rules.length === 0) return '; no rule reads them';
  const more = rules.length > NAMED_RULES ? ` and ${rules.length - NAMED_RULES} more` : '';
  return `; blind meanwhile: ${rules.slice(0, NAMED_RULES).join(', ')}${more}`;
}

function blindDetails(rules: readonly string[]): JsonObject {
  return { blindRules: rules.slice(0, LISTED_RULES), blindRuleCount: rules.length };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Seconds for people. */
export function lasting(seconds: number): string {
  if (seconds % 3600 === 0) return counted(seconds / 3600, 'hour');
  return seconds % 60 === 0 ? counted(seconds / 60, 'minute') : counted(seconds, 'second');
}
