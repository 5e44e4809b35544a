/** Findings of a rule in an event, without an engine. */
import type { EventFields } from '../../src/contract/event';
import type { Finding } from '../../src/engine';
import type { CheckedRule } from '../../src/rule';
import { type EventSpec, eventOf } from './events';
import { ruleFrom } from './rules';

export const ANY_RULE = ruleFrom('any-rule', 'event.source exists');

export function findingOf(fields: Partial<EventFields>, spec: EventSpec = {}, rule: CheckedRule = ANY_RULE): Finding {
  const event = eventOf(fields, spec);
  return { ruleId: rule.id, rule, event, timeUs: event.timeUs };
}

/** A finding in an API request that succeeded. */
export function auditFinding(
  fields: Partial<EventFields>,
  spec: EventSpec = {},
  rule: CheckedRule = ANY_RULE,
): Finding {
  return findingOf(
    { source: 'kubernetes-audit', type: 'change', action: 'create', result: 'success', ...fields },
    spec,
    rule,
  );
}
