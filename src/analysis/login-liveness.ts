/** Rules about failed logins, against whether the audit policy records requests that were answered 401. */
import type { CheckedRule } from '../rule';
import { isOfAnotherSource, pathOf, testsOf } from './condition-fields';
import type { Hidden, LoginProbe } from './login-records';
import { hiddenLogin, LOGIN_PROBES } from './login-records';
import { crossPairs, hingesOnFact, pairsOf, samePairs } from './pairs';
import type { PolicyContext, SeamProblem } from './policy-seam';
import { hostAuthRemedy } from './policy-seam';
import type { FieldValue } from './truths';
import { truthsOf } from './truths';

export function loginProblems(rule: CheckedRule, context: PolicyContext): SeamProblem[] {
  const hidden = LOGIN_PROBES.map((probe) => ({
    probe,
    why: hiddenLogin(context.policy, probe, context.kubernetesVersion),
  }));
  if (hidden.every(({ why }) => why === undefined) || !mayReadLogins(rule)) return [];
  const wanted = hidden.filter(({ probe }) => needsLogin(rule, requestFields(probe), context));
  const lost = wanted.flatMap(({ probe, why }) => (why === undefined ? [] : [{ probe, why }]));
  if (wanted.length === 0) return needsLogin(rule, new Map(), context) ? [undecided(rule)] : [];
  if (lost.length === 0) return [];
  const reasons = [...new Set(lost.map(({ why }) => reasonText(why, context)))].join('; ');
  const remedy = remedyOf(
    rule,
    lost.map(({ why }) => why),
  );
  if (lost.length === wanted.length) {
    const message = `reads failed logins, which the audit policy never records: ${reasons}`;
    return [{ severity: 'error', message, remedy }];
  }
  const titles = lost.map(({ probe }) => probe.title).join(', ');
  const message = `reads failed logins, which the audit policy records only in part, not on ${titles}: ${reasons}`;
  return [{ severity: 'warning', message, remedy }];
}

/** What tells a failed login from other events. */
const LOGIN_FIELDS: ReadonlyMap<string, { readonly login: FieldValue; readonly other: FieldValue }> = new Map([
  ['event.type', { login: is('authentication'), other: is('') }],
  ['event.action', { login: is('login'), other: is('') }],
  ['audit.responseStatus.code', { login: is(401), other: is(403) }],
]);

function mayReadLogins(rule: CheckedRule): boolean {
  return testsOf(rule.condition).some((test) => LOGIN_FIELDS.has(pathOf(test)));
}

const ABSENT: FieldValue = { kind: 'absent' };
const ANY: FieldValue = { kind: 'any' };

/** Fields of every failed login at the API server. */
const KNOWN: ReadonlyMap<string, FieldValue> = new Map([
  ['event.source', is('kubernetes-audit')],
  ['event.result', is('failure')],
  ['event.user', ABSENT],
  ['event.groups', ABSENT],
  ['event.impersonated_user', ABSENT],
  ['audit.stage', is('ResponseStarted')],
  ['audit.user.username', ABSENT],
  ['audit.user.groups', ABSENT],
]);

function requestFields({ attributes }: LoginProbe): ReadonlyMap<string, FieldValue> {
  const { resourceRequest, verb, apiGroup, resource, namespace } = attributes;
  const ofResource = (value: string): FieldValue => (resourceRequest && value !== '' ? is(value) : ABSENT);
  return new Map([
    ['audit.verb', is(verb)],
    ['event.object.group', resourceRequest ? is(apiGroup) : ABSENT],
    ['event.object.resource', ofResource(resource)],
    ['event.object.namespace', ofResource(namespace)],
    ['event.object.name', ABSENT],
    ['event.object.subresource', ABSENT],
    ['audit.objectRef.apiGroup', ofResource(apiGroup)],
    ['audit.objectRef.resource', ofResource(resource)],
    ['audit.objectRef.namespace', ofResource(namespace)],
    ['audit.objectRef.name', ABSENT],
    ['audit.objectRef.subresource', ABSENT],
  ]);
}

/** Whether the rule fires on such a failed login because it is one. */
function needsLogin(rule: CheckedRule, request: ReadonlyMap<string, FieldValue>, { lists }: PolicyContext): boolean {
  const pairs = pairsOf(rule.condition, (test) => {
    const path = pathOf(test);
    const fact = LOGIN_FIELDS.get(path);
    if (fact !== undefined) return crossPairs(truthsOf(test, fact.login, lists), truthsOf(test, fact.other, lists));
    const value = KNOWN.get(path) ?? request.get(path) ?? (isOfAnotherSource(path) ? ABSENT : ANY);
    return samePairs(truthsOf(test, value, lists));
  });
  return hingesOnFact(pairs);
}

function is(value: string | number): FieldValue {
  return { kind: 'is', value };
}

function reasonText(why: Hidden, { place, omitStagesPlace }: PolicyContext): string {
  switch (why.kind) {
    case 'no-rule':
      return `no rule of it (${place(-1)}) matches a request without a user`;
    case 'level-none':
      return `${place(why.policyRule)} records nothing of requests without a user`;
    case 'stage-omitted': {
      const where = why.isPolicyWide ? omitStagesPlace : place(why.policyRule);
      return `${where} omits the stage ResponseStarted, the only one that a failed login is written at`;
    }
  }
}

function remedyOf(rule: CheckedRule, reasons: readonly Hidden[]): string {
  const kinds = new Set(reasons.map(({ kind }) => kind));
  const steps = [
    kinds.has('stage-omitted') ? 'take ResponseStarted out of omitStages' : '',
    kinds.has('no-rule') ? "end the policy with '- level: Metadata', which names neither users nor userGroups" : '',
    kinds.has('level-none') ? "restrict the rule of the policy to 'userGroups: [system:authenticated]'" : '',
  ].filter((step) => step !== '');
  return `${steps.join(', and ')}${rule.source === undefined ? hostAuthRemedy('logins') : ''}`;
}

function undecided(rule: CheckedRule): SeamProblem {
  return {
    severity: 'info',
    message:
      'reads failed logins of particular requests, of which it is undecided whether the audit policy records them; it does not record all failed logins',
    remedy: `end the policy with '- level: Metadata' and leave ResponseStarted out of omitStages${rule.source === undefined ? hostAuthRemedy('logins') : ''}`,
  };
}
