/** What costs much, and what is given up to save it. */
import { isAtLeast } from '../policy';
import type { AuditRuleModel } from '../policy';
import { fieldOf } from './finding';
import type { LintSetting, PolicyFinding } from './finding';
import { ordinaryUser, requestsOf, resourceRequest } from './probes';

/** A10 */
export function recordedReads({ policy, evaluator }: LintSetting): PolicyFinding[] {
  return policy.rules.flatMap((rule, index) => {
    if (rule.level !== 'RequestResponse') return [];
    const reads = (requestsOf(rule, policy) ?? []).filter(
      ({ verb, resourceRequest: isResource }) => isResource && (verb === 'get' || verb === 'list'),
    );
    const read = reads.find((request) => evaluator.decide(request).matchedRule === index);
    if (read === undefined) return [];
    const message = `answers to ${read.verb} are recorded: a list of thousands of objects is one event of many megabytes`;
    const remedy = "name the verbs that write, and leave reads to a rule 'level: Metadata'";
    return [{ code: 'A10', severity: 'warning', field: fieldOf(index, 'level'), rule: index, message, remedy }];
  });
}

/** A15 */
export function broadSilence({ policy, evaluator }: LintSetting): PolicyFinding[] {
  const broad = policy.rules.flatMap((rule, index): PolicyFinding[] => {
    if (rule.level !== 'None' || isLimited(rule)) return [];
    const message = 'the rule drops everything that its users do, refusals and impersonation among it';
    const remedy = "name the verbs and resources that are noise, or write 'level: Metadata'";
    return [{ code: 'A15', severity: 'warning', field: fieldOf(index), rule: index, message, remedy }];
  });
  return [...broad, ...silentEventDeletion({ policy, evaluator })];
}

function isLimited({ verbs, resources, nonResourceURLs }: AuditRuleModel): boolean {
  return [verbs, resources, nonResourceURLs].some((selector) => (selector ?? []).length > 0);
}

function silentEventDeletion({ policy, evaluator }: Pick<LintSetting, 'policy' | 'evaluator'>): PolicyFinding[] {
  for (const group of ['', 'events.k8s.io']) {
    for (const verb of ['delete', 'deletecollection']) {
      const { level, matchedRule } = evaluator.decide(
        resourceRequest(verb, { group, resource: 'events' }, ordinaryUser()),
      );
      const rule = policy.rules[matchedRule];
      if (level !== 'None' || rule === undefined || !isLimited(rule)) continue;
      const message = `${verb} of events is dropped with the rest of them: it hides traces`;
      const remedy = "put a rule 'level: Metadata' for delete and deletecollection of events before it";
      return [{ code: 'A15', severity: 'warning', field: fieldOf(matchedRule), rule: matchedRule, message, remedy }];
    }
  }
  return [];
}

/** A18, A19 */
export function receivedStage({ policy, mode }: LintSetting): PolicyFinding[] {
  const isWanted = mode === 'blocking-strict';
  const isOmittedByAll = policy.omitStages?.includes('RequestReceived') === true;
  if (isWanted) {
    if (!isOmittedByAll) return [];
    const message = 'the API server refuses what it cannot record at RequestReceived, and the policy omits that stage';
    const remedy = "leave 'RequestReceived' in, or use another mode than blocking-strict";
    return [{ code: 'A19', severity: 'warning', field: 'omitStages', message, remedy }];
  }
  const recorded = policy.rules.filter(({ level }) => level !== 'None');
  if (isOmittedByAll || recorded.every((rule) => rule.omitStages?.includes('RequestReceived') === true)) return [];
  const message = 'every request is recorded twice: when it came, and when it was answered';
  return [
    { code: 'A18', severity: 'warning', field: 'omitStages', message, remedy: "omit the stage 'RequestReceived'" },
  ];
}

/** A20 */
export function withoutTruncation({ policy, isTruncating }: LintSetting): PolicyFinding[] {
  const rule = policy.rules.findIndex(({ level }) => isAtLeast(level, 'Request'));
  if (isTruncating !== false || rule < 0) return [];
  const message = 'bodies are recorded and the API server does not cut large events: backends refuse or lose them';
  const remedy = "set '--audit-log-truncate-enabled' or '--audit-webhook-truncate-enabled'";
  return [{ code: 'A20', severity: 'warning', field: fieldOf(rule, 'level'), rule, message, remedy }];
}
