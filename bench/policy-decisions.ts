/** How fast the audit policy is asked, against parsing the audit event of the same request. */
import { PolicyEvaluator } from '../src/model/audit-policy/evaluator';
import type { AuditPolicyModel, AuditRuleModel, RequestAttributes } from '../src/model/audit-policy/policy';
import { generator } from './generator';
import { interleaved, round3 } from './interleaved';

const REQUESTS = 200_000;
const GROUPS = ['', 'apps', 'batch', 'rbac.authorization.k8s.io', 'networking.k8s.io', 'coordination.k8s.io'];
const RESOURCES = ['pods', 'secrets', 'configmaps', 'deployments', 'jobs', 'roles', 'leases', 'nodes', 'services'];
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const NAMESPACES = ['', 'kube-system', 'shop', 'payments'];
const USERS = ['system:node:node-1', 'system:kube-scheduler', 'alice@example.com', 'bob@example.com'];

type Pick = <T>(values: readonly T[]) => T;

/** Forty rules of the shapes that policies have; the last takes what is left, as in most. */
function fortyRules(pick: Pick): AuditPolicyModel {
  const rules = Array.from({ length: 39 }, (_, index): AuditRuleModel => {
    const resources = [{ group: pick(GROUPS), resources: [pick(RESOURCES), `${pick(RESOURCES)}/status`] }];
    const shapes: AuditRuleModel[] = [
      { level: 'None', users: [pick(USERS)], verbs: [pick(VERBS), pick(VERBS)], resources },
      { level: 'Metadata', resources },
      { level: 'Request', verbs: [pick(VERBS)], resources, namespaces: [pick(NAMESPACES)] },
      { level: 'None', nonResourceURLs: ['/healthz*', `/${pick(RESOURCES)}/*`] },
    ];
    return shapes[index % shapes.length] ?? { level: 'None' };
  });
  return { rules: [...rules, { level: 'Metadata' }] };
}

function requests(pick: Pick): RequestAttributes[] {
  return Array.from({ length: REQUESTS }, (_, index) => {
    const resource = pick(RESOURCES);
    const isResource = index % 20 !== 0;
    return {
      user: { name: pick(USERS), groups: ['system:authenticated'] },
      verb: pick(VERBS),
      resourceRequest: isResource,
      path: isResource ? `/api/v1/${resource}` : '/readyz',
      apiGroup: isResource ? pick(GROUPS) : '',
      apiVersion: 'v1',
      resource: isResource ? resource : '',
      subresource: '',
      namespace: pick(NAMESPACES),
      name: `object-${index % 1000}`,
    };
  });
}

export function policyDecisions(): object {
  const random = generator(20260101);
  const pick: Pick = (values) => values[Math.floor(random() * values.length)]!;
  const evaluator = new PolicyEvaluator(fortyRules(pick));
  const sent = requests(pick);
  const texts = sent.map((request) => JSON.stringify(request));
  const { ratio, spread, subjectMs } = interleaved({
    subject: () => sent.reduce((sum, request) => sum + evaluator.decide(request).matchedRule, 0),
    baseline: () => texts.reduce((sum, text) => sum + Object.keys(JSON.parse(text) as object).length, 0),
  });
  return {
    case: 'policy-decisions-40-rules',
    baseline: 'JSON.parse of the attributes',
    ratio,
    spread,
    decisionsPerSecond: Math.round(REQUESTS / (subjectMs / 1000)),
    nanosecondsPerDecision: round3((subjectMs * 1e6) / REQUESTS),
  };
}
