/** One sentence for people: which rule fired, who did what to what, where from, and how it ended. */
import type { EventFields, EventResult, SecurityEvent } from '../contract/event';
import type { Finding } from '../engine';
import { cut, printable, quoted } from './printable';

const RULE_NAME_LIMIT = 120;
const NAME_LIMIT = 128;
const SENTENCE_LIMIT = 800;

const ENDINGS: Readonly<Record<EventResult, string>> = {
  success: 'succeeded',
  failure: 'failed',
  unknown: 'has an unknown outcome',
};

/** Text that came with the event is made printable, cut, and quoted where it could be mistaken for the sentence. */
export function summaryOf({ rule, event: securityEvent }: Finding): string {
  const { event } = securityEvent;
  const parts = [
    name(event.action) ?? event.type,
    actorText(event),
    objectText(event),
    placeText(securityEvent),
    phrase('from', event.source_ip),
    event.type === 'log' ? undefined : ENDINGS[event.result],
  ];
  const sentence = parts.filter((part) => part !== undefined).join(' ');
  return cut(`${printable(rule.name, RULE_NAME_LIMIT)}: ${sentence}${countText(event)}`, SENTENCE_LIMIT);
}

function actorText({ user, user_trust: trust, impersonated_user: impersonated }: EventFields): string | undefined {
  const who = phrase('by', user);
  if (who === undefined) return undefined;
  const claimed = trust === 'client' ? ' (name as claimed)' : '';
  const role = phrase(' as', impersonated) ?? '';
  return `${who}${claimed}${role}`;
}

/** `on clusterrolebindings.rbac.authorization.k8s.io ops-admin` or `on pods/exec cart-0 in namespace shop`. */
function objectText({ object }: EventFields): string | undefined {
  if (object?.resource === undefined) return undefined;
  const group = object.group === undefined || object.group === '' ? '' : `.${object.group}`;
  const subresource = object.subresource === undefined ? '' : `/${object.subresource}`;
  return [
    phrase('on', `${object.resource}${group}${subresource}`),
    name(object.name),
    phrase('in namespace', object.namespace),
  ]
    .filter((part) => part !== undefined)
    .join(' ');
}

function placeText({ kubernetes, host }: SecurityEvent): string | undefined {
  const { namespace_name: namespace, pod_name: pod } = kubernetes ?? {};
  if (typeof namespace === 'string' && typeof pod === 'string') return phrase('in pod', `${namespace}/${pod}`);
  return typeof host?.name === 'string' ? phrase('on host', host.name) : undefined;
}

function countText({ failure_count: count }: EventFields): string {
  if (count === undefined || count < 2) return '';
  return `, ${count} failures of this type in the window`;
}

function phrase(word: string, text: string | undefined): string | undefined {
  const shown = name(text);
  return shown === undefined ? undefined : `${word} ${shown}`;
}

function name(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : quoted(text, NAME_LIMIT);
}
