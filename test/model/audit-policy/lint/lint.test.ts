import { lintPolicy } from '../../../../src/model/audit-policy/lint/lint';
import type { LintOptions } from '../../../../src/model/audit-policy/lint/lint';
import { baselinePolicy } from '../../../../src/model/audit-policy/profiles';
import type { AuditPolicyModel, AuditRuleModel } from '../../../../src/model/audit-policy/policy';

const REST: AuditRuleModel = { level: 'Metadata' };

/** A policy that has nothing to be said about but its own rules. */
function policy(...rules: AuditRuleModel[]): AuditPolicyModel {
  return { omitStages: ['RequestReceived'], rules: [...rules, REST] };
}

const CREDENTIALS: AuditRuleModel = {
  level: 'Metadata',
  resources: [{ resources: ['secrets', 'serviceaccounts/token'] }, { group: 'authentication.k8s.io' }],
};
const WRITES = ['create', 'update', 'patch'];
const IN_APPS = { group: 'apps', resources: ['deployments'] };

interface Row {
  readonly code: string;
  readonly title: string;
  readonly policy: AuditPolicyModel;
  readonly nearMiss: AuditPolicyModel;
  readonly options?: Partial<LintOptions>;
  readonly nearMissOptions?: Partial<LintOptions>;
}

const ROWS: readonly Row[] = [
  {
    code: 'A05',
    title: 'deployments under the core group',
    policy: policy({ level: 'Request', verbs: WRITES, resources: [{ resources: ['deployments'] }] }),
    nearMiss: policy({
      level: 'Request',
      verbs: WRITES,
      resources: [IN_APPS, { group: 'example.com', resources: ['deployments'] }],
    }),
  },
  {
    code: 'A06',
    title: 'tokens of service accounts under a rule for their base',
    policy: policy({
      level: 'RequestResponse',
      verbs: WRITES,
      resources: [{ resources: ['serviceaccounts', 'serviceaccounts/*'] }],
    }),
    nearMiss: policy({ level: 'RequestResponse', verbs: WRITES, resources: [{ resources: ['serviceaccounts'] }] }),
  },
  {
    code: 'A06',
    title: 'secrets of one user',
    policy: policy({ level: 'Request', verbs: WRITES, users: ['alice@example.com'] }),
    nearMiss: policy(CREDENTIALS, { level: 'Request', verbs: WRITES, users: ['alice@example.com'] }),
  },
  {
    code: 'A07',
    title: 'only known callers are recorded',
    policy: { omitStages: ['RequestReceived'], rules: [{ level: 'Metadata', userGroups: ['system:authenticated'] }] },
    nearMiss: policy({ level: 'Metadata', userGroups: ['system:authenticated'] }),
  },
  {
    code: 'A07',
    title: 'the stage of failed logins is omitted',
    policy: { omitStages: ['RequestReceived', 'ResponseStarted'], rules: [REST] },
    nearMiss: { omitStages: ['RequestReceived', 'Panic'], rules: [REST] },
  },
  {
    code: 'A08',
    title: 'reads of an operator',
    policy: policy({ level: 'None', users: ['system:serviceaccount:ops:operator'], verbs: ['get', 'list'] }),
    nearMiss: policy({ level: 'None', users: ['system:kube-scheduler'], verbs: ['get', 'list'] }),
  },
  {
    code: 'A09',
    title: 'a rule behind one that matches more',
    policy: policy(
      { level: 'Metadata', resources: [{ group: 'apps' }] },
      { level: 'Request', verbs: WRITES, resources: [IN_APPS] },
    ),
    nearMiss: policy(
      { level: 'Metadata', verbs: ['get'], resources: [{ group: 'apps' }] },
      { level: 'Request', verbs: WRITES, resources: [IN_APPS] },
    ),
  },
  {
    code: 'A09',
    title: 'a rule that two together hide',
    policy: policy(
      { level: 'Metadata', verbs: ['create'], resources: [IN_APPS] },
      { level: 'Metadata', verbs: ['patch'], resources: [IN_APPS] },
      { level: 'Request', verbs: ['create', 'patch'], resources: [IN_APPS] },
    ),
    nearMiss: policy(
      { level: 'Metadata', verbs: ['create'], resources: [IN_APPS] },
      { level: 'Metadata', verbs: ['patch'], resources: [IN_APPS], namespaces: ['shop'] },
      { level: 'Request', verbs: ['create', 'patch'], resources: [IN_APPS] },
    ),
  },
  {
    code: 'A10',
    title: 'whole lists',
    policy: policy({ level: 'RequestResponse', resources: [IN_APPS] }),
    nearMiss: policy({ level: 'RequestResponse', verbs: WRITES, resources: [IN_APPS] }),
  },
  {
    code: 'A11',
    title: 'a star behind the slash',
    policy: policy({ level: 'Request', verbs: WRITES, resources: [{ resources: ['pods/*'] }] }),
    nearMiss: policy({ level: 'Request', verbs: WRITES, resources: [{ resources: ['pods', 'pods/*', '*/scale'] }] }),
  },
  {
    code: 'A12',
    title: 'a name and a list',
    policy: policy({
      level: 'Metadata',
      verbs: ['get', 'list'],
      resources: [{ resources: ['pods'], resourceNames: ['db'] }],
    }),
    nearMiss: policy({
      level: 'Metadata',
      verbs: ['get', 'update'],
      resources: [{ resources: ['pods'], resourceNames: ['db'] }],
    }),
  },
  {
    code: 'A13',
    title: 'a list within a namespace',
    policy: policy({ level: 'Metadata', verbs: ['list'], namespaces: ['shop'] }),
    nearMiss: policy({ level: 'Metadata', verbs: ['list'], namespaces: ['shop', ''] }),
  },
  {
    code: 'A13',
    title: 'namespaces outside of namespaces',
    policy: policy({ level: 'Metadata', namespaces: [''], resources: [{ resources: ['namespaces'] }] }),
    nearMiss: policy({ level: 'Metadata', namespaces: [''], resources: [{ resources: ['nodes'] }] }),
  },
  {
    code: 'A14',
    title: 'sessions of older clients',
    policy: { rules: [{ level: 'Request', verbs: ['create'], resources: [{ resources: ['pods/exec'] }] }, REST] },
    nearMiss: {
      rules: [{ level: 'Request', verbs: ['create', 'get'], resources: [{ resources: ['pods/exec'] }] }, REST],
    },
  },
  {
    code: 'A15',
    title: 'everything of a user',
    policy: policy({ level: 'None', users: ['system:kube-proxy'] }),
    nearMiss: policy({
      level: 'None',
      users: ['system:kube-proxy'],
      verbs: ['watch'],
      resources: [{ resources: ['services'] }],
    }),
  },
  {
    code: 'A15',
    title: 'events with their deletion',
    policy: policy({ level: 'None', resources: [{ resources: ['events'] }] }),
    nearMiss: policy(
      { level: 'Metadata', verbs: ['delete', 'deletecollection'], resources: [{ resources: ['events'] }] },
      { level: 'None', resources: [{ resources: ['events'] }] },
    ),
  },
  {
    code: 'A16',
    title: 'policy and rule omit everything together',
    policy: policy({ level: 'Metadata', verbs: ['get'], omitStages: ['ResponseStarted', 'ResponseComplete', 'Panic'] }),
    nearMiss: policy({ level: 'Metadata', verbs: ['get'], omitStages: ['ResponseStarted', 'ResponseComplete'] }),
  },
  {
    code: 'A17',
    title: 'no last rule',
    policy: { omitStages: ['RequestReceived'], rules: [{ level: 'Metadata', verbs: ['create'] }] },
    nearMiss: policy({ level: 'Metadata', verbs: ['create'] }),
  },
  {
    code: 'A18',
    title: 'both stages',
    policy: { rules: [REST] },
    nearMiss: {
      rules: [
        { level: 'None', verbs: ['watch'] },
        { ...REST, omitStages: ['RequestReceived'] },
      ],
    },
  },
  {
    code: 'A18',
    title: 'both stages where nothing blocks on them',
    policy: { rules: [REST] },
    nearMiss: { rules: [REST] },
    nearMissOptions: { mode: 'blocking-strict' },
  },
  {
    code: 'A19',
    title: 'blocking-strict',
    policy: policy(),
    options: { mode: 'blocking-strict' },
    nearMiss: policy(),
    nearMissOptions: { mode: 'blocking' },
  },
  {
    code: 'A20',
    title: 'bodies without a bound',
    policy: policy({ level: 'Request', verbs: WRITES, resources: [IN_APPS] }),
    options: { isTruncating: false },
    nearMiss: policy(),
    nearMissOptions: { isTruncating: false },
  },
  {
    code: 'A21',
    title: 'only two groups are named',
    policy: {
      omitStages: ['RequestReceived'],
      rules: [{ level: 'Metadata', resources: [{ group: '' }, { group: 'apps' }] }],
    },
    nearMiss: policy({ level: 'Metadata', resources: [{ group: '' }, { group: 'apps' }] }),
  },
];

function codes(of: AuditPolicyModel, options: Partial<LintOptions> = {}): string[] {
  return lintPolicy(of, { kubernetesVersion: '1.33', ...options }).map(({ code }) => code);
}

test.each(ROWS)('$code is found: $title', ({ code, policy: bad, options }) => {
  expect(codes(bad, options)).toContain(code);
});

test.each(ROWS)('$code is not found in what is nearly it: $title', ({ code, nearMiss, nearMissOptions }) => {
  expect(codes(nearMiss, nearMissOptions)).not.toContain(code);
});

test.each(['1.27', '1.30', '1.33', '1.36'])('nothing is to be said about the baseline for %s', (kubernetesVersion) => {
  expect(lintPolicy(baselinePolicy(kubernetesVersion), { kubernetesVersion, isTruncating: true })).toEqual([]);
});

test('a finding says what, where and what to do', () => {
  const bad = policy({ level: 'Request', verbs: ['patch'], resources: [{ resources: ['deployments'] }] });
  const [finding] = lintPolicy(bad, { kubernetesVersion: '1.33' });
  expect(finding).toEqual({
    code: 'A05',
    severity: 'error',
    field: 'rules[0].resources[0]',
    rule: 0,
    message: "'deployments' is not served in the group ''",
    remedy: "name it under the group 'apps'",
  });
});

test('a policy of hundreds of rules is judged while one waits', () => {
  const rules = Array.from({ length: 300 }, (_, index): AuditRuleModel => ({
    level: 'Request',
    users: [`user-${index}@example.com`],
    verbs: ['create'],
    resources: [{ group: `group-${index}.example.com` }],
  }));
  const begun = performance.now();
  expect(codes(policy(...rules))).toEqual([]);
  expect(performance.now() - begun).toBeLessThan(15_000);
});
