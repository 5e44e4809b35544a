/** Audit policies and requests for tests: the vectors, and generators whose values meet each other often. */
import * as fc from 'fast-check';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { AuditDecision, AuditPolicyModel, RequestAttributes } from '../../src/model/audit-policy/policy';
import { AUDIT_LEVELS, AUDIT_STAGES } from '../../src/model/audit-policy/policy';

interface VectorBase {
  readonly id: string;
  readonly title: string;
}

export interface EvaluateVector extends VectorBase {
  readonly kind: 'evaluate';
  readonly policy: AuditPolicyModel;
  readonly policyValid: Readonly<Record<string, boolean>>;
  readonly attributes: RequestAttributes;
  readonly expect: AuditDecision;
  readonly checkerUpTo135?: AuditDecision;
}

export interface ValidateVector extends VectorBase {
  readonly kind: 'validate';
  readonly policy: AuditPolicyModel;
  readonly expectErrors: Readonly<Record<string, readonly string[]>>;
}

export interface LoadVector extends VectorBase {
  readonly kind: 'load';
  readonly raw: string;
  readonly expect: {
    readonly ok: boolean;
    readonly errorContains?: string;
    readonly strictWarning?: boolean;
    readonly effective?: object;
  };
}

type Vector = EvaluateVector | ValidateVector | LoadVector;

const VECTORS: readonly Vector[] = fs
  .readFileSync(path.join(__dirname, '..', 'fixtures', 'audit-policy-cases.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

/** The rows of one kind; what they expect was computed by the API server's own code. */
export function vectors<K extends Vector['kind']>(kind: K): Extract<Vector, { kind: K }>[] {
  return VECTORS.filter((row): row is Extract<Vector, { kind: K }> => row.kind === kind);
}

const words = (...values: string[]): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...values), { maxLength: 3 });

const resources = fc.record(
  {
    group: fc.constantFrom('', 'apps', 'rbac.authorization.k8s.io', '*'),
    resources: words('pods', 'pods/log', 'pods/*', '*/log', '*', '*/*', 'roles', 'pod*'),
    resourceNames: words('', 'a', 'b'),
  },
  { requiredKeys: [] },
);

const rule = fc.record(
  {
    level: fc.constantFrom(...AUDIT_LEVELS),
    users: words('alice', 'bob', '*'),
    userGroups: words('dev', 'system:authenticated', 'ops'),
    verbs: words('get', 'create', 'patch', '*', ''),
    resources: fc.array(resources, { maxLength: 2 }),
    namespaces: words('', 'shop', '*'),
    nonResourceURLs: words('*', '/api', '/api*', '/api/*', '/healthz**', '/'),
    omitStages: fc.subarray([...AUDIT_STAGES]),
    omitManagedFields: fc.boolean(),
  },
  { requiredKeys: ['level'] },
);

/** Policies of up to five rules, refused ones among them. */
export const policies: fc.Arbitrary<AuditPolicyModel> = fc.record(
  {
    omitStages: fc.subarray([...AUDIT_STAGES]),
    omitManagedFields: fc.boolean(),
    rules: fc.array(rule, { maxLength: 5 }),
  },
  { requiredKeys: ['rules'] },
);

const user = fc.option(
  fc.record({ name: fc.constantFrom('alice', 'bob', 'eve'), groups: words('dev', 'ops', 'system:authenticated') }),
);

const resourceRequest = fc.record({
  user,
  verb: fc.constantFrom('get', 'create', 'patch', ''),
  resourceRequest: fc.constant(true),
  path: fc.constant('/api/v1/pods'),
  apiGroup: fc.constantFrom('', 'apps', 'rbac.authorization.k8s.io'),
  apiVersion: fc.constant('v1'),
  resource: fc.constantFrom('pods', 'roles'),
  subresource: fc.constantFrom('', 'log', 'exec'),
  namespace: fc.constantFrom('', 'shop', 'kube-system'),
  name: fc.constantFrom('', 'a', 'c'),
});

const pathRequest = fc.record({
  user,
  verb: fc.constantFrom('get', 'post'),
  resourceRequest: fc.constant(false),
  path: fc.constantFrom('/', '/api', '/api/v2', '/apis', '/healthz', '/healthz/etcd', '*'),
  apiGroup: fc.constant(''),
  apiVersion: fc.constant(''),
  resource: fc.constant(''),
  subresource: fc.constant(''),
  namespace: fc.constant(''),
  name: fc.constant(''),
});

export const requests: fc.Arbitrary<RequestAttributes> = fc.oneof(
  { weight: 3, arbitrary: resourceRequest },
  pathRequest,
);
