import * as fc from 'fast-check';
import type { AuditPolicyModel, AuditRuleModel, RequestAttributes } from '../../../src/model/audit-policy/policy';
import { evaluate, PolicyEvaluator } from '../../../src/model/audit-policy/evaluator';
import { AUDIT_STAGES, isAtLeast } from '../../../src/model/audit-policy/policy';
import { policies, requests, vectors } from '../../support/audit-policies';

describe('decides as the API server of each version does', () => {
  test.each(vectors('evaluate'))('$id: $title', (row) => {
    expect(evaluate(row.policy, row.attributes, '1.36')).toEqual(row.expect);
    expect(evaluate(row.policy, row.attributes, '1.35')).toEqual(row.checkerUpTo135 ?? row.expect);
  });
});

/** Every way to write a selector that covers the request, spelled out; a rule matches when it uses one of them. */
function spellings(request: RequestAttributes): { resources: Set<string>; path: RegExp[] } {
  const { resource, subresource } = request;
  const resources = new Set(['*', `${resource}/*`]);
  resources.add(subresource === '' ? resource : `${resource}/${subresource}`);
  if (subresource !== '') resources.add(`*/${subresource}`);
  const prefixes = Array.from({ length: request.path.length + 1 }, (_, length) => request.path.slice(0, length));
  const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return {
    resources,
    path: [
      new RegExp(`^${literal(request.path)}$`),
      ...prefixes.map((prefix) => new RegExp(`^${literal(prefix)}\\*+$`)),
    ],
  };
}

/** The API server's rules once more, as one predicate per selector and without a shortcut. */
function oracleMatches(rule: AuditRuleModel, request: RequestAttributes, wildcard: boolean): boolean {
  const { resources, path } = spellings(request);
  const list = <T>(values: readonly T[] | undefined): readonly T[] => values ?? [];
  const checks: boolean[] = [];
  if (list(rule.users).length > 0) checks.push(list(rule.users).some((name) => request.user?.name === name));
  if (list(rule.userGroups).length > 0) {
    checks.push(list(rule.userGroups).some((group) => list(request.user?.groups).includes(group)));
  }
  if (list(rule.verbs).length > 0) checks.push(list(rule.verbs).some((verb) => verb === request.verb));
  const aboutResources = list(rule.namespaces).length + list(rule.resources).length > 0;
  if (aboutResources) checks.push(request.resourceRequest);
  if (list(rule.namespaces).length > 0) checks.push(list(rule.namespaces).some((name) => name === request.namespace));
  if (list(rule.resources).length > 0) {
    const hits = list(rule.resources).filter((entry) => {
      const groups = wildcard ? [request.apiGroup, '*'] : [request.apiGroup];
      if (!groups.includes(entry.group ?? '')) return false;
      if (list(entry.resources).length === 0) return true;
      const named = list(entry.resourceNames).length === 0 || list(entry.resourceNames).includes(request.name);
      return named && list(entry.resources).some((pattern) => resources.has(pattern));
    });
    checks.push(hits.length > 0);
  }
  if (!aboutResources && list(rule.nonResourceURLs).length > 0) {
    checks.push(
      !request.resourceRequest,
      list(rule.nonResourceURLs).some((url) => path.some((one) => one.test(url))),
    );
  }
  return checks.every(Boolean);
}

function oracle(policy: AuditPolicyModel, request: RequestAttributes, wildcard: boolean): object {
  const hits = policy.rules
    .map((rule, index) => ({ rule, index }))
    .filter(({ rule }) => oracleMatches(rule, request, wildcard));
  const first = hits.at(0);
  const omitted = new Set([...(policy.omitStages ?? []), ...(first?.rule.omitStages ?? [])]);
  return {
    level: first === undefined ? 'None' : first.rule.level,
    omitStages: AUDIT_STAGES.filter((stage) => omitted.has(stage)),
    omitManagedFields: first?.rule.omitManagedFields ?? policy.omitManagedFields ?? false,
    matchedRule: first === undefined ? -1 : first.index,
  };
}

test.each([
  { title: 'before 1.36', version: '1.35', wildcard: false },
  { title: 'from 1.36 on', version: '1.36', wildcard: true },
])('agrees with a brute-force oracle on random policies $title', ({ version, wildcard }) => {
  const several = fc.array(requests, { minLength: 1, maxLength: 6 });
  const property = fc.property(policies, several, (policy, sent) => {
    const evaluator = new PolicyEvaluator(policy, version);
    for (const request of sent) expect(evaluator.decide(request)).toEqual(oracle(policy, request, wildcard));
  });
  fc.assert(property, { seed: 20260101, numRuns: 2000 });
});

test('the generators reach every outcome, so that agreement means something', () => {
  const drawn = fc.sample(fc.tuple(policies, requests), { seed: 20260101, numRuns: 3000 });
  const decisions = drawn.map(([policy, request]) => evaluate(policy, request, '1.36'));
  const share = (hit: (decision: (typeof decisions)[number]) => boolean): number =>
    decisions.filter(hit).length / decisions.length;
  expect(share(({ matchedRule }) => matchedRule === -1)).toBeGreaterThan(0.1);
  expect(share(({ matchedRule }) => matchedRule === 0)).toBeGreaterThan(0.05);
  expect(share(({ matchedRule }) => matchedRule > 0)).toBeGreaterThan(0.05);
});

test('levels are ordered', () => {
  expect(isAtLeast('Request', 'Request')).toBe(true);
  expect(isAtLeast('RequestResponse', 'Metadata')).toBe(true);
  expect(isAtLeast('Metadata', 'Request')).toBe(false);
});

test('more kinds of target than are kept at a time are decided alike', () => {
  const policy: AuditPolicyModel = { rules: [{ level: 'Request', resources: [{ group: 'a.example.com' }] }] };
  const evaluator = new PolicyEvaluator(policy);
  const request = (apiGroup: string, resource: string): RequestAttributes => ({
    verb: 'get',
    resourceRequest: true,
    path: '',
    apiGroup,
    apiVersion: 'v1',
    resource,
    subresource: '',
    namespace: '',
    name: '',
  });
  const levels = Array.from({ length: 10_000 }, (_, index) => [
    evaluator.decide(request('a.example.com', `kind${index}`)).level,
    evaluator.decide(request('b.example.com', `kind${index}`)).level,
  ]);
  expect(new Set(levels.flat())).toEqual(new Set(['Request', 'None']));
  expect(levels.every(([a, b]) => a === 'Request' && b === 'None')).toBe(true);
});

test('a version outside the range is refused instead of guessed', () => {
  const [row] = vectors('evaluate');
  expect(() => evaluate(row!.policy, row!.attributes, '1.26')).toThrow("'1.26' is not one of 1.27 to 1.37");
});
