import { Chart, Duration, Testing } from 'cdk8s';
import { detectorSettings } from '../../../src/constructs/detection/detector-settings';
import type { DetectionProps } from '../../../src/constructs/detection/detection-props';
import { Severity } from '../../../src/constructs/detection/rule';
import { SecretSource } from '../../../src/constructs/destinations/secret-source';
import { warningsBelow } from '../../../src/constructs/private/warnings';
import type { DetectorSettings } from '../../../src/contract/detector-config';
import { DEFAULT_SETTINGS, DEFAULT_WATCH } from '../../../src/contract/detector-config';
import { parseSettings } from '../../../src/detector/settings';

let chart: Chart;

beforeEach(() => {
  chart = new Chart(Testing.app(), 'siem');
});

function settings(props: Partial<DetectionProps>, siemUrl?: string): DetectorSettings {
  return detectorSettings(chart, { clusterName: 'prod-eu', ...props }, siemUrl === undefined ? {} : { siemUrl });
}

test('what is not said is the default of the contract', () => {
  expect(settings({})).toEqual({ ...DEFAULT_SETTINGS, cluster: 'prod-eu', watch: DEFAULT_WATCH });
});

test('the watch is on, in the times that the reader chose, and can be turned off', () => {
  const selfMonitoring = {
    missingAfter: Duration.minutes(3),
    auditSilentAfter: Duration.minutes(30),
    forgetAfter: Duration.hours(2),
  };
  const monitorUrl = 'http://127.0.0.1:24220';
  const written = detectorSettings(chart, { clusterName: 'prod-eu', selfMonitoring }, { monitorUrl });
  const watch = { missingAfterSeconds: 180, auditSilentAfterSeconds: 1800, forgetAfterSeconds: 7200, monitorUrl };
  expect(written.watch).toEqual(watch);
  expect(parseSettings('detector.json', JSON.stringify(written))).toEqual({ kind: 'settings', settings: written });
  expect(settings({ selfMonitoring: { enabled: false } })).not.toHaveProperty('watch');
});

test('the detector reads what the constructs write', () => {
  const written = settings(
    {
      failureWindow: Duration.minutes(10),
      resolveAfter: Duration.hours(1),
      trustedProxies: ['10.0.0.0/8', '192.0.2.7/32', '2001:db8::/32'],
      webhooks: [
        {
          name: 'on-call',
          url: 'https://alerts.example.com/hooks/siem',
          hmacKey: SecretSource.existing({ secretName: 'on-call' }),
          minimumSeverity: Severity.HIGH,
        },
        { name: 'archive', url: 'https://archive.example.com' },
      ],
      auditWebhook: { tlsSecretName: 'audit-webhook-tls' },
    },
    'http://127.0.0.1:9880/siem.alert',
  );
  expect(parseSettings('detector.json', JSON.stringify(written))).toEqual({ kind: 'settings', settings: written });
  expect(written).toMatchObject({
    failureWindowSeconds: 600,
    resolveAfterSeconds: 3600,
    webhooks: [
      { name: 'on-call', hmacKeyFile: '/etc/siem/credentials/webhook-on-call', minimumSeverity: 'high' },
      { name: 'archive', url: 'https://archive.example.com' },
    ],
    listeners: { auditWebhook: { port: 9443, clientCaFile: '/etc/siem/credentials/audit-webhook-ca.crt' } },
  });
});

const hook = { name: 'a', url: 'https://alerts.example.com' };

test.each<{ title: string; props: Partial<DetectionProps>; message: RegExp }>([
  { title: 'an empty cluster name', props: { clusterName: '' }, message: /cluster name '' .*; name it/ },
  {
    title: 'an address without a length',
    props: { trustedProxies: ['10.0.0.1'] },
    message: /trusted proxy '10\.0\.0\.1' .*CIDR/,
  },
  { title: 'an impossible length', props: { trustedProxies: ['10.0.0.0/33'] }, message: /'10\.0\.0\.0\/33'/ },
  { title: 'an impossible octet', props: { trustedProxies: ['10.0.0.256/8'] }, message: /'10\.0\.0\.256\/8'/ },
  { title: 'a leading zero', props: { trustedProxies: ['010.0.0.0/8'] }, message: /'010\.0\.0\.0\/8'/ },
  { title: 'a range with a zone', props: { trustedProxies: ['fe80::%eth0/64'] }, message: /'fe80::%eth0\/64'/ },
  { title: 'a broken IPv6 range', props: { trustedProxies: ['2001:db8:::/32'] }, message: /'2001:db8:::\/32'/ },
  {
    title: 'a watch that one late canary would set off',
    props: { selfMonitoring: { missingAfter: Duration.seconds(60) } },
    message: /'missingAfter' is 60 seconds; give at least 90/,
  },
  {
    title: 'a node that is forgotten before it is missed',
    props: { selfMonitoring: { forgetAfter: Duration.minutes(2) } },
    message: /'forgetAfter' is not longer/,
  },
  { title: 'a window of no time', props: { failureWindow: Duration.seconds(0) }, message: /'failureWindow' is 0/ },
  { title: 'a window of half a second', props: { failureWindow: Duration.millis(500) }, message: /is 0\.5 seconds/ },
  { title: 'a window of two days', props: { failureWindow: Duration.days(2) }, message: /from 1 to 86400/ },
  { title: 'a webhook name with a blank', props: { webhooks: [{ ...hook, name: 'on call' }] }, message: /'on call'/ },
  { title: 'two webhooks of one name', props: { webhooks: [hook, hook] }, message: /two webhooks are named 'a'/ },
  {
    title: 'a webhook without a scheme',
    props: { webhooks: [{ ...hook, url: 'alerts.example.com' }] },
    message: /URL/,
  },
  {
    title: 'a webhook with a password in its address',
    props: { webhooks: [{ ...hook, url: 'https://alice:hunter2@alerts.example.com' }] },
    message: /^(?!.*hunter2).*user or password/,
  },
])('refuses $title', ({ props, message }) => {
  expect(() => settings(props)).toThrow(message);
});

test('a webhook in plain text is taken, with a warning', () => {
  settings({ webhooks: [{ ...hook, url: 'http://alerts.example.com:8080/x' }] });
  expect(warningsBelow(chart)).toEqual([expect.stringContaining("'alerts.example.com:8080' in plain text")]);
});
