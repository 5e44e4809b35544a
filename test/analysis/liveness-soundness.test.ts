/**
 * The check against the whole path: random rules and policies, requests as an API server with that policy would record
 * them, read by the real normaliser and evaluated by the real engine.
 */
import * as fc from 'fast-check';
import { checkRulesAgainstPolicy } from '../../src/analysis/liveness';
import type { JsonObject, SecurityEvent } from '../../src/contract/event';
import { planRule } from '../../src/engine/plan';
import { TRUE } from '../../src/engine/truth';
import { readAuditEvent } from '../../src/event/kubernetes-audit';
import { sourceAddressReader } from '../../src/event/source-address';
import type { AuditLevel, AuditPolicyModel, RequestAttributes } from '../../src/model/audit-policy/policy';
import { evaluate } from '../../src/model/audit-policy/evaluator';
import { isAtLeast } from '../../src/model/audit-policy/policy';
import type { CheckedRule, Diagnostic } from '../../src/rule';
import { policies } from '../support/audit-policies';
import { ruleFrom, ruleSetOf } from '../support/rules';

const VERSION = '1.33';
// The last of each is named by no rule and no policy.
const USERS = ['alice', 'bob', 'eve', 'someone'];
const GROUPS = [[], ['dev'], ['ops']];
const NAMESPACES = ['shop', 'kube-system', 'elsewhere'];
const NAMES = ['a', 'c', 'd'];
const RESOURCES = ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'];

/** A request, and the name that the audit event has, which the URL of a creation does not. */
interface Write {
  readonly request: RequestAttributes;
  readonly name: string;
}

const WRITES: readonly Write[] = RESOURCES.flatMap((resource) =>
  ['create', 'update', 'patch'].flatMap((verb) =>
    (resource.startsWith('cluster') ? [''] : NAMESPACES).flatMap((namespace) =>
      NAMES.flatMap((name) =>
        USERS.flatMap((user) => GROUPS.map((groups) => writeOf({ resource, verb, namespace, name }, user, groups))),
      ),
    ),
  ),
);

function writeOf(
  target: Pick<RequestAttributes, 'resource' | 'verb' | 'namespace' | 'name'>,
  user: string,
  groups: readonly string[],
): Write {
  const request = {
    ...target,
    name: target.verb === 'create' ? '' : target.name,
    apiGroup: 'rbac.authorization.k8s.io',
    apiVersion: 'v1',
    subresource: '',
    resourceRequest: true,
    path: '/x',
    user: { name: user, groups: ['system:authenticated', ...groups] },
  };
  return { request, name: target.name };
}

/** A role with every right, or a binding to it: what reaches beyond ordinary rights. */
function bodyOf(resource: string): JsonObject {
  if (resource.endsWith('bindings')) return { roleRef: { kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [] };
  return { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] };
}

/** The audit event of a successful write. */
function recorded({ request, name }: Write, level: AuditLevel): JsonObject {
  const body = bodyOf(request.resource);
  const sent = request.verb === 'patch' ? { metadata: {} } : body;
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level,
    auditID: '11111111-1111-1111-1111-111111111111',
    stage: 'ResponseComplete',
    requestURI: request.path,
    verb: request.verb,
    user: { username: request.user!.name, groups: [...request.user!.groups!] },
    sourceIPs: ['203.0.113.7'],
    objectRef: {
      resource: request.resource,
      apiGroup: request.apiGroup,
      apiVersion: 'v1',
      name,
      ...(request.namespace === '' ? {} : { namespace: request.namespace }),
    },
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: '2026-01-05T10:00:00.000000Z',
    stageTimestamp: '2026-01-05T10:00:00.001000Z',
    annotations: { 'authorization.k8s.io/decision': 'allow' },
    ...(isAtLeast(level, 'Request') ? { requestObject: sent } : {}),
    ...(level === 'RequestResponse' ? { responseObject: body } : {}),
  };
}

const sourceAddress = sourceAddressReader([]);

function normalised(record: JsonObject): readonly SecurityEvent[] {
  const result = readAuditEvent(record, { sourceAddress, receivedUs: 0 });
  if (result.kind !== 'events') throw new Error(`not an event: ${JSON.stringify(result)}`);
  return result.events;
}

const EVENTS = WRITES.map((write) => ({
  None: [],
  Metadata: normalised(recorded(write, 'Metadata')),
  Request: normalised(recorded(write, 'Request')),
  RequestResponse: normalised(recorded(write, 'RequestResponse')),
}));

/** Writes that the rule is about, by their action, and does not see under the policy. */
function missed(rule: CheckedRule, policy: AuditPolicyModel): Write[] {
  const plan = planRule(rule, {});
  return WRITES.filter(({ request }, index) => {
    const sees = (level: AuditLevel): boolean => EVENTS[index]![level].some((event) => plan.evaluate(event) === TRUE);
    if (!sees('RequestResponse') || sees('Metadata')) return false;
    const { level, omitStages } = evaluate(policy, request, VERSION);
    return !sees(omitStages.includes('ResponseComplete') ? 'None' : level);
  });
}

function check(rule: CheckedRule, policy: AuditPolicyModel): Diagnostic[] {
  return checkRulesAgainstPolicy(ruleSetOf([rule]), policy, { policyFile: 'policy.yaml', kubernetesVersion: VERSION });
}

const quoted = (values: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...values).map((value) => JSON.stringify(value));

const VOCABULARY: readonly { readonly field: string; readonly values: readonly string[] }[] = [
  { field: 'event.action', values: ['escalate', 'grant', 'bind', 'deny'] },
  { field: 'event.user', values: USERS.slice(0, -1) },
  { field: 'event.object.resource', values: RESOURCES },
  { field: 'event.object.namespace', values: NAMESPACES.slice(0, -1) },
  { field: 'event.object.name', values: NAMES.slice(0, -1) },
  { field: 'event.result', values: ['success', 'failure'] },
  { field: 'audit.verb', values: ['create', 'update', 'patch'] },
];

function testOn({ field, values }: (typeof VOCABULARY)[number]): fc.Arbitrary<string> {
  const list = fc.array(quoted(values), { minLength: 1, maxLength: 3 }).map((items) => `[${items.join(', ')}]`);
  return fc.oneof(
    quoted(values).map((value) => `${field} == ${value}`),
    quoted(values).map((value) => `${field} != ${value}`),
    list.map((items) => `${field} in ${items}`),
    list.map((items) => `${field} not in ${items}`),
  );
}

const anyTest = fc.oneof(
  fc.constantFrom('event.action == "escalate"', 'not (event.action != "escalate")', 'event.action exists'),
  ...VOCABULARY.map(testOn),
  ...VOCABULARY.map(({ field, values }) =>
    quoted(values.map((value) => value.slice(0, 3))).map((text) => `${field} startswith ${text}`),
  ),
);

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    anyTest,
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a}) and (${b})`),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a}) or (${b})`),
    tie('condition').map((part) => `not (${part})`),
  ),
}));

/** Policies that decide writes to roles and bindings one way or another, and everything else by a last rule. */
const deciding = fc
  .tuple(policies, fc.constantFrom('Metadata', 'Request', 'RequestResponse'), fc.boolean())
  .map(([policy, level, hasLast]): AuditPolicyModel => ({
    ...policy,
    rules: [...policy.rules, ...(hasLast ? [{ level: level as 'Metadata' }] : [])],
  }));

test('a rule of which nothing is said misses no write that its action decides', () => {
  const property = fc.property(condition, deciding, (text, policy) => {
    const rule = ruleFrom('rule', text);
    if (check(rule, policy).length === 0) expect(missed(rule, policy)).toEqual([]);
  });
  fc.assert(property, { seed: 20260105, numRuns: 120 });
});

test('an error is never a false alarm for a rule that is a plain conjunction', () => {
  const conjunction = fc
    .subarray(VOCABULARY.filter(({ field }) => !['event.action', 'event.result'].includes(field)))
    .chain((fields) => fc.tuple(...fields.map(testOn)))
    .map((tests) => ['event.action == "escalate"', ...tests].join(' and '));
  const property = fc.property(conjunction, deciding, (text, policy) => {
    const rule = ruleFrom('rule', text);
    const errors = check(rule, policy).filter(({ severity }) => severity === 'error');
    if (errors.length > 0) expect(missed(rule, policy)).not.toEqual([]);
  });
  fc.assert(property, { seed: 20260106, numRuns: 120 });
});

test('both properties meet rules that miss something and rules that do not', () => {
  const drawn = fc.sample(fc.tuple(condition, deciding), { seed: 20260105, numRuns: 120 });
  const counts = { told: 0, silent: 0, missing: 0 };
  for (const [text, policy] of drawn) {
    const rule = ruleFrom('rule', text);
    if (check(rule, policy).length > 0) counts.told += 1;
    else counts.silent += 1;
    if (missed(rule, policy).length > 0) counts.missing += 1;
  }
  expect(counts.told).toBeGreaterThan(25);
  expect(counts.silent).toBeGreaterThan(25);
  expect(counts.missing).toBeGreaterThan(12);
});
