import * as path from 'node:path';
import * as fc from 'fast-check';
import { DEFAULT_SETTINGS } from '../../src/contract/detector-config';
import { parseSettings, readSettings } from '../../src/detector/settings';
import { pathKey, valueOffsets } from '../../src/detector/settings-position';
import { renderDiagnostic } from '../../src/rule';
import { scratch } from './support/scratch';

const WEBHOOK = { name: 'pager', url: 'https://alerts.example.com/hook' };
const LOCAL = { host: '127.0.0.1', port: 8088 };

function problemsOf(change: object): string[] {
  const text = JSON.stringify({ ...DEFAULT_SETTINGS, ...change }, null, 2);
  const result = parseSettings('detector.json', text);
  return result.kind === 'bad' ? result.diagnostics.map(({ message, remedy }) => `${message}; ${remedy}`) : [];
}

test.each([
  { title: 'the defaults', change: {} },
  {
    title: 'everything that can be said',
    change: {
      trustedProxies: ['10.0.0.0/8', '2001:db8::/32', '192.0.2.7/32'],
      siemUrl: 'http://127.0.0.1:9880/siem.alert',
      webhooks: [{ ...WEBHOOK, hmacKeyFile: '/etc/siem/credentials/webhook-pager', minimumSeverity: 'high' }],
      listeners: {
        ingest: LOCAL,
        admin: { host: '0.0.0.0', port: 0 },
        auditWebhook: { ...LOCAL, certificateFile: '/a/tls.crt', keyFile: '/a/tls.key', clientCaFile: '/a/ca.crt' },
      },
      limits: { ...DEFAULT_SETTINGS.limits, queueBytes: 1_000_000 },
    },
  },
])('$title are good', ({ change }) => {
  expect(problemsOf(change)).toEqual([]);
});

test.each([
  {
    title: 'another version',
    change: { version: 2 },
    says: ['found 2, expected a whole number; write a number from 1 to 1'],
  },
  {
    title: 'a word nearly right',
    change: { clusterr: 'x' },
    says: ["there is no setting 'clusterr'; did you mean 'cluster'?"],
  },
  { title: 'a word that is none', change: { zzz: 1 }, says: ["there is no setting 'zzz'; remove it"] },
  { title: 'no cluster', change: { cluster: undefined }, says: ['the setting \'cluster\' is missing; add "cluster"'] },
  {
    title: 'an empty cluster',
    change: { cluster: '' },
    says: ["found '', expected the name of the cluster; write the name of the cluster"],
  },
  {
    title: 'a proxy without its length',
    change: { trustedProxies: ['10.0.0.0/8', '10.0.0.1'] },
    says: ["found '10.0.0.1', expected an address range such as 10.0.0.0/8; write an address range such as 10.0.0.0/8"],
  },
  {
    title: 'a range that is too long',
    change: { trustedProxies: ['10.0.0.0/33'] },
    says: [
      "found '10.0.0.0/33', expected an address range such as 10.0.0.0/8; write an address range such as 10.0.0.0/8",
    ],
  },
  {
    title: 'a range whose length has a leading zero, which the reader of records refuses',
    change: { trustedProxies: ['10.0.0.0/08'] },
    says: [
      "found '10.0.0.0/08', expected an address range such as 10.0.0.0/8; write an address range such as 10.0.0.0/8",
    ],
  },
  {
    title: 'a fraction of a second',
    change: { failureWindowSeconds: 1.5 },
    says: ['found 1.5, expected a whole number; write a number from 1 to 86400'],
  },
  {
    title: 'a list where an object belongs',
    change: { limits: [] },
    says: ['found a list, expected an object; write { … } here'],
  },
  { title: 'null', change: { listeners: null }, says: ['found null, expected an object; write { … } here'] },
  { title: 'no list', change: { webhooks: 'pager' }, says: ["found 'pager', expected a list; write [ … ] here"] },
  {
    title: 'a host name as listener',
    change: { listeners: { ingest: { host: 'localhost', port: 1 }, admin: LOCAL } },
    says: ["found 'localhost', expected an IP address such as 127.0.0.1; write an IP address such as 127.0.0.1"],
  },
  {
    title: 'a port that is none',
    change: { listeners: { ingest: { host: '::1', port: 65_536 }, admin: LOCAL } },
    says: ['found 65536, expected a whole number; write a number from 0 to 65535'],
  },
  {
    title: 'two webhooks of one name',
    change: { webhooks: [WEBHOOK, WEBHOOK] },
    says: ["two webhooks have the name 'pager'; give one of them another name"],
  },
  {
    title: 'a severity nearly right',
    change: { webhooks: [{ ...WEBHOOK, minimumSeverity: 'hihg' }] },
    says: ["'hihg' is no severity; did you mean 'high'?"],
  },
  {
    title: 'a severity that is none',
    change: { webhooks: [{ ...WEBHOOK, minimumSeverity: 4 }] },
    says: ['4 is no severity; write one of informational, low, medium, high, critical'],
  },
  {
    title: 'a key file below nowhere',
    change: { webhooks: [{ ...WEBHOOK, hmacKeyFile: 'key' }] },
    says: ["found 'key', expected an absolute path of a mounted file; write an absolute path of a mounted file"],
  },
  {
    title: 'an address of another protocol',
    change: { siemUrl: 'file:///etc/passwd' },
    says: [
      'found [redacted], expected an http or https URL without user and password; write an http or https URL without user and password',
    ],
  },
])('$title is bad, and the remedy is said', ({ change, says }) => {
  expect(problemsOf(change)).toEqual(says);
});

test.each([
  { title: 'on a line of its own', indent: 2 },
  { title: 'on the only line', indent: 0 },
])('an address with a password $title is refused, and nothing of it is shown', ({ indent }) => {
  const webhooks = [{ ...WEBHOOK, url: 'https://u:4711@h.io' }];
  const result = parseSettings('detector.json', JSON.stringify({ ...DEFAULT_SETTINGS, webhooks }, null, indent));
  const rendered = result.kind === 'bad' ? result.diagnostics.map(renderDiagnostic) : [];
  expect(rendered).toEqual([expect.stringContaining('without user and password')]);
  expect(rendered[0]).not.toContain('4711');
});

test('a file that breaks off behind the address of a webhook does not show that address', () => {
  const result = parseSettings('detector.json', '{"webhooks": [{"url": "https://hooks.example.com/T4711"');
  const rendered = result.kind === 'bad' ? result.diagnostics.map(renderDiagnostic) : [];
  expect(rendered).toEqual([expect.stringContaining('C102')]);
  expect(rendered[0]).not.toContain('4711');
});

test('a diagnostic points at the value, or at what should hold it', () => {
  const text = '{\n  "version": 1,\n  "cluster": 7,\n  "listeners": {"ingest": {"host": "::1"}}\n}\n';
  const result = parseSettings('detector.json', text);
  const rendered = result.kind === 'bad' ? result.diagnostics.map(renderDiagnostic) : [];
  expect(rendered.find((each) => each.includes('found 7'))).toMatch(
    /^detector\.json:3:14: C103: .*\n.*"cluster": 7,\n/,
  );
  expect(rendered.find((each) => each.includes('listeners.ingest.port'))).toMatch(/^detector\.json:4:27: C103: /);
  expect(rendered.find((each) => each.includes('listeners.admin'))).toMatch(/^detector\.json:4:16: C103: /);
});

test.each([
  { title: 'breaks off', text: '{\n  "version": 1,\n', place: '3:1' },
  { title: 'has a word too many', text: '{\n  "version": 1 x\n}', place: '2:16' },
  { title: 'is empty', text: '', place: '1:1' },
])('a file that $title is no JSON, at a place', ({ text, place }) => {
  const result = parseSettings('detector.json', text);
  expect(result.kind === 'bad' && result.diagnostics.map(renderDiagnostic)[0]).toContain(
    `detector.json:${place}: C102: `,
  );
});

test('a directory without settings is a diagnostic', async () => {
  const directory = scratch();
  const result = await readSettings(directory);
  expect(result).toMatchObject({
    kind: 'bad',
    diagnostics: [{ code: 'C101', file: path.join(directory, 'detector.json') }],
  });
});

test('every value of every JSON text is found where it stands', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const offsets = valueOffsets(text);
      const walk = (each: unknown, at: readonly (string | number)[]): void => {
        const offset = offsets.get(pathKey(at));
        expect(offset).toBeDefined();
        expect(text.slice(offset, offset! + 1)).toBe(JSON.stringify(each).slice(0, 1));
        if (Array.isArray(each)) {
          for (const [index, item] of each.entries()) walk(item, [...at, index]);
        } else if (typeof each === 'object' && each !== null) {
          for (const [key, item] of Object.entries(each)) walk(item, [...at, key]);
        }
      };
      walk(JSON.parse(text), []);
    }),
    { seed: 5, numRuns: 300 },
  );
});
