/** Rules about failed logins, against whether the audit policy records requests that were answered 401. */
import type { CheckedRule, Test } from '../rule';
import { isOfAnotherSource, pathOf, testsOf } from './condition-fields';
import type { Hidden, LoginProbe, NamedTargets } from './login-records';
import { hiddenLogin, probesFor } from './login-records';
import { crossPairs, hingesOnFact, pairsOf, samePairs } from './pairs';
import type { PolicyContext, SeamProblem } from './policy-seam';
import { hostAuthRemedy } from './policy-seam';
import type { FieldValue } from './truths';
import { equalityValues, truthsOf } from './truths';

/** Failed logins as programs that guess credentials make them, each with why it is not recorded. */
export type ProbedLogins = readonly { readonly probe: LoginProbe; readonly why: Hidden | undefined }[];

export function probedLogins(
  probes: readonly LoginProbe[],
  { policy, kubernetesVersion }: PolicyContext,
): ProbedLogins {
  return probes.map((probe) => ({ probe, why: hiddenLogin(policy, probe, kubernetesVersion) }));
}

export function loginProblems(rule: CheckedRule, usual: ProbedLogins, context: PolicyContext): SeamProblem[] {
  const tests = testsOf(rule.condition);
  if (!tests.some((test) => LOGIN_FIELDS.has(pathOf(test)))) return [];
  const particular = probedLogins(probesFor(namedTargets(tests), context.policy), context);
  const wanted = [...usual, ...particular].filter(({ probe }) => needsLogin(rule, requestFields(probe), context));
  if (wanted.length === 0) return needsLogin(rule, new Map(), context) ? [undecided(rule)] : [];
  const lost = wanted.flatMap(({ probe, why }) => (why === undefined ? [] : [{ probe, why }]));
  if (lost.length === 0) return [];
  const reasons = [...new Set(lost.map(({ why }) => reasonText(why, context)))].join('; ');
  const hidden = lost.map(({ why }) => why);
  const remedy = remedyOf(rule, hidden);
  if (lost.length === wanted.length) {
    const message = `reads failed logins, which the audit policy never records: ${reasons}`;
    return [{ severity: 'error', message, remedy }];
  }
  const titles = [...new Set(lost.map(({ probe }) => probe.title))].join(', ');
  const message = `reads failed logins, which the audit policy records only in part, not on ${titles}: ${reasons}`;
  return [{ severity: 'warning', message, remedy }];
}

function namedTargets(tests: readonly Test[]): NamedTargets {
  return {
    resources: namedIn(tests, ['event.object.resource', 'audit.objectRef.resource']),
    namespaces: namedIn(tests, ['event.object.namespace', 'audit.objectRef.namespace']),
  };
}

/** A rule that names more is looked at by the first of them, and by the usual requests. */
const MOST_NAMES = 20;

/** Texts that the tests of these fields ask for. */
function namedIn(tests: readonly Test[], fields: readonly string[]): string[] {
  const values = tests
    .filter((test) => fields.includes(pathOf(test)))
    .flatMap((test) => equalityValues(test, {}) ?? []);
  return [...new Set(values)].filter((value) => typeof value === 'string').slice(0, MOST_NAMES);
}

/** What tells a failed login from other events. */
const LOGIN_FIELDS: ReadonlyMap<string, { readonly login: FieldValue; readonly other: FieldValue }> = new Map([
  ['event.type', { login: is('authentication'), other: is('') }],
  ['event.action', { login: is('login'), other: is('') }],
  ['audit.responseStatus.code', { login: is(401), other: is(403) }],
]);

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
      'reads failed logins of particular requests, of which it is undecided whether the audit policy records them',
    remedy: `end the policy with '- level: Metadata' and leave ResponseStarted out of omitStages${rule.source === undefined ? hostAuthRemedy('logins') : ''}`,
  };
}
