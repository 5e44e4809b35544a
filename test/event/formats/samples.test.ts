import type { SecurityEvent } from '../../../src/contract/event';
import { LOG_FORMATS } from '../../../src/contract/record';
import { ACTIONS_BY_TYPE, SOURCES_BY_TYPE } from '../../../src/event/event-words';
import { lookupField } from '../../../src/event/fields';
import { RecordReader } from '../../../src/event/record-reader';
import { RECEIVED_US } from '../audit-events';
import { eventsOfLines, formatOf, podRecord, sampleFiles, sampleLines } from './source-lines';

const MANAGED = ['eks', 'gke', 'aks'];
const files = sampleFiles().map((file) => ({ title: file, file }));
const lineFiles = files.filter(({ file }) => !MANAGED.includes(formatOf(file)));

/** `type/action/result` of each event. */
function summary(events: readonly SecurityEvent[]): string[] {
  return events.map(({ event }) => `${event.type}/${event.action ?? '-'}/${event.result}`);
}

test.each<{ file: string; title: string; gives: string[] }>([
  {
    title: 'ingress-nginx',
    file: 'ingress-nginx.log',
    gives: ['success', 'failure', 'failure', 'success', 'failure', 'failure'].map(
      (result) => `access/request/${result}`,
    ),
  },
  {
    title: 'ingress-nginx in JSON',
    file: 'ingress-nginx.jsonl',
    gives: ['access/request/success', 'access/request/failure', 'access/request/failure'],
  },
  {
    title: 'Envoy and Istio',
    file: 'envoy.log',
    gives: ['success', 'failure', 'failure', 'success', 'success', 'failure', 'unknown'].map(
      (result) => `access/request/${result}`,
    ),
  },
  {
    title: 'Envoy in JSON',
    file: 'envoy.jsonl',
    gives: ['access/request/success', 'access/request/failure', 'access/request/failure'],
  },
  {
    title: 'CoreDNS',
    file: 'coredns.log',
    gives: ['success', 'failure', 'success', 'failure', 'failure', 'failure'].map(
      (result) => `network/resolve/${result}`,
    ),
  },
  {
    title: 'Hubble',
    file: 'hubble.jsonl',
    gives: [
      'network/flow/success',
      'network/flow/failure',
      'network/flow/success',
      'network/flow/failure',
      'log/-/unknown',
    ],
  },
  {
    title: 'Calico',
    file: 'calico.jsonl',
    gives: ['network/flow/success', 'network/flow/failure', 'network/flow/success'],
  },
  {
    title: 'Falco',
    file: 'falco.jsonl',
    gives: ['process/detect/unknown', 'process/detect/success', 'log/-/unknown', 'process/detect/unknown'],
  },
  {
    title: 'Tetragon',
    file: 'tetragon.jsonl',
    gives: [
      'process/start/success',
      'process/exit/unknown',
      'process/call/success',
      'process/call/failure',
      'process/call/success',
    ],
  },
  { title: 'Kubernetes Events', file: 'kubernetes-event.jsonl', gives: Array<string>(4).fill('log/-/unknown') },
  {
    title: 'auditd',
    file: 'auditd.log',
    gives: [
      'log/-/unknown',
      'log/-/unknown',
      'authentication/login/failure',
      'authentication/login/success',
      'process/start/success',
      'process/start/success',
      'process/call/failure',
      'log/-/success',
    ],
  },
  {
    title: 'EKS',
    file: 'eks.jsonl',
    gives: [
      'access/list/success',
      'authorization/deny/failure',
      'authentication/login/failure',
      'authorization/deny/failure',
    ],
  },
  {
    title: 'GKE',
    file: 'gke.jsonl',
    gives: [
      'change/create/success',
      'authorization/escalate/success',
      'authorization/deny/failure',
      'exec/exec/success',
      'authentication/login/failure',
      'access/get/success',
    ],
  },
  {
    title: 'AKS',
    file: 'aks.jsonl',
    gives: [
      'access/list/success',
      'authorization/deny/failure',
      'authentication/login/failure',
      'change/update/success',
      'change/patch/success',
    ],
  },
])('the lines of $title read as they should', ({ file, gives }) => {
  expect(summary(eventsOfLines(sampleLines(file)))).toEqual(gives);
});

test('there are sample lines of every format', () => {
  expect(new Set(files.map(({ file }) => formatOf(file)))).toEqual(new Set(LOG_FORMATS));
});

test.each(files)('every field of the events of $title is in the catalogue, for their source', ({ file }) => {
  for (const { event } of eventsOfLines(sampleLines(file))) {
    for (const path of pathsOf(event, ['event'])) {
      const spec = lookupField(path);
      expect({ path, known: spec !== undefined }).toEqual({ path, known: true });
      expect({ path, sources: spec?.sources }).toEqual({ path, sources: expect.arrayContaining([event.source]) });
    }
    expect(SOURCES_BY_TYPE[event.type]).toContain(event.source);
    if (event.action !== undefined) expect(ACTIONS_BY_TYPE[event.type]).toContain(event.action);
  }
});

/** Every path that leads to a value; lists end one. */
function pathsOf(value: object, path: readonly string[]): string[][] {
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    const below = [...path, key];
    const isObject = typeof member === 'object' && member !== null && !Array.isArray(member);
    return isObject ? [below, ...pathsOf(member, below)] : [below];
  });
}

test.each(lineFiles)('the lines of $title read the same from a pod, with the metadata of the pod', ({ file }) => {
  const format = formatOf(file);
  const reader = new RecordReader();
  const named = sampleLines(file).flatMap((line) => {
    const result = reader.readValue(podRecord(line, 'ingress', format), RECEIVED_US);
    return result.kind === 'events' ? result.events : [];
  });
  const facts = (events: readonly SecurityEvent[]): object[] =>
    events
      .filter(({ event }) => event.type !== 'log')
      .map(({ event: { type, action, result, http, dns, network, process, user, signature } }) => {
        return { type, action, result, http, dns, network, process, user, signature };
      });
  expect(facts(named)).toEqual(facts(eventsOfLines(sampleLines(file))));
  expect(facts(named).length).toBeGreaterThanOrEqual(format === 'kubernetes-event' ? 0 : 3);
  for (const event of named) {
    expect(event.event).toMatchObject({ cluster: 'prod-eu', node: 'node-9.example.com' });
    expect(event.kubernetes).toMatchObject({ pod_name: 'app-1' });
    expect(event.log?.['stream']).toBe('stdout');
  }
});

test('what an application says beside its log is an event of type log', () => {
  const reader = new RecordReader();
  const lines = sampleLines('coredns.log').slice(-2);
  for (const line of lines) {
    const result = reader.readValue(podRecord(line, 'dns', 'coredns'), RECEIVED_US);
    expect(result).toMatchObject({ events: [{ event: { type: 'log', source: 'dns' }, log: { message: line } }] });
  }
});

test('a file of JSON that holds anything else was damaged, and says so', () => {
  const reader = new RecordReader();
  for (const format of ['hubble', 'calico', 'tetragon', 'falco'] as const) {
    const record = { message: '{"flow":', siem: { source: 'network', format } };
    expect(reader.readValue(record, RECEIVED_US)).toEqual({ kind: 'malformed', reason: `${format}: not JSON` });
  }
  const auditd = { message: 'type=SYSCALL', siem: { source: 'security-event', format: 'auditd' } };
  expect(reader.readValue(auditd, RECEIVED_US)).toEqual({ kind: 'malformed', reason: 'auditd: no record' });
});

test('a container cannot pass its lines off as those of another source', () => {
  const reader = new RecordReader();
  for (const { file } of files) {
    for (const line of sampleLines(file)) {
      const record = { message: line, siem: { source: 'container', cluster: 'c' } };
      const result = reader.readValue(record, RECEIVED_US);
      expect(result).toMatchObject({ events: [{ event: { type: 'log', source: 'container', result: 'unknown' } }] });
    }
  }
});

test('a record whose line could not be parsed on its way is malformed', () => {
  const record = { message: 'x', siem: { source: 'network', format: 'hubble', quarantine: { reason: 'not JSON' } } };
  expect(new RecordReader().readValue(record, RECEIVED_US)).toMatchObject({ kind: 'malformed' });
});
