/**
 * Writes `src/model/fluentd/plugin-table.ts`: what the plugins themselves declare. Needs the Fluentd of the tier's tests;
 * `npx tsx scripts/plugin-schema.ts [folder of gems]`. A plugin that is not installed there keeps what the table says of it.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { PLUGIN_TABLE, SHARED_SECTIONS } from '../src/model/fluentd/plugin-table';
import { gemEnvironment, installFluentd } from '../test/fluentd/install';

/** What the package writes, and what a user's own element may use. */
const PLUGINS: Readonly<Record<string, string>> = {
  system: '',
  input:
    'cloudwatch_logs exec forward http kafka kafka_group monitor_agent prometheus prometheus_monitor ' +
    'prometheus_output_monitor prometheus_tail_monitor sample syslog systemd tail tcp udp unix',
  filter:
    'concat dedot elasticsearch_genid grep kubernetes_metadata opensearch_genid parser prometheus record_modifier ' +
    'record_transformer stdout systemd_entry throttle',
  output:
    'cloudwatch_logs copy datadog detect_exceptions elasticsearch elasticsearch_data_stream exec file forward gcs gelf ' +
    'http kafka2 kinesis_firehose kinesis_streams loki newrelic null opensearch opensearch_data_stream prometheus ' +
    'relabel remote_syslog rewrite_tag_filter roundrobin s3 secondary_file splunk_hec stdout sumologic',
  buffer: 'file file_single memory',
  parser: 'apache2 cri csv json ltsv msgpack multiline nginx none regexp syslog tsv',
  formatter: 'csv hash json ltsv msgpack out_file single_value stdout tsv',
  storage: 'local',
  sd: 'file srv static',
};
const ROOT = path.join(__dirname, '..');

const OUR_FOLDER = path.join(ROOT, 'fluentd-plugins');
const KIND_OF_PREFIX: Readonly<Record<string, string>> = { in: 'input', out: 'output' };

/** Plugins of our own, by the names of their files. */
function ourPlugins(): string[] {
  const names = fs.readdirSync(OUR_FOLDER).flatMap((file) => [...file.matchAll(/^([a-z]+)_(.+)\.rb$/g)]);
  return names.map(([, prefix = '', type = '']) => `${KIND_OF_PREFIX[prefix] ?? prefix}:${type}`);
}

export const PLUGIN_IDS = [
  ...Object.entries(PLUGINS).flatMap(([kind, types]) => types.split(' ').map((type) => `${kind}:${type}`)),
  ...ourPlugins(),
].sort();

/** What the plugins in a folder of gems, and our own, declare; null for one that is not there. */
export function readDeclarations(gemHome: string): Record<string, string | null> {
  const script = path.join(ROOT, 'scripts/support/plugin-declarations.rb');
  const output = execFileSync('ruby', [script, OUR_FOLDER], {
    env: gemEnvironment(gemHome),
    input: PLUGIN_IDS.join('\n'),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  return JSON.parse(last) as Record<string, string | null>;
}

/** A section that many plugins have stands in one place; `<name &>` refers to it. */
export function withShared(declaration: string, shared: Readonly<Record<string, string>>): string {
  return Object.entries(shared).reduce((text, [name, section]) => text.replaceAll(section, `<${name} &>`), declaration);
}

/** The outermost sections of declarations that stand in four or more of them as they are. */
function sharedSections(declarations: readonly string[]): Record<string, string> {
  const found = declarations.flatMap(outerSections);
  const counts = new Map<string, number>();
  for (const section of found) counts.set(section, (counts.get(section) ?? 0) + 1);
  const frequent = [...counts].filter(([section, count]) => count >= 4 && section.length > 60);
  const best = frequent.sort(([, a], [, b]) => a - b).map(([section]) => [nameOf(section), section] as const);
  return Object.fromEntries(best.sort(([a], [b]) => a.localeCompare(b)));
}

function nameOf(section: string): string {
  return /^<([a-z_]+)/.exec(section)?.[1] ?? '';
}

function outerSections(declaration: string): string[] {
  const sections: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: token, index } of declaration.matchAll(/\S+/g)) {
    if (token.startsWith('<')) {
      if (depth === 0) from = index;
      depth += 1;
    }
    if (token === '>') {
      depth -= 1;
      if (depth === 0) sections.push(declaration.slice(from, index + 1));
    }
  }
  return sections;
}

function tableText(name: string, doc: string, table: Readonly<Record<string, string>>): string {
  const rows = Object.entries(table).map(([key, text]) => `  '${key}': '${text}',\n`);
  return `/** ${doc} */\nexport const ${name}: Readonly<Record<string, string>> = {\n${rows.join('')}};\n`;
}

function expanded(id: string): string | undefined {
  const known: string | undefined = PLUGIN_TABLE[id];
  return known?.replace(/<([a-z_]+) &>/g, (_, name: string) => SHARED_SECTIONS[name] ?? '');
}

async function main(): Promise<void> {
  const installed = await installFluentd();
  const gemHome = process.argv[2] ?? (installed.kind === 'ready' ? installed.gemHome : undefined);
  if (gemHome === undefined) throw new Error(installed.kind === 'missing' ? installed.reason : 'no Fluentd');
  const read = readDeclarations(gemHome);
  const declarations = PLUGIN_IDS.map((id) => [id, read[id] ?? expanded(id)] as const);
  const known = declarations.filter((entry): entry is [string, string] => entry[1] !== undefined);
  const shared = sharedSections(known.map(([, declaration]) => declaration));
  const table = Object.fromEntries(known.map(([id, declaration]) => [id, withShared(declaration, shared)]));
  const text = [
    '/** Written by scripts/plugin-schema.ts from the declarations of the plugins themselves; not edited by hand. */\n\n',
    '// prettier-ignore\n',
    tableText('SHARED_SECTIONS', 'Sections that many plugins have.', shared),
    '\n// prettier-ignore\n',
    tableText('PLUGIN_TABLE', 'By kind and type; read by plugin-schema.ts.', table),
  ];
  fs.writeFileSync(path.join(ROOT, 'src/model/fluentd/plugin-table.ts'), text.join(''));
  const absent = declarations.flatMap(([id, declaration]) => (declaration === undefined ? [id] : []));
  process.stdout.write(`${known.length} plugins; not known: ${absent.join(' ') || 'none'}\n`);
}

if (require.main === module) void main();
