import { checkRulesAgainstPolicy } from '../../src/analysis/liveness';
import type { AuditPolicyModel, AuditRuleModel } from '../../src/model/audit-policy/policy';
import { loadPolicy } from '../../src/model/audit-policy/load';
import { baselinePolicy } from '../../src/model/audit-policy/profiles';
import type { CheckedRule } from '../../src/rule';
import { ruleFrom, ruleSetOf } from '../support/rules';

const RBAC_WRITES = { verbs: ['create', 'update', 'patch'], resources: [{ group: 'rbac.authorization.k8s.io' }] };
const METADATA: AuditPolicyModel = { omitStages: ['RequestReceived'], rules: [{ level: 'Metadata' }] };
const LISTS = { authorized_users: ['alice@example.com', 'bob@example.com'] };

const escalation = ruleFrom(
  'privilege-escalation',
  'event.type == "authorization" and event.action == "escalate" and event.user not in authorized_users',
);
const guessing = ruleFrom(
  'unauthorized-access',
  'event.type == "authentication" and event.result == "failure" and event.failure_count > 5',
);

function withRules(...rules: AuditRuleModel[]): AuditPolicyModel {
  return { omitStages: ['RequestReceived'], rules };
}

function check(rule: CheckedRule, policy: AuditPolicyModel, kubernetesVersion = '1.33'): string[] {
  const options = { policyFile: 'audit-policy.yaml', kubernetesVersion };
  return checkRulesAgainstPolicy(ruleSetOf([rule], LISTS), policy, options).map(
    ({ severity, message }) => `${severity}: ${message}`,
  );
}

function severities(condition: string, policy: AuditPolicyModel, rest: Partial<CheckedRule> = {}): string[] {
  return check(ruleFrom('rule', condition, rest), policy).map((line) => line.slice(0, line.indexOf(':')));
}

describe('a rule that asks what a write to a role or binding did', () => {
  test.each(['1.27', '1.33', '1.36', '1.37'])('is live under the baseline of %s', (version) => {
    expect(check(escalation, baselinePolicy(version), version)).toEqual([]);
  });

  test('is dead under a policy without bodies: the line of the policy, what it lacks, and the fix are named', () => {
    expect(
      checkRulesAgainstPolicy(ruleSetOf([escalation], LISTS), METADATA, {
        policyFile: 'audit-policy.yaml',
        kubernetesVersion: '1.33',
      }),
    ).toEqual([
      {
        code: 'A24',
        severity: 'error',
        file: 'rules.yaml',
        line: 3,
        column: 1,
        length: 1,
        message:
          'rule \'privilege-escalation\' reads event.action == "escalate", but audit-policy.yaml:7 records create, update and patch of roles, rolebindings, clusterroles and clusterrolebindings at Metadata, without the body, which leaves the action unknown',
        remedy:
          "put this rule before that one in the policy: { level: RequestResponse, verbs: [create, update, patch], resources: [{ group: rbac.authorization.k8s.io }] }; or give the rule 'source: host-auth' if it is about sudo and su on hosts alone",
      },
    ]);
  });

  test('misses patches where only requests are recorded, and nothing else', () => {
    expect(check(escalation, withRules({ level: 'Request', ...RBAC_WRITES }, { level: 'Metadata' }))).toEqual([
      'error: rule \'privilege-escalation\' reads event.action == "escalate", but audit-policy.yaml:7 records patch of roles, rolebindings, clusterroles and clusterrolebindings at Request, where the body of a patch is only the difference, which leaves the action unknown',
    ]);
  });

  test('misses what the policy forgets: one resource, one verb', () => {
    const bindings = { group: 'rbac.authorization.k8s.io', resources: ['clusterrolebindings', 'rolebindings'] };
    expect(
      check(escalation, withRules({ level: 'RequestResponse', resources: [bindings] }, { level: 'Metadata' })),
    ).toEqual([expect.stringContaining('records create, update and patch of roles and clusterroles at Metadata')]);
    const created = { ...RBAC_WRITES, verbs: ['create', 'patch'] };
    expect(check(escalation, withRules({ level: 'RequestResponse', ...created }, { level: 'Metadata' }))).toEqual([
      expect.stringContaining('audit-policy.yaml:11 records update of roles'),
    ]);
  });

  test('is told where nothing is recorded, by a rule or for want of one', () => {
    expect(check(escalation, withRules({ level: 'None', ...RBAC_WRITES }, { level: 'RequestResponse' }))).toEqual([
      expect.stringContaining('but audit-policy.yaml:7 records nothing of create, update and patch of roles'),
    ]);
    expect(
      check(escalation, withRules({ level: 'Metadata', resources: [{ group: '', resources: ['pods'] }] })),
    ).toEqual([expect.stringContaining('but no rule of the audit policy (audit-policy.yaml:6) matches create')]);
  });

  test('is told of a policy that leaves the stage with the bodies out', () => {
    const policy = withRules({ level: 'RequestResponse', omitStages: ['ResponseComplete'] });
    expect(check(escalation, policy)).toEqual([expect.stringContaining('omits the stage ResponseComplete')]);
  });

  test('is told as a warning whom the policy singles out', () => {
    const quiet: AuditRuleModel[] = [
      { level: 'None', users: ['system:apiserver'], verbs: ['patch'] },
      { level: 'Metadata', namespaces: ['sandbox'], userGroups: ['interns'] },
      {
        level: 'Request',
        resources: [{ group: 'rbac.authorization.k8s.io', resources: ['clusterroles'], resourceNames: ['view'] }],
      },
    ];
    expect(check(escalation, withRules(...quiet, { level: 'RequestResponse' }))).toEqual([
      expect.stringMatching(/^warning: .*:7 records nothing of patch of roles, .* by user 'system:apiserver'$/),
      expect.stringMatching(
        /^warning: .*:10 records .* of roles and rolebindings by members of 'interns' in namespace 'sandbox' at Metadata/,
      ),
      expect.stringMatching(/^warning: .*:13 records patch of clusterroles with the name 'view' at Request/),
    ]);
  });

  test('is dead when the policy singles out just those it is about', () => {
    const policy = withRules({ level: 'Metadata', users: ['mallory'] }, { level: 'RequestResponse' });
    expect(severities('event.action == "escalate" and event.user == "mallory"', policy)).toEqual(['error']);
    expect(severities('event.action == "escalate"', policy)).toEqual(['warning']);
    expect(severities('event.action == "escalate" and event.user == "alice@example.com"', policy)).toEqual([]);
  });

  test('is live when the policy records just those it is about', () => {
    const policy = withRules({ level: 'RequestResponse', users: ['mallory'] }, { level: 'Metadata' });
    expect(severities('event.action == "escalate" and event.user == "mallory"', policy)).toEqual([]);
    expect(severities('event.action == "escalate"', policy)).toEqual(['error']);
  });

  test('is undecided where the policy tells groups apart and the rule cannot be compared with that', () => {
    const policy = withRules(
      { level: 'RequestResponse', userGroups: ['system:serviceaccounts'] },
      { level: 'Metadata' },
    );
    expect(severities('event.action == "escalate" and event.user startswith "system:serviceaccount:"', policy)).toEqual(
      ['info'],
    );
    expect(severities('event.action == "escalate" and event.groups contains "system:serviceaccounts"', policy)).toEqual(
      ['info'],
    );
    expect(severities('event.action == "escalate"', policy)).toEqual(['error']);
  });
});

test('a policy that treats a thousand users apart is told in short, and nothing of it passes for fine', () => {
  const apart = Array.from({ length: 1000 }, (_, index) => ({ level: 'Metadata', users: [`user-${index}`] }) as const);
  const policy = withRules(...apart, { level: 'RequestResponse' });
  expect(severities('event.action == "escalate"', policy)).toEqual(Array(20).fill('warning'));
  expect(severities('event.action == "escalate" and event.user == "user-3"', policy)).toEqual(['error']);
  expect(severities('event.action == "escalate" and event.user == "user-999"', policy)).toEqual(['info']);
});

describe('under a policy without bodies', () => {
  test.each([
    { title: 'names escalation', condition: 'event.action == "escalate"', expected: ['error'] },
    { title: 'names it in a list', condition: 'event.action in ["exec", "escalate"]', expected: ['error'] },
    { title: 'names it by its beginning', condition: 'event.action startswith "esc"', expected: ['error'] },
    { title: 'names it by a double negation', condition: 'not (event.action != "escalate")', expected: ['error'] },
    {
      title: 'names it in one branch',
      condition: 'event.user == "mallory" or event.action == "escalate"',
      expected: ['error'],
    },
    { title: 'names what else the body shows', condition: 'event.action == "bind"', expected: ['error'] },
    { title: 'names other actions', condition: 'event.action in ["exec", "deny", "create"]', expected: [] },
    {
      title: 'excludes an action',
      condition: 'event.type == "authorization" and event.action != "grant"',
      expected: ['info'],
    },
    { title: 'excludes a list of actions', condition: 'event.action not in ["create", "delete"]', expected: ['info'] },
    { title: 'excludes escalation by not', condition: 'not (event.action == "deny")', expected: ['info'] },
    { title: 'asks by a pattern', condition: 'event.action matches "^(escalate|bind)$"', expected: ['info'] },
    { title: 'asks whether there is an action', condition: 'event.action exists', expected: ['info'] },
    {
      title: 'excludes actions among other types',
      condition: 'event.type == "change" and event.action != "patch"',
      expected: [],
    },
    {
      title: 'is about hosts by its source',
      condition: 'event.action == "escalate"',
      source: 'host-auth',
      expected: [],
    },
    {
      title: 'is about hosts by its condition',
      condition: 'event.action == "escalate" and event.source == "host-auth"',
      expected: [],
    },
    { title: 'reads host fields', condition: 'event.action == "escalate" and host.process == "sudo"', expected: [] },
    {
      title: 'reads the audit log by its source',
      condition: 'event.action == "escalate"',
      source: 'kubernetes-audit',
      expected: ['error'],
    },
    {
      title: 'is about other objects',
      condition: 'event.action == "escalate" and event.object.resource == "pods"',
      expected: [],
    },
    {
      title: 'is about one resource',
      condition: 'event.action == "escalate" and event.object.resource == "rolebindings"',
      expected: ['error'],
    },
    {
      title: 'is about refused writes',
      condition: 'event.action == "escalate" and event.result == "failure"',
      expected: ['info'],
    },
    { title: 'is about an empty list', condition: 'event.action in []', expected: [] },
    {
      title: 'reads no action',
      condition: 'event.type == "authorization" and event.result == "failure"',
      expected: [],
    },
  ] as const)('a rule that $title: $expected', ({ condition, expected, ...rest }) => {
    expect(severities(condition, METADATA, rest)).toEqual(expected);
  });

  test('a rule about refused writes is dead where nothing at all is recorded', () => {
    const policy = withRules({ level: 'None', ...RBAC_WRITES }, { level: 'Metadata' });
    expect(severities('event.action == "escalate" and event.result == "failure"', policy)).toEqual(['error']);
  });
});

describe('a rule about failed logins', () => {
  test.each(['1.27', '1.33', '1.36'])('is live under the baseline of %s', (version) => {
    expect(check(guessing, baselinePolicy(version), version)).toEqual([]);
    expect(check(guessing, METADATA, version)).toEqual([]);
  });

  test('is dead where the policy leaves ResponseStarted out', () => {
    const policy: AuditPolicyModel = { ...baselinePolicy('1.33'), omitStages: ['RequestReceived', 'ResponseStarted'] };
    expect(
      checkRulesAgainstPolicy(ruleSetOf([guessing]), policy, {
        policyFile: 'audit-policy.yaml',
        kubernetesVersion: '1.33',
      }),
    ).toEqual([
      {
        code: 'A24',
        severity: 'error',
        file: 'rules.yaml',
        line: 3,
        column: 1,
        length: 1,
        message:
          "rule 'unauthorized-access' reads failed logins, which the audit policy never records: audit-policy.yaml:5 omits the stage ResponseStarted, the only one that a failed login is written at",
        remedy:
          "take ResponseStarted out of omitStages; or give the rule 'source: host-auth' if it is about logins on hosts alone",
      },
    ]);
  });

  test('is dead where only the last rule leaves ResponseStarted out: it is the one that decides', () => {
    const baseline = baselinePolicy('1.33');
    const policy = {
      ...baseline,
      rules: [...baseline.rules.slice(0, -1), { level: 'Metadata', omitStages: ['ResponseStarted'] } as const],
    };
    expect(check(guessing, policy)).toEqual([
      expect.stringMatching(/^error: .*audit-policy\.yaml:\d+ omits the stage ResponseStarted/),
    ]);
  });

  test('is dead where every rule is bound to users', () => {
    const policy = withRules(
      { level: 'RequestResponse', users: ['alice@example.com'] },
      { level: 'Metadata', userGroups: ['system:authenticated'] },
    );
    expect(check(guessing, policy)).toEqual([
      "error: rule 'unauthorized-access' reads failed logins, which the audit policy never records: no rule of it (audit-policy.yaml:6) matches a request without a user",
    ]);
  });

  test('is dead where the rule for requests without a user drops them', () => {
    const policy = withRules({ level: 'Metadata', userGroups: ['system:authenticated'] }, { level: 'None' });
    expect(check(guessing, policy)).toEqual([
      expect.stringContaining('audit-policy.yaml:9 records nothing of requests without a user'),
    ]);
  });

  test('is told as a warning that only a part is recorded', () => {
    const policy = withRules({ level: 'Metadata', resources: [{ group: '', resources: ['*'] }] });
    expect(check(guessing, policy)).toEqual([
      "warning: rule 'unauthorized-access' reads failed logins, which the audit policy records only in part, not on get /api, get /apis, get /: no rule of it (audit-policy.yaml:6) matches a request without a user",
    ]);
  });

  test('is judged by the requests it is about', () => {
    const policy = withRules(
      { level: 'None', resources: [{ group: 'apps', resources: ['deployments'] }] },
      { level: 'None', namespaces: ['sandbox'] },
      { level: 'Metadata' },
    );
    const about = (target: string): string[] => severities(`event.type == "authentication" and ${target}`, policy);
    expect(about('event.object.resource == "deployments" and event.object.group == "apps"')).toEqual(['error']);
    expect(about('event.object.namespace == "sandbox"')).toEqual(['error']);
    expect(about('event.object.resource == "secrets"')).toEqual([]);
    expect(about('event.object.namespace in ["sandbox", "shop"]')).toEqual(['warning']);
    expect(check(guessing, policy)).toEqual([]);
  });

  test.each([
    { title: 'by their type', condition: 'event.type == "authentication"', expected: ['error'] },
    { title: 'by their action', condition: 'event.action == "login" and event.failure_count > 5', expected: ['error'] },
    { title: 'by their status code', condition: 'audit.responseStatus.code == 401', expected: ['error'] },
    { title: 'among others', condition: 'event.type in ["authentication", "authorization"]', expected: ['error'] },
    {
      title: 'in one branch',
      condition: 'event.user == "mallory" or event.type == "authentication"',
      expected: ['error'],
    },
    {
      title: 'of users outside a list, which no user is in',
      condition: 'event.type == "authentication" and event.user not in authorized_users',
      expected: ['error'],
    },
    {
      title: 'of one user, which they do not have',
      condition: 'event.type == "authentication" and event.user == "root"',
      expected: [],
    },
    {
      title: 'that succeeded, which are not audited',
      condition: 'event.type == "authentication" and event.result == "success"',
      expected: [],
    },
    { title: 'on hosts by source', condition: 'event.type == "authentication"', source: 'host-auth', expected: [] },
    {
      title: 'on hosts by condition',
      condition: 'event.type == "authentication" and host.process == "sshd"',
      expected: [],
    },
    {
      title: 'on one resource',
      condition: 'event.type == "authentication" and event.object.resource == "secrets"',
      expected: ['error'],
    },
    {
      title: 'in one namespace',
      condition: 'event.type == "authentication" and event.object.namespace == "kube-system"',
      expected: ['error'],
    },
    {
      title: 'on one object',
      condition: 'event.type == "authentication" and event.object.name == "admin"',
      expected: ['info'],
    },
    { title: 'not, only failures', condition: 'event.result == "failure" and event.failure_count > 5', expected: [] },
    { title: 'not, everything but reads', condition: 'event.type != "access"', expected: [] },
    { title: 'not, bad answers of any kind', condition: 'audit.responseStatus.code >= 400', expected: [] },
  ] as const)('that reads them $title: $expected where none is recorded', ({ condition, expected, ...rest }) => {
    const policy: AuditPolicyModel = { omitStages: ['ResponseStarted'], rules: [{ level: 'RequestResponse' }] };
    expect(severities(condition, policy, rest)).toEqual(expected);
  });
});

test('lines are those of the file that the policy was read from', () => {
  const text = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n\n# why\nrules:\n\n- level: Metadata\n';
  const { policy, lines } = loadPolicy(text, '1.33');
  const options = { policyFile: 'ours.yaml', kubernetesVersion: '1.33', lines };
  expect(checkRulesAgainstPolicy(ruleSetOf([escalation], LISTS), policy!, options)[0]?.message).toContain(
    'but ours.yaml:7 records',
  );
});

test('both versions of the wildcard group are understood', () => {
  const policy = withRules({ level: 'RequestResponse', resources: [{ group: '*' }] }, { level: 'Metadata' });
  expect(check(escalation, policy, '1.36')).toEqual([]);
  expect(check(escalation, policy, '1.35')).toEqual([expect.stringContaining('audit-policy.yaml:10 records')]);
});
