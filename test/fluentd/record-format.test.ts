/** ECS documents and OCSF events as real Fluentd writes them, each against the document that is committed for it. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { formatElements } from '../../src/model/shipping/record-format';
import * as examples from './support/example-records';
import { closeFilters, stamped, startFilters } from './support/filtered';
import type { FilteredStream } from './support/filtered';
import { stopFluentds } from './support/fluentd';
import { schemaProblems } from './support/record-schemas';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';

type Document = Record<string, unknown>;

const FIXTURES = path.join(__dirname, '..', 'fixtures', 'record-formats');
const NAMES = Object.keys(examples) as (keyof typeof examples)[];

const tagOf = (name: string) => (name === 'ALERT' ? 'siem.alert' : 'test');

function expected(format: string): Record<string, Document> {
  return JSON.parse(fs.readFileSync(path.join(FIXTURES, `${format}.json`), 'utf8')) as Record<string, Document>;
}

/** The record that stands in a document as text. */
function originalOf({ event, raw_data: raw }: Document): Document {
  return JSON.parse(String(raw ?? (event as Document)['original'])) as Document;
}

/** The document without that text. */
function withoutOriginal({ event, raw_data: raw, ...rest }: Document): Document {
  if (raw !== undefined) return rest;
  const { original, ...others } = event as Document;
  return { ...rest, event: original === undefined ? event : others };
}

let stream: FilteredStream | undefined;

afterEach(async () => {
  await stopFluentds();
  await closeFilters(stream);
});

afterAll(removeTemporaryFolders);

describe.each([{ format: 'ecs' as const }, { format: 'ocsf' as const }])('$format', ({ format }) => {
  test('every kind of record becomes its document, and stands in it whole as text', async () => {
    stream = await startFilters(temporaryFolder(), [stamped(), ...formatElements(format)]);
    const sent = NAMES.map((name) => ({ record: examples[name], tag: tagOf(name) }));
    const documents = await stream.pass(sent);
    const originals = documents.map(originalOf);
    const stamp = { '@timestamp': '2026-03-01T10:00:00.000000Z' };
    expect(originals).toEqual(
      NAMES.map((name) => JSON.parse(JSON.stringify({ ...examples[name], ...stamp })) as object),
    );
    expect(Object.fromEntries(NAMES.map((name, index) => [name, withoutOriginal(documents[index] ?? {})]))).toEqual(
      expected(format),
    );
  });

  test('records of no shape that anybody expects pass too', async () => {
    stream = await startFilters(temporaryFolder(), [stamped(), ...formatElements(format)]);
    const origin = { source: 'kubernetes-audit' };
    const sent: object[] = [
      { siem: 'text', message: [1] },
      { siem: origin, auditID: 7, user: 'text', sourceIPs: 'text', responseStatus: [], objectRef: 3, verb: {} },
      { siem: origin, auditID: '1', responseStatus: { code: '200' }, stageTimestamp: 'never', requestURI: { a: 1 } },
      { siem: { source: 'host-auth' }, MESSAGE: [70, 97], _COMM: 'sshd', _PID: {} },
      { siem: { source: 'security-event', format: 'falco' }, message: '{"rule":' },
      { siem: { source: 'security-event', format: 'falco' }, message: '[1]' },
      {},
    ];
    const documents = await stream.pass(sent.map((record) => ({ record })));
    const originals = documents.map(originalOf);
    expect(originals).toEqual(sent.map((record) => ({ ...record, '@timestamp': '2026-03-01T10:00:00.000000Z' })));
    expect(stream.fluentd.log()).not.toContain('"level":"error"');
  });

  test('lines made to make patterns slow cost no more than others', async () => {
    stream = await startFilters(temporaryFolder(), [stamped(), ...formatElements(format)]);
    const long = (part: string) => part.repeat(Math.floor(250_000 / part.length));
    const host = { source: 'host-auth' };
    const lines = [
      `Failed password for ${long('a from 1 port 1 ssh2: ')}`,
      `Accepted password for ${long(' from ')}`,
      `Invalid user ${long(' from 1.1.1.1 port 1')}x`,
      `Failed password for ${long('x from 1.1.1.1 port 1 ssh2: A B:c')}\n`,
    ];
    const sudo = [`a : ${long('A=b ; ')}`, `a : ${long('A=')}`, `a : ${long('USER=a ; ')}`, `a : ${long(' ; ')}`];
    const sent = [
      ...lines.map((MESSAGE) => ({ MESSAGE, _COMM: 'sshd', siem: host })),
      ...sudo.map((MESSAGE) => ({ MESSAGE, _COMM: 'sudo', siem: host })),
      ...[...lines, ...sudo].map((text) => ({ message: `Mar  1 10:00:00 node-1 sshd: ${text}`, siem: host })),
    ].map((record) => ({ record }));
    const from = performance.now();
    await stream.pass(sent);
    expect(performance.now() - from).toBeLessThan(10_000);
  });
});

test('what is committed keeps to the published schemas', async () => {
  const problems = await schemaProblems({ ecs: expected('ecs'), ocsf: expected('ocsf') });
  expect(problems).toEqual([]);
});
