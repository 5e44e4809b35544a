import * as fs from 'node:fs';
import * as path from 'node:path';
import { Running } from './support/running';

const DOCS = path.join(__dirname, '..', '..', 'docs');
const ROOT = path.join(__dirname, '..', '..');
const PLUGINS = path.join(ROOT, 'fluentd-plugins');
/** Names the metrics that filters of the agents count with. */
const QUARANTINE = path.join(ROOT, 'src', 'model', 'sources', 'quarantine.ts');

async function families(): Promise<{ name: string; type: string }[]> {
  const running = await Running.start();
  const { text } = await running.admin('/metrics');
  return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));
}

test('every metric of the detector is documented', async () => {
  const table = fs.readFileSync(path.join(DOCS, 'operations.md'), 'utf8').match(/^\| `siem_\w+` \|.*$/gm) ?? [];
  const documented = table.map((row) => /`(\w+)`/.exec(row)?.[1]);
  expect(documented.sort()).toEqual((await families()).map(({ name }) => name).sort());
});

test('no document names a metric that does not exist', async () => {
  const known = (await families()).map(({ name }) => name);
  const named = fs
    .readdirSync(DOCS)
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => fs.readFileSync(path.join(DOCS, file), 'utf8').match(/\bsiem_[a-z_]+/g) ?? []);
  expect(named.length).toBeGreaterThan(known.length);
  const files = fs.readdirSync(PLUGINS).map((file) => path.join(PLUGINS, file));
  const plugins = [...files, QUARANTINE].flatMap(
    (file) => fs.readFileSync(file, 'utf8').match(/\bsiem_[a-z_]+/g) ?? [],
  );
  expect(named.filter((name) => !known.includes(name) && !plugins.includes(name))).toEqual([]);
});

test('counters end in _total, and every name begins with siem_', async () => {
  const all = await families();
  expect(all.filter(({ name }) => !name.startsWith('siem_'))).toEqual([]);
  expect(all.filter(({ name, type }) => (type === 'counter') !== name.endsWith('_total'))).toEqual([]);
});
