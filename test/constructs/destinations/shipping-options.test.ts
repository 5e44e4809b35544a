import { Chart, Testing } from 'cdk8s';
import {
  BodyLevel,
  HttpDestination,
  NoiseRule,
  RulePack,
  SecretSource,
  SecurityMonitoring,
  ShippingStage,
} from '../../../src';
import type { ShippingOptions } from '../../../src';
import { objectsOf } from '../../support/manifests';

const RULES = `${__dirname}/../../../rules/threat-detection-rules.yaml`;

function stack(shipping: ShippingOptions, more: object = {}) {
  const chart = new Chart(Testing.app(), 'test');
  const destinations = [
    new HttpDestination({ endpoint: 'https://siem.example.com/' }),
    new HttpDestination({ endpoint: 'https://archive.example.com/', destinationName: 'archive' }),
  ];
  const monitoring = new SecurityMonitoring(chart, 'Siem', {
    clusterName: 'prod-eu',
    destinations,
    rules: [RulePack.fromFile(RULES)],
    shipping,
    ...more,
  });
  return { chart, monitoring };
}

function synthesized(shipping: ShippingOptions): { conf: string; text: string } {
  const objects = objectsOf(stack(shipping).chart);
  const conf = objects.flatMap((object) => {
    const data = (object as { readonly data?: Readonly<Record<string, string>> }).data ?? {};
    return data['fluent.conf']?.includes('@DESTINATIONS') === true ? [data['fluent.conf']] : [];
  });
  return { conf: conf.join(''), text: JSON.stringify(objects) };
}

/** The configuration of a label. */
function labelOf(conf: string, name: string): string {
  return conf.slice(conf.indexOf(`<label ${name}>`)).split('</label>')[0] ?? '';
}

const LEASES = NoiseRule.auditEvents({
  ruleName: 'leases',
  loses: 'the heartbeats of controllers',
  resources: ['leases'],
});

test('behind the detector by default: secrets are replaced, and the plugin travels along', () => {
  const { conf, text } = synthesized({});
  expect(labelOf(conf, '@DESTINATIONS')).toContain('@type siem_redact');
  expect(labelOf(conf, '@INGEST')).not.toContain('siem_redact');
  expect(text).toContain('filter_siem_redact.rb');
  expect(text).not.toContain('filter_siem_reduce.rb');
});

test('the key of pseudonyms is a mounted file', () => {
  const key = SecretSource.existing({ secretName: 'siem-pseudonyms' });
  const { conf, text } = synthesized({ pseudonyms: { key, fields: ['user.username'] } });
  expect(conf).toContain("File.read('/etc/siem/destinations/shipping-/pseudonym-key'");
  expect(text).toContain('"name":"siem-pseudonyms"');
  expect(text).toContain('"path":"shipping-/pseudonym-key"');
});

test('the notes say how long buffers last at the expected rate, and what each rule about noise loses', () => {
  const { monitoring } = stack({ noise: [LEASES] }, { expectedRecordsPerSecond: 1000 });
  expect(monitoring.notes).toEqual([
    "destination 'http': a buffer of 2 GiB lasts 36 minutes at 1000 records a second of 1000 bytes, then the agents pause",
    "destination 'archive': a buffer of 2 GiB lasts 36 minutes at 1000 records a second of 1000 bytes, then the oldest is dropped and counted",
    "noise rule 'leases' loses the heartbeats of controllers",
  ]);
  expect(monitoring.warnings.join()).not.toContain('lasts');
});

test('before detection a rule that reads what is left out stops synth, by its name', () => {
  const shipping = { stage: ShippingStage.BEFORE_DETECTION, maxBodyLevel: BodyLevel.METADATA };
  const { chart } = stack(shipping);
  const errors = chart.node.findAll().flatMap((construct) => construct.node.validate());
  expect(errors.join('\n')).toMatch(/P601: rule 'privilege-escalation' reads 'event\.action'/);
  expect(errors.join('\n')).not.toContain("'unauthorized-access'");
});

test('requests that failed are no noise unless they are asked for', () => {
  const where = (includeFailures: boolean) =>
    NoiseRule.auditEvents({
      ruleName: 'x',
      loses: 'y',
      verbs: ['watch'],
      pathPrefixes: ['/apis'],
      includeFailures,
    })._toNoiseRule().where;
  const asked = [
    { path: ['verb'], in: ['watch'] },
    { path: ['requestURI'], starts: ['/apis'] },
  ];
  expect(where(true)).toEqual(asked);
  expect(where(false)).toEqual([...asked, { path: ['responseStatus', 'code'], below: 400, absent: true }]);
});

test('container lines are told by their pod and by what they hold', () => {
  const rule = NoiseRule.containerLines({
    ruleName: 'probes',
    loses: 'answers to probes',
    keptShare: 0.1,
    namespaces: ['shop'],
    podPrefixes: ['web-'],
    containers: ['web'],
    messageContains: ['GET /healthz'],
  });
  expect(rule._toNoiseRule()).toEqual({
    name: 'probes',
    source: 'container',
    keep: 0.1,
    where: [
      { path: ['kubernetes', 'namespace_name'], in: ['shop'] },
      { path: ['kubernetes', 'pod_name'], starts: ['web-'] },
      { path: ['kubernetes', 'container_name'], in: ['web'] },
      { path: ['message'], contains: ['GET /healthz'] },
    ],
  });
});

const key = SecretSource.existing({ secretName: 'k' });

test.each([
  {
    title: 'two rules of one name',
    options: { noise: [LEASES, LEASES] },
    problem: "two noise rules are named 'leases'; give one of them another name",
  },
  {
    title: 'a rule without a condition',
    options: { noise: [NoiseRule.auditEvents({ ruleName: 'all', loses: 'all' })] },
    problem: "the noise rule 'all' fits every record of its source; give it a condition",
  },
  {
    title: 'a share that drops nothing',
    options: { noise: [NoiseRule.auditEvents({ ruleName: 'a', loses: 'b', verbs: ['get'], keptShare: 1 })] },
    problem: "the noise rule 'a' keeps a share of 1; give a number from 0 to below 1",
  },
  {
    title: 'pseudonyms of nothing',
    options: { pseudonyms: { key } },
    problem: "the pseudonyms are for no field; give 'fields', such as 'user.username', or 'addresses'",
  },
])('$title is refused', ({ options, problem }) => {
  expect(() => stack(options)).toThrow(problem);
});

test('a rate that is no rate is refused', () => {
  expect(() => stack({}, { averageRecordBytes: 0 })).toThrow("'averageRecordBytes' is 0; give a number above 0");
});
