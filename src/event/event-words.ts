/** The closed word lists of the normalised event. */
import type { EventResult, EventSource, EventType, Trust } from '../contract/event';

export const EVENT_TYPES: readonly EventType[] = [
  'authentication',
  'authorization',
  'access',
  'change',
  'exec',
  'network',
  'process',
  'log',
];

export const EVENT_RESULTS: readonly EventResult[] = ['success', 'failure', 'unknown'];

export const TRUSTS: readonly Trust[] = ['server', 'authenticated', 'client'];

/** What `event.action` can be, by `event.type`. Events of a type without a list have none. */
export const ACTIONS_BY_TYPE: Readonly<Record<EventType, readonly string[]>> = {
  authentication: ['login'],
  authorization: ['impersonate', 'deny', 'escalate', 'grant', 'bind', 'revoke', 'issue'],
  access: ['get', 'list', 'watch', 'dry-run', 'request'],
  change: ['create', 'update', 'patch', 'delete', 'deletecollection'],
  exec: ['exec', 'attach', 'port-forward', 'proxy', 'debug'],
  network: ['flow', 'resolve'],
  process: ['start', 'exit', 'call', 'detect'],
  log: [],
};

const LOGINS: readonly EventSource[] = ['auth', 'journal', 'host-auth'];
const LINES: readonly EventSource[] = ['container', 'journal', 'security-event', 'network', 'ingress', 'dns'];

/** Sources that have events of a type. */
export const SOURCES_BY_TYPE: Readonly<Record<EventType, readonly EventSource[]>> = {
  authentication: ['kubernetes-audit', ...LOGINS, 'security-event'],
  authorization: ['kubernetes-audit', ...LOGINS],
  access: ['kubernetes-audit', 'ingress'],
  change: ['kubernetes-audit'],
  exec: ['kubernetes-audit'],
  network: ['network', 'dns'],
  process: ['security-event'],
  log: LINES,
};

export const EVENT_ACTIONS: readonly string[] = Object.values(ACTIONS_BY_TYPE).flat();
