/** The vectors of `test/fixtures/managed-audit-cases.jsonl`: records of providers, and what they are to become. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Json, JsonObject, SecurityEvent } from '../../../src/contract/event';
import { RecordReader } from '../../../src/event/record-reader';
import { readManagedRecord } from '../../../src/event/managed/managed-audit';
import type { ManagedEvent } from '../../../src/event/managed/managed-reading';
import { RECEIVED_US, eventOf } from '../audit-events';

interface Vector {
  readonly id: string;
  readonly title: string;
  readonly input: JsonObject;
  readonly expect: {
    readonly cluster?: string;
    readonly event?: JsonObject;
    readonly events?: Json[];
    readonly dropped?: number;
    readonly ignored?: number;
    readonly truncatedAuditIDs?: string[];
  };
}

const VECTORS = fs
  .readFileSync(path.join(__dirname, '../../fixtures/managed-audit-cases.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

/** The expectations of the vectors, by their names, read from an event. */
const FACTS: Readonly<Record<string, (managed: ManagedEvent, event: SecurityEvent) => unknown>> = {
  decision: ({ audit }) => (audit['annotations'] as JsonObject)['authorization.k8s.io/decision'],
  code: ({ audit }) => (audit['responseStatus'] as JsonObject)['code'],
  codeInferred: ({ inferred }) => inferred.includes('audit.responseStatus.code'),
  groupsInferred: ({ inferred }) => inferred.includes('audit.user.groups'),
  outcome: (_, { event }) => event.result,
  hasRequestObject: ({ audit }) => audit['requestObject'] !== undefined,
  hasResponseObject: ({ audit }) => audit['responseObject'] !== undefined,
  bodiesSkipped: ({ unrecorded }) =>
    ['audit.requestObject', 'audit.responseObject'].every((p) => unrecorded.includes(p)),
};

test.each(VECTORS.map((vector) => ({ ...vector, title: `${vector.id}: ${vector.title}` })))('$title', (vector) => {
  const reading = readManagedRecord(vector.input, undefined);
  const { event: wanted, truncatedAuditIDs: truncatedAuditIds, ...counts } = vector.expect;
  expect(reading).toMatchObject(truncatedAuditIds === undefined ? counts : { ...counts, truncatedAuditIds });
  if (wanted === undefined) return;
  const [managed] = reading?.events ?? [];
  if (managed === undefined) throw new Error('no event');
  const event = eventOf(vector.input);
  for (const [name, value] of Object.entries(wanted)) {
    const fact = FACTS[name];
    expect({ [name]: fact === undefined ? managed.audit[name] : fact(managed, event) }).toEqual({ [name]: value });
  }
});

test('there are vectors of all three providers', () => {
  expect(new Set(VECTORS.map(({ id }) => id.slice(0, 3)))).toEqual(new Set(['eks', 'gke', 'aks']));
});

const GKE_LINES = fs
  .readFileSync(path.join(__dirname, '../../fixtures/sources/gke.jsonl'), 'utf8')
  .trimEnd()
  .split('\n');

function gke(line: number, changes: JsonObject = {}): JsonObject {
  const entry = JSON.parse(GKE_LINES[line] ?? '') as JsonObject;
  return { ...entry, protoPayload: { ...(entry['protoPayload'] as JsonObject), ...changes } };
}

describe('an entry of GKE', () => {
  test('says which of its fields were derived, and that groups of people are unknown', () => {
    const { event, unrecorded } = eventOf(gke(0));
    expect(event.inferred).toEqual(['audit.level', 'audit.stage', 'audit.requestURI', 'audit.responseStatus.code']);
    expect(unrecorded).toEqual(expect.arrayContaining(['event.groups', 'audit.user.groups']));
  });

  test('has the name that the stack gave to the cluster, before that of the provider and that of the reader', () => {
    const named = { ...gke(0), siem: { source: 'kubernetes-audit', format: 'gke', cluster: 'prod-eu' } };
    expect(eventOf(named, { cluster: 'other' }).event.cluster).toBe('prod-eu');
    expect(eventOf(gke(0), { cluster: 'other' }).event.cluster).toBe(
      'projects/example-project/locations/europe-west1/clusters/prod',
    );
    expect(eventOf({ ...gke(0), resource: {} }, { cluster: 'other' }).event.cluster).toBe('other');
  });

  test.each([
    { title: 'aborted', status: { code: 10 }, code: 409 },
    { title: 'not found', status: { code: 5 }, code: 404 },
    { title: 'unauthenticated', status: { code: 16 }, code: 401 },
    { title: 'a code of no row', status: { code: 99 }, code: 500 },
    { title: 'no status at all', status: null, code: 201 },
  ])('that ended as $title has the code $code', ({ status, code }) => {
    const audit = eventOf(gke(0, { status, response: null })).audit;
    expect((audit?.['responseStatus'] as JsonObject)['code']).toBe(code);
  });

  test.each([
    { name: 'core/v1/namespaces', ref: { apiVersion: 'v1', resource: 'namespaces' }, uri: '/api/v1/namespaces' },
    {
      name: 'core/v1/namespaces/shop/status',
      ref: { apiVersion: 'v1', resource: 'namespaces', namespace: 'shop', name: 'shop', subresource: 'status' },
      uri: '/api/v1/namespaces/shop/status',
    },
    {
      name: 'core/v1/namespaces/shop/services/web/proxy/admin/x',
      ref: { apiVersion: 'v1', resource: 'services', namespace: 'shop', name: 'web', subresource: 'proxy' },
      uri: '/api/v1/namespaces/shop/services/web/proxy/admin/x',
    },
    {
      name: 'apps/v1/namespaces/shop/deployments/web/scale',
      ref: {
        apiGroup: 'apps',
        apiVersion: 'v1',
        resource: 'deployments',
        namespace: 'shop',
        name: 'web',
        subresource: 'scale',
      },
      uri: '/apis/apps/v1/namespaces/shop/deployments/web/scale',
    },
    { name: 'core/v1/nodes/n1', ref: { apiVersion: 'v1', resource: 'nodes', name: 'n1' }, uri: '/api/v1/nodes/n1' },
    { name: 'core/templates/preview', ref: undefined, uri: '/api/templates/preview' },
    { name: 'healthz', ref: undefined, uri: '/healthz' },
    { name: '', ref: undefined, uri: '/' },
  ])('about $name has its object and path', ({ name, ref, uri }) => {
    const { audit } = eventOf(gke(0, { resourceName: name }));
    expect(audit?.['objectRef']).toEqual(ref);
    expect(audit?.['requestURI']).toBe(uri);
  });

  test('takes the decision from the entry where the labels have none', () => {
    const decisionOf = (entry: JsonObject): unknown =>
      (eventOf({ ...entry, labels: {} }).audit?.['annotations'] as JsonObject)['authorization.k8s.io/decision'];
    expect(decisionOf(gke(0))).toBe('allow');
    expect(decisionOf(gke(2))).toBe('forbid');
    expect(decisionOf(gke(2, { authorizationInfo: [] }))).toBeUndefined();
  });

  test('of another service is no audit event', () => {
    const reader = new RecordReader();
    const other = gke(0, { serviceName: 'container.googleapis.com' });
    expect(reader.readValue(other, RECEIVED_US)).toEqual({ kind: 'ignored', reason: 'no-event' });
  });
});

describe('a record of AKS', () => {
  const event = { kind: 'Event', apiVersion: 'audit.k8s.io/v1', auditID: 'a', verb: 'get', requestURI: '/api' };
  const record = (log: Json, category = 'kube-audit'): JsonObject => ({ category, properties: { log } });

  test.each<{ title: string; input: JsonObject; events: number; dropped: number; ignored: number }>([
    { title: 'with its log as text', input: record(`${JSON.stringify(event)}\n`), events: 1, dropped: 0, ignored: 0 },
    { title: 'with its log as an object', input: record(event, 'kube-audit-admin'), events: 1, dropped: 0, ignored: 0 },
    {
      title: 'with its properties as text',
      input: { category: 'kube-audit', properties: JSON.stringify({ log: JSON.stringify(event) }) },
      events: 1,
      dropped: 0,
      ignored: 0,
    },
    { title: 'that is cut off', input: record(JSON.stringify(event).slice(0, -5)), events: 0, dropped: 1, ignored: 0 },
    { title: 'of another category', input: record(event, 'guard'), events: 0, dropped: 0, ignored: 1 },
    { title: 'with words', input: record('I0314 09:00:01 wrap.go:47] GET /'), events: 0, dropped: 0, ignored: 1 },
    {
      title: 'that is a batch',
      input: { records: [record(event), record('{"auditID":"b","ver'), 7, record('klog', 'kube-scheduler')] },
      events: 1,
      dropped: 1,
      ignored: 2,
    },
  ])('$title', ({ input, events, dropped, ignored }) => {
    const reading = readManagedRecord(input, undefined);
    expect([reading?.events.length, reading?.dropped, reading?.ignored]).toEqual([events, dropped, ignored]);
  });

  test('whose one body was too big keeps the other', () => {
    const whole = { ...event, verb: 'create', level: 'RequestResponse', objectRef: { resource: 'configmaps' } };
    const { audit, unrecorded } = eventOf(
      record({ ...whole, requestObject: { kind: 'ConfigMap' }, responseObject: 'skipped-too-big-size-object' }),
    );
    expect(audit).toMatchObject({ requestObject: { kind: 'ConfigMap' } });
    expect(audit).not.toHaveProperty('responseObject');
    expect(unrecorded).toEqual(['audit.responseObject']);
  });
});

test('what a provider cut off is counted beside the events of the same delivery', () => {
  const lines = fs.readFileSync(path.join(__dirname, '../../fixtures/sources/eks.jsonl'), 'utf8').trimEnd().split('\n');
  const results = lines.map((line) => new RecordReader().read(line, RECEIVED_US));
  expect(results.map((result) => (result.kind === 'events' ? (result.rejected ?? 0) : result.kind))).toEqual([
    0,
    0,
    1,
    'ignored',
    'ignored',
  ]);
});
