import { App, Chart, Testing } from 'cdk8s';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { AuditDelivery } from '../../../src/constructs/audit/audit-delivery';
import type { AuditPolicyProps } from '../../../src/constructs/audit/audit-policy';
import { AuditPolicy } from '../../../src/constructs/audit/audit-policy';
import type { AuditRule } from '../../../src/constructs/audit/audit-rule';
import { AuditLevel, AuditStage } from '../../../src/constructs/audit/audit-rule';
import { loadPolicy } from '../../../src/model/audit-policy/load';
import { baselinePolicy } from '../../../src/model/audit-policy/profiles';
import { ruleFrom, ruleSetOf } from '../../support/rules';

function policyOf(props: AuditPolicyProps = {}): AuditPolicy {
  return new AuditPolicy(new Chart(new App(), 'siem'), 'Audit', props);
}

function messageOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

const everything: AuditRule = { level: AuditLevel.METADATA };

/** The policy of the original guide. */
const guide: AuditRule = {
  level: AuditLevel.REQUEST_RESPONSE,
  verbs: ['*'],
  resources: [{ apiGroup: '*', resources: ['*'] }],
};

describe('what it is', () => {
  test('the baseline, when nothing is said', () => {
    const policy = policyOf();
    expect(policy._toModel()).toEqual(baselinePolicy('1.33'));
    expect(loadPolicy(policy.policyText, '1.33').problems).toEqual([]);
  });

  test('the rules that are given, under the names of audit.k8s.io/v1', () => {
    const rule: Required<AuditRule> = {
      level: AuditLevel.REQUEST,
      users: ['alice@example.com'],
      userGroups: ['dev'],
      verbs: ['create'],
      resources: [{ resources: ['pods'], resourceNames: ['a'] }, { apiGroup: 'apps' }],
      namespaces: ['shop'],
      nonResourceUrls: [],
      omitStages: [AuditStage.PANIC],
      omitManagedFields: false,
      comment: 'why',
    };
    const policy = policyOf({ rules: [rule, everything], omitStages: [], omitManagedFields: false });
    expect(parse(policy.policyText)).toEqual({
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      omitManagedFields: false,
      rules: [
        {
          level: 'Request',
          users: ['alice@example.com'],
          userGroups: ['dev'],
          verbs: ['create'],
          resources: [{ group: '', resources: ['pods'], resourceNames: ['a'] }, { group: 'apps' }],
          namespaces: ['shop'],
          omitStages: ['Panic'],
          omitManagedFields: false,
        },
        { level: 'Metadata' },
      ],
    });
    expect(policy.policyText).toContain('\n# why\n- level: Request\n');
  });

  test('rules of ones own before the baseline', () => {
    const own: AuditRule = { level: AuditLevel.REQUEST, resources: [{ apiGroup: 'example.com' }] };
    const model = policyOf({ rules: [own, ...AuditPolicy.baselineRules()] })._toModel();
    expect(model.rules.slice(1)).toEqual(baselinePolicy('1.33').rules);
  });

  test('every level and stage reaches the file', () => {
    const rules = Object.values(AuditLevel).map((level): AuditRule => ({
      level,
      users: ['a'],
      omitStages: Object.values(AuditStage),
    }));
    expect(
      policyOf({ rules })
        ._toModel()
        .rules.map(({ level, omitStages }) => [level, ...(omitStages ?? [])]),
    ).toEqual(
      ['None', 'Metadata', 'Request', 'RequestResponse'].map((level) => [
        level,
        'RequestReceived',
        'ResponseStarted',
        'ResponseComplete',
        'Panic',
      ]),
    );
    const copy = policyOf({ rules: AuditPolicy.baselineRules('1.36') });
    expect(copy.policyText).toBe(policyOf({ kubernetesVersion: '1.36' }).policyText);
  });
});

describe('the policy of the original guide is refused', () => {
  test('below 1.36, where the API server does not start with it', () => {
    const message = messageOf(() => policyOf({ rules: [guide], kubernetesVersion: '1.33' }));
    expect(message).toMatch(/^siem\/Audit: the audit policy has 2 problems:\n/);
    expect(message).toContain(
      "kube-apiserver 1.33 does not know the group '*': it refuses the policy and does not start",
    );
    expect(message).toContain('from 1.36 on it starts with this rule and records nothing by it');
    expect(message).toContain('leave verbs out: that means all of them');
    const meant = message.slice(message.indexOf('what was meant is:') + 'what was meant is:'.length);
    const { policy, problems } = loadPolicy(meant, '1.33');
    expect(problems).toEqual([]);
    expect(policy?.rules.at(-1)).toMatchObject({ level: 'RequestResponse' });
    expect(policy?.rules.at(-1)).not.toHaveProperty('verbs');
  });

  test('from 1.36 on, where it records nothing', () => {
    const message = messageOf(() => policyOf({ rules: [guide], kubernetesVersion: '1.36' }));
    expect(message).toContain('from 1.36 on the rule loads and records nothing by it');
    expect(message).toContain("up to 1.35 kube-apiserver refuses the group '*' and does not start");
    const meant = message.slice(message.indexOf('what was meant is:') + 'what was meant is:'.length);
    expect(loadPolicy(meant, '1.36').problems).toEqual([]);
    expect(parse(meant).rules.at(-1)).toEqual({ level: 'RequestResponse', resources: [{ group: '*' }] });
  });
});

test.each([
  {
    title: 'a misspelled verb, with the nearest',
    props: { rules: [{ ...everything, verbs: ['pacth'] }] },
    says: ["A26 rules[0].verbs[0]: no request that this rule can match has the verb 'pacth'", "did you mean 'patch'?"],
  },
  {
    title: 'a verb of authorization',
    props: { rules: [{ ...everything, verbs: ['impersonate'] }] },
    says: ["'impersonate' is a verb of authorization rules"],
  },
  {
    title: 'a path beside resources',
    props: { rules: [{ ...everything, resources: [{}], nonResourceUrls: ['/api'] }] },
    says: ['A25 rules[0].nonResourceURLs', 'make two rules of it'],
  },
  {
    title: 'no rule',
    props: { rules: [] },
    says: ['siem/Audit: the audit policy has no rule', 'leave rules out for the baseline'],
  },
  { title: 'an old version', props: { kubernetesVersion: '1.26' }, says: ["'1.26'", '1.27 to 1.37'] },
  { title: 'a future version', props: { kubernetesVersion: '1.38' }, says: ["'1.38'", '1.27 to 1.37'] },
  { title: 'no version', props: { kubernetesVersion: 'latest' }, says: ["'latest'", '1.27 to 1.37'] },
  {
    title: 'a missing file',
    props: { policyFile: 'nowhere.yaml' },
    says: ["siem/Audit: there is no policy file 'nowhere.yaml'"],
  },
  {
    title: 'a file and rules',
    props: { policyFile: 'a.yaml', rules: [everything] },
    says: ["policyFile 'a.yaml' is given together with parts of a policy"],
  },
  {
    title: 'a rotation that never rotates',
    props: { delivery: AuditDelivery.kubeadm({ logMaxSizeMb: 0 }) },
    says: ['siem/Audit: logMaxSizeMb is 0', 'at least 1'],
  },
  {
    title: 'a relative log path',
    props: { delivery: AuditDelivery.kubeadm({ logPath: 'audit.log' }) },
    says: ["the audit log path 'audit.log' is not an absolute path"],
  },
  {
    title: 'a log in the root directory',
    props: { delivery: AuditDelivery.kubeadm({ logPath: '/audit.log' }) },
    says: ["the audit log '/audit.log' lies in the root directory"],
  },
])('refuses $title', ({ props, says }) => {
  const message = messageOf(() => policyOf(props));
  for (const text of says) expect(message).toContain(text);
});

test.each(['1.33', 'v1.33', '1.33.4'])('takes the version %s', (kubernetesVersion) => {
  expect(policyOf({ kubernetesVersion }).kubernetesVersion).toBe('1.33');
});

describe('its files', () => {
  test('are the policy under its hash, the configuration of kubeadm that names it, and what to do', () => {
    const policy = policyOf();
    expect(policy.hostFiles.map((file) => file.path)).toEqual([
      policy.policyFileName,
      'kubeadm-cluster-configuration.yaml',
      'README.md',
    ]);
    expect(policy.policyFileName).toMatch(/^audit-policy-[0-9a-f]{8}\.yaml$/);
    const [, configuration, readme] = policy.hostFiles;
    expect(parse(configuration!.text).apiServer.extraArgs[0]).toEqual({
      name: 'audit-policy-file',
      value: `/etc/kubernetes/audit/${policy.policyFileName}`,
    });
    expect(readme!.text).toContain(policy.policyFileName);
  });

  test('have another name for another policy, so that the API server restarts', () => {
    expect(policyOf({ rules: [everything] }).policyFileName).not.toBe(policyOf().policyFileName);
    expect(policyOf().policyFileName).toBe(policyOf().policyFileName);
  });

  test('follow the paths and the rotation that are given', () => {
    const delivery = AuditDelivery.kubeadm({
      policyDirectory: '/etc/audit',
      logPath: '/srv/audit/api.log',
      logMaxAgeDays: 7,
      logMaxBackups: 3,
      logMaxSizeMb: 50,
    });
    const policy = policyOf({ delivery, kubernetesVersion: '1.30' });
    const { extraArgs, extraVolumes } = parse(policy.hostFiles[1]!.text).apiServer;
    expect(extraArgs).toEqual({
      'audit-policy-file': `/etc/audit/${policy.policyFileName}`,
      'audit-log-path': '/srv/audit/api.log',
      'audit-log-maxage': '7',
      'audit-log-maxbackup': '3',
      'audit-log-maxsize': '50',
      'audit-log-truncate-enabled': 'true',
    });
    expect(extraVolumes.map((volume: { hostPath: string }) => volume.hostPath)).toEqual(['/etc/audit', '/srv/audit']);
    expect(policy.auditLogPath).toBe('/srv/audit/api.log');
  });

  test('never become an object of the Kubernetes API', () => {
    const chart = new Chart(new App(), 'siem');
    new AuditPolicy(chart, 'Audit');
    expect(Testing.synth(chart)).toEqual([]);
  });
});

describe('a policy file', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'audit-policy-'));
  afterAll(() => {
    fs.rmSync(folder, { recursive: true });
  });
  function fileOf(text: string): string {
    const file = path.join(folder, 'ours.yaml');
    fs.writeFileSync(file, text);
    return file;
  }
  const HEAD = '# ours\napiVersion: audit.k8s.io/v1\nkind: Policy\n';

  test('is delivered as it stands, with line feeds', () => {
    const policy = policyOf({
      policyFile: fileOf(`${HEAD}rules:\n# all\n- level: Metadata\n`.replaceAll('\n', '\r\n')),
    });
    expect(policy.policyText).toBe(`${HEAD}rules:\n# all\n- level: Metadata\n`);
    expect(policy._toModel()).toEqual({ rules: [{ level: 'Metadata' }] });
  });

  test('is refused with the line of what the API server would drop', () => {
    const file = fileOf(`${HEAD}rules:\n- level: None\n  verb: [get]\n- level: Metadata\n`);
    const message = messageOf(() => policyOf({ policyFile: file }));
    expect(message).toContain(`${file}:5: A22 rules[0].verb: the key 'verb' does not exist here`);
    expect(message).toContain("did you mean 'verbs'?");
  });

  test('with stars everywhere is refused, and what was meant is shown', () => {
    const file = fileOf(
      `${HEAD}rules:\n- level: RequestResponse\n  verbs: ["*"]\n  resources:\n  - group: "*"\n    resources: ["*"]\n`,
    );
    const message = messageOf(() => policyOf({ policyFile: file }));
    expect(message).toContain(`${file}:5: A02 rules[0].resources.group`);
    expect(message).toContain('what was meant is:');
  });

  test('that holds no policy is refused without a guess at what was meant', () => {
    const message = messageOf(() => policyOf({ policyFile: fileOf('kind: ConfigMap\n') }));
    expect(message).toContain('unknown group version');
    expect(message).not.toContain('what was meant');
  });

  test('gives its own lines to messages about rules', () => {
    const policy = policyOf({ policyFile: fileOf(`${HEAD}rules:\n\n\n- level: Metadata\n`) });
    const [problem] = policy._checkRules(ruleSetOf([ruleFrom('escalation', 'event.action == "escalate"')]));
    expect(problem?.message).toContain(`${policy.policyFileName}:7 records`);
  });
});

test('rules are live under the baseline and their file is named where they are not', () => {
  const rules = ruleSetOf([ruleFrom('escalation', 'event.action == "escalate"')]);
  expect(policyOf()._checkRules(rules)).toEqual([]);
  const policy = policyOf({ rules: [everything] });
  expect(policy._checkRules(rules).map(({ severity, message }) => `${severity} ${message}`)).toEqual([
    expect.stringContaining(`but ${policy.policyFileName}:8 records`),
  ]);
});

test('every file of every version is YAML that says what it is, or the guide', () => {
  for (const kubernetesVersion of ['1.27', '1.30', '1.33', '1.36']) {
    const files = policyOf({ kubernetesVersion }).hostFiles.filter((file) => file.path.endsWith('.yaml'));
    expect(files.flatMap((file) => parseAllDocuments(file.text).map((document) => document.toJS().kind))).toEqual([
      'Policy',
      'ClusterConfiguration',
    ]);
  }
});
