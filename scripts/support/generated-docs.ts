/** Writes the parts of the documentation that are printed from tables of the code. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { EVENT_SOURCES } from '../../src/contract/event';
import { SETTINGS_CODES } from '../../src/detector/settings';
import { FIELDS } from '../../src/event/fields';
import type { FieldSpec } from '../../src/event/fields';
import { AUDIT_CODES } from '../../src/model/audit-policy/codes';
import { PROBLEM_CODES } from '../../src/model/fluentd/lint/problem';
import { SHIPPING_CODES } from '../../src/model/shipping/codes';
import { ECS_TABLE } from '../../src/model/shipping/ecs';
import { OCSF_TABLE } from '../../src/model/shipping/ocsf';
import { CODES, renderDiagnostic } from '../../src/rule';
import { NOT_RECORDED, OPERATORS } from '../../src/rule/functions';
import type { Operator, OperatorExample } from '../../src/rule/functions';
import { LATER_ACTIONS, LATER_FILE_KEYS, LATER_RULE_KEYS, LATER_TIERS, RULE_KEY_DOCS } from '../../src/rule/rule-keys';
import { LATER_OPERATORS } from '../../src/rule/test-parser';
import { readNegatives } from '../../test/support/negatives';
import { recordTables } from './record-format-docs';

const DOCS = path.join(__dirname, '../../docs');

/** By file below `docs/`, then by the name of the part. */
const PARTS: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'diagnostics.md': {
    rule: ruleCodes,
    audit: () => codeTable(AUDIT_CODES),
    pipeline: () => codeTable(PROBLEM_CODES),
    shipping: () => codeTable(SHIPPING_CODES),
    settings: () => codeTable(SETTINGS_CODES),
  },
  'event-fields.md': { event: () => fieldTable('event'), audit: () => fieldTable('audit'), others: otherFields },
  'record-formats.md': { ecs: () => recordTables(ECS_TABLE, table), ocsf: () => recordTables(OCSF_TABLE, table) },
  'rule-language.md': { keys: keyTable, operators: operatorSections, later: laterList },
};

/** Every file with generated parts, as it should be: text outside the marks is kept. */
export function generatedDocs(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(PARTS).map(([name, parts]) => {
      const file = path.join(DOCS, name);
      const text = fs.readFileSync(file, 'utf8');
      return [file, Object.entries(parts).reduce((filled, [part, print]) => fill(filled, part, print()), text)];
    }),
  );
}

function fill(text: string, part: string, content: string): string {
  const start = `<!-- generated: ${part} -->`;
  const end = `<!-- end: ${part} -->`;
  const [before, rest] = text.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`no part '${part}'`);
  return `${before}${start}\n\n${content.trim()}\n\n${end}${after}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const GROUPS: Readonly<Record<string, string>> = {
  R1: 'Syntax of a condition',
  R2: 'Names',
  R3: 'Types',
  R4: 'The file',
  R5: 'Not supported yet',
};

function ruleCodes(): string {
  const examples = new Map(readNegatives().map(({ code, diagnostics }) => [code, diagnostics]));
  return Object.entries(GROUPS)
    .flatMap(([group, title]) => [
      `### ${title}`,
      ...Object.entries(CODES)
        .filter(([code]) => code.startsWith(group))
        .map(([code, { name, severity }]) => {
          const example = examples.get(code)?.find((diagnostic) => diagnostic.code === code);
          const shown =
            example === undefined ? '' : renderDiagnostic(example).replace(/negatives\/\S+?\.yaml/g, 'rules.yaml');
          return `**${code}** \`${name}\`${severity === 'error' ? '' : ` (${severity})`}\n\n\`\`\`text\n${shown}\n\`\`\``;
        }),
    ])
    .join('\n\n');
}

function codeTable(codes: Readonly<Record<string, string>>): string {
  return table(['Code', 'Says'], Object.entries(codes));
}

function fieldTable(namespace: string): string {
  const fields = FIELDS.filter(({ path: name }) => name.split(/[.[]/)[0] === namespace);
  const sources = new Set(fields.map(({ sources: own }) => own.join()));
  const rows = fields.map((field) => [
    `\`${field.path}\``,
    field.type,
    field.meaning + (field.values === undefined ? '' : `: ${field.values.map((value) => `\`${value}\``).join(', ')}`),
    ...(sources.size > 1 ? [sourcesOf(field)] : []),
    [field.level, field.stage].filter((each) => each !== undefined).join(', ') || '–',
    field.trust,
  ]);
  const head = ['Field', 'Type', 'Meaning', ...(sources.size > 1 ? ['Sources'] : []), 'Audit level, stage', 'Trust'];
  return table(head, rows);
}

function sourcesOf({ sources }: FieldSpec): string {
  return sources.length === EVENT_SOURCES.length ? 'all' : sources.join(', ');
}

function otherFields(): string {
  return ['log', 'kubernetes', 'host'].map(fieldTable).join('\n\n');
}

function keyTable(): string {
  return table(
    ['Key', 'Meaning'],
    Object.entries(RULE_KEY_DOCS).map(([key, doc]) => [`\`${key}\``, doc]),
  );
}

function operatorSections(): string {
  return OPERATORS.map(operatorSection).join('\n\n');
}

function operatorSection({ names, form, reads, doc, examples }: Operator): string {
  const title = names.map((name) => `\`${name}\``).join(' ');
  const rows = examples.map((example) => [`\`${example.condition}\``, eventOf(example), String(example.gives)]);
  return `### ${title}\n\n\`${form}\` — reads ${reads}.\n\n${doc}\n\n${table(['Condition', 'Event', 'Gives'], rows)}`;
}

function eventOf({ on }: OperatorExample): string {
  const entries = Object.entries(on);
  if (entries.length === 0) return 'without the field';
  return entries
    .map(([name, value]) => `\`${name}\` ${value === NOT_RECORDED ? value : `= \`${JSON.stringify(value)}\``}`)
    .join(', ');
}

function laterList(): string {
  const code = (words: Iterable<string>): string => [...words].map((word) => `\`${word}\``).join(', ');
  return [
    `- operators ${code([...Object.keys(LATER_OPERATORS), 'in cidr'])}; quantifiers (\`any … in …:\`, \`every\`); functions; durations such as \`5m\``,
    `- keys of a rule: ${code(LATER_RULE_KEYS)}; of a file: ${code(LATER_FILE_KEYS)}`,
    `- tiers ${code(LATER_TIERS)}; actions ${code(LATER_ACTIONS)}; more than one action`,
    '- Sigma rules',
  ].join('\n');
}
