import { App, Chart, Duration, Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  AuditLevel,
  AuditPolicy,
  DetectorRuntime,
  ElasticsearchDestination,
  HostAuth,
  LogSource,
  HttpDestination,
  Rule,
  RulePack,
  SecretSource,
  SecurityMonitoring,
  TransportSecurity,
} from '../../src';
import type { SecurityMonitoringProps } from '../../src';
import {
  at,
  findObject,
  label,
  lintProblems,
  listAt,
  manifestProblems,
  objectsOf,
  schemasMissing,
} from '../support/manifests';
import type { KubernetesObject } from '../support/manifests';
import { GUIDE_RULES } from '../support/guide-rules';
import { synthesize, yamlAt } from '../support/synth';

const VERSIONS = ['1.27', '1.30', '1.33', '1.36'];

function props(changes: Partial<SecurityMonitoringProps> = {}): SecurityMonitoringProps {
  return {
    clusterName: 'prod-eu',
    destinations: [
      new HttpDestination({
        endpoint: 'https://siem.example.com/api/logs',
        apiKey: SecretSource.existing({ secretName: 'siem-api' }),
      }),
    ],
    rules: [RulePack.fromText(GUIDE_RULES, 'rules.yaml')],
    lists: { authorized_users: ['alice@example.com'] },
    runtime: DetectorRuntime.image('registry.example.com/detector:0.1.0'),
    ...changes,
  };
}

function objects(changes: Partial<SecurityMonitoringProps> = {}): KubernetesObject[] {
  return synthesize((scope) => new SecurityMonitoring(scope, 'Siem', props(changes)));
}

/** What `cdk8s synth` dies of. */
function synthError(changes: Partial<SecurityMonitoringProps>): string {
  const app = new App({ outdir: Testing.app().outdir });
  new SecurityMonitoring(new Chart(app, 'siem'), 'Siem', props(changes));
  try {
    app.synth();
  } catch (error) {
    return String(error);
  }
  return '';
}

const SECRETS = [
  'Secret/siem/siem-api',
  ...['siem', 'siem-agents'].flatMap((space) => [
    `Secret/${space}/siem-forward-tls`,
    `Secret/${space}/siem-forward-key`,
  ]),
];

describe('the whole stack', () => {
  test.each(VERSIONS.map((title) => ({ title })))('holds together on Kubernetes $title', ({ title }) => {
    const stack = objects({ kubernetesVersion: title, runtime: DetectorRuntime.inline() });
    expect(manifestProblems(stack, { kubernetesVersion: title, external: SECRETS })).toEqual([]);
    expect(lintProblems(stack)).toEqual([]);
  });

  test('the schemas of Kubernetes are checked, or it is said that they are not', () => {
    const missing = schemasMissing();
    if (missing !== undefined) console.warn(missing);
    expect(missing ?? 'checked').toMatch(/checked|not set|does not exist/);
  });

  test('holds together with every option', () => {
    const stack = objects({
      stackName: 'sec',
      namespaceName: 'monitoring',
      agentNamespaceName: 'node-agents',
      imageRegistry: 'registry.example.com/mirror',
      imagePullSecrets: ['mirror'],
      labels: { 'example.com/team': 'security' },
      annotations: { 'example.com/owner': 'alice' },
      argoCdSyncWaves: true,
      transport: TransportSecurity.certManager({ issuerName: 'internal' }),
      destinations: [
        new ElasticsearchDestination({
          hosts: ['https://search.example.com:9200'],
          apiKey: SecretSource.externalSecret({ store: 'vault', remoteKey: 'siem/search' }),
        }),
      ],
      webhooks: [
        {
          name: 'on-call',
          url: 'https://alerts.example.com',
          hmacKey: SecretSource.existing({ secretName: 'on-call' }),
        },
      ],
      auditWebhook: { tlsSecretName: 'audit-webhook' },
      failureWindow: Duration.minutes(10),
      trustedProxies: ['10.0.0.0/8'],
      collection: {
        sources: [LogSource.containers(), LogSource.hostAuth({ origin: HostAuth.FILE }), LogSource.kubernetesAudit()],
      },
    });
    const external = ['Secret/monitoring/mirror', 'Secret/node-agents/mirror'];
    for (const name of ['sec-forward-key', 'on-call', 'audit-webhook']) external.push(`Secret/monitoring/${name}`);
    external.push('Secret/node-agents/sec-forward-key');
    expect(manifestProblems(stack, { kubernetesVersion: '1.33', external })).toEqual([]);
    for (const object of stack) {
      expect(object.metadata.labels).toMatchObject({ 'example.com/team': 'security' });
      expect(object.metadata.annotations).toMatchObject({
        'example.com/owner': 'alice',
        'argocd.argoproj.io/sync-wave': expect.stringMatching(/^-?\d+$/),
      });
    }
    const images = stack.flatMap((object) => listAt(object, 'spec.template.spec.containers').map(({ image }) => image));
    for (const image of images) expect(image).toMatch(/^registry\.example\.com\//);
  });

  test('its objects have the names that people and other manifests rely on', () => {
    expect(objects().map(label).sort()).toMatchInlineSnapshot(`
      [
        "ConfigMap/siem-agents/siem-audit-agent",
        "ConfigMap/siem-agents/siem-node-agent",
        "ConfigMap/siem/siem-aggregator",
        "ConfigMap/siem/siem-connection",
        "ConfigMap/siem/siem-detector-settings",
        "ConfigMap/siem/siem-rules-000",
        "DaemonSet/siem-agents/siem-audit-agent",
        "DaemonSet/siem-agents/siem-node-agent",
        "Deployment/siem/siem-aggregator",
        "Namespace/siem",
        "Namespace/siem-agents",
        "NetworkPolicy/siem-agents/siem-audit-agent",
        "NetworkPolicy/siem-agents/siem-node-agent",
        "NetworkPolicy/siem/siem-aggregator",
        "PodDisruptionBudget/siem/siem-aggregator",
        "PriorityClass/siem-aggregator",
        "PriorityClass/siem-collector",
        "Service/siem/siem-aggregator",
        "ServiceAccount/siem-agents/siem-audit-agent",
        "ServiceAccount/siem-agents/siem-node-agent",
        "ServiceAccount/siem/siem-aggregator",
      ]
    `);
  });

  test('the place in the tree changes no byte', () => {
    const build = (scope: Construct): void => {
      new SecurityMonitoring(scope, 'Siem', props());
    };
    expect(yamlAt(['a', 'b', 'c'], build)).toBe(yamlAt(['siem'], build));
  });

  test('synthesizing the chart twice gives the same', () => {
    const chart = new Chart(Testing.app(), 'siem');
    new SecurityMonitoring(chart, 'Siem', props());
    expect(objectsOf(chart)).toEqual(objectsOf(chart));
  });

  test('namespaces that exist already are left out', () => {
    const kinds = objects({ createNamespaces: false }).map(({ kind }) => kind);
    expect(kinds).not.toContain('Namespace');
    expect(kinds).toContain('Deployment');
  });
});

describe('what does not fit together stops synth', () => {
  test('a rule with an unknown field, with line, caret and remedy', () => {
    const rules = [RulePack.fromText('rules:\n- name: Misspelt\n  condition: event.usr == "mallory"\n', 'rules.yaml')];
    expect(synthError({ rules })).toMatch(/rules\.yaml:3:14: R\d+: [\s\S]*\^{9}\n {2}= help: /);
  });

  test('a rule that waits for role bodies which the audit policy does not record', () => {
    const text = synthError({ auditPolicy: { rules: [{ level: AuditLevel.METADATA }] } });
    expect(text).toMatch(/rules\.yaml:\d+:\d+: A\d+: rule 'privilege-escalation' /);
    expect(text).toMatch(/audit-policy-[0-9a-f]+\.yaml:\d+/);
    expect(text).toContain('= help: ');
  });

  test('a list that nobody defines', () => {
    expect(synthError({ lists: {} })).toMatch(/authorized_users/);
  });

  test('the reference stack has nothing to complain of', () => {
    expect(synthError({})).toBe('');
  });

  test('a literal secret, which is not shown', () => {
    const destinations = [
      new HttpDestination({
        endpoint: 'https://siem.example.com/api/logs',
        apiKey: SecretSource.unsafeLiteral('hunter2'),
      }),
    ];
    expect(() => objects({ destinations })).toThrow(/^(?!.*hunter2).*literal value/);
    expect(objects({ destinations, allowPlaintextSecrets: true }).map(({ kind }) => kind)).toContain('Secret');
  });

  test('no destination at all', () => {
    expect(synthError({ destinations: [] })).toMatch(/the connection has no destination; give 'destinations'/);
  });
});

describe('everything can be overridden', () => {
  function overridden(change: (stack: SecurityMonitoring) => void): KubernetesObject[] {
    return synthesize((scope) => {
      change(new SecurityMonitoring(scope, 'Siem', props()));
    });
  }

  test('a quantity of one container', () => {
    const stack = overridden(({ collector }) => {
      collector.nodeAgent?.daemonSet.override({
        spec: { template: { spec: { containers: [{ name: 'fluentd', resources: { limits: { memory: '2Gi' } } }] } } },
      });
    });
    const [container] = listAt(findObject(stack, 'DaemonSet', 'siem-node-agent'), 'spec.template.spec.containers');
    expect(at(container, 'resources.limits.memory')).toBe('2Gi');
    expect(at(container, 'resources.requests.memory')).toBeDefined();
  });

  test('a field newer than 1.27', () => {
    const stack = overridden(({ detector }) => {
      detector.workload.override({
        spec: { template: { spec: { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } } } },
      });
    });
    const deployment = findObject(stack, 'Deployment', 'siem-aggregator');
    expect(at(deployment, 'spec.template.spec.securityContext')).toMatchObject({
      appArmorProfile: { type: 'RuntimeDefault' },
      runAsNonRoot: true,
    });
    expect(manifestProblems(stack, { kubernetesVersion: '1.33', external: SECRETS })).toEqual([]);
  });

  test('the environment of one container, and no other', () => {
    const stack = overridden(({ detector }) => {
      detector.workload.override({
        spec: { template: { spec: { containers: [{ name: 'detector', env: [{ name: 'TZ', value: 'UTC' }] }] } } },
      });
    });
    const containers = listAt(findObject(stack, 'Deployment', 'siem-aggregator'), 'spec.template.spec.containers');
    const withZone = containers.filter((container) => listAt(container, 'env').some(({ name }) => name === 'TZ'));
    expect(withZone.map(({ name }) => name)).toEqual(['detector']);
    expect(listAt(withZone[0], 'env').map(({ name }) => name)).toContain('NODE_OPTIONS');
  });

  test('an object that is no workload', () => {
    const stack = overridden(({ detector, namespaces }) => {
      detector.service.override({ spec: { trafficDistribution: 'PreferClose' } });
      namespaces?.monitoring.override({ metadata: { labels: { 'example.com/zone': 'a' } } });
    });
    expect(at(findObject(stack, 'Service', 'siem-aggregator'), 'spec.trafficDistribution')).toBe('PreferClose');
    expect(findObject(stack, 'Namespace', 'siem').metadata.labels).toMatchObject({ 'example.com/zone': 'a' });
  });
});

describe('what it says', () => {
  function stackOf(changes: Partial<SecurityMonitoringProps> = {}): SecurityMonitoring {
    return new SecurityMonitoring(new Chart(Testing.app(), 'siem'), 'Siem', props(changes));
  }

  test('host files are those of the audit policy', () => {
    const stack = stackOf();
    expect(stack.auditPolicy).toBeInstanceOf(AuditPolicy);
    expect(stack.hostFiles.map(({ path }) => path)).toContain(stack.auditPolicy.policyFileName);
  });

  test('the agent reads the audit log where the API server writes it', () => {
    const stack = stackOf({ rules: [RulePack.of(new Rule({ name: 'x', condition: 'event.user == "mallory"' }))] });
    const config = findObject(objectsOf(Chart.of(stack)), 'ConfigMap', 'siem-audit-agent') as unknown as {
      data: Record<string, string>;
    };
    expect(config.data['fluent.conf']).toContain(stack.auditPolicy.auditLogPath);
  });

  test('the reference stack warns of its buffers, and of nothing else', () => {
    expect(stackOf().warnings).toEqual([
      expect.stringMatching(/^siem\/Siem\/Detector\/Aggregator: .*loses what it holds/),
    ]);
  });

  test('plain text between agents and aggregator is a warning that names the construct', () => {
    const { warnings } = stackOf({ transport: TransportSecurity.plaintext() });
    const text = 'records travel in plain text between agents and aggregator; use TransportSecurity.existing()';
    expect(warnings).toEqual(
      expect.arrayContaining([`siem/Siem/Collector: ${text}`, `siem/Siem/Detector/Aggregator: ${text}`]),
    );
  });
});
