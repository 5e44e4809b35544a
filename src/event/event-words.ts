/** The closed word lists of the normalised event. */
import type { EventResult, EventType, Trust } from '../contract/event';

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

/** What `event.action` can be, by `event.type`. A type without a list has no actions yet. */
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

export const EVENT_ACTIONS: readonly string[] = Object.values(ACTIONS_BY_TYPE).flat();
