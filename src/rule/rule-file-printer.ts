/** Prints rule files in one canonical form, which YAML 1.1 and 1.2 read alike. */
import type { RuleDocument, RuleFileDocument } from '../contract/rule-document';
import { HIDDEN } from '../event/hidden-characters';
import type { Expr } from './ast';
import type { CheckedRule, RuleSet } from './checked-rule';
import { printCondition } from './printer';

/** The set as one rule file; given ids, those rules alone and the lists they name. */
export function printRuleFile(ruleSet: RuleSet, ids?: readonly string[]): string {
  const { rules, lists } = ids === undefined ? ruleSet : partOf(ruleSet, new Set(ids));
  return printRuleDocument({ lists, rules: rules.map(documentOf) });
}

/** A rule file that was not checked; `loadRules` reads it back as it was given. */
export function printRuleDocument({ lists = {}, rules = [] }: RuleFileDocument): string {
  const names = Object.keys(lists).sort();
  const listLines = names.flatMap((name) => texts(name, lists[name] ?? []));
  const ruleLines = rules.flatMap((rule) => item(ruleMembers(rule)));
  const lines = [
    ...(listLines.length === 0 ? [] : ['lists:', ...indented(listLines)]),
    ...(ruleLines.length === 0 ? [] : ['rules:', ...indented(ruleLines)]),
  ];
  return `${(lines.length === 0 ? ['rules: []'] : lines).join('\n')}\n`;
}

function partOf({ rules, lists }: RuleSet, ids: ReadonlySet<string>): RuleSet {
  const wanted = rules.filter(({ id }) => ids.has(id));
  const named = new Set(wanted.flatMap(({ condition }) => listsOf(condition)));
  return { rules: wanted, lists: Object.fromEntries(Object.entries(lists).filter(([name]) => named.has(name))) };
}

/** Names of the lists that a condition reads. */
function listsOf(expr: Expr): string[] {
  switch (expr.kind) {
    case 'all-of':
    case 'any-of':
      return expr.parts.flatMap(listsOf);
    case 'not':
      return listsOf(expr.part);
    case 'in':
      return expr.list.kind === 'named' ? [expr.list.name] : [];
    default:
      return [];
  }
}

function documentOf(rule: CheckedRule): RuleDocument {
  return { ...rule, condition: printCondition(rule.condition) };
}

/** In the order in which people read a rule. */
function ruleMembers(rule: RuleDocument): string[] {
  return [
    ...member('id', rule.id),
    ...member('name', rule.name),
    ...member('description', rule.description),
    ...member('severity', rule.severity),
    ...member('status', rule.status),
    ...member('source', rule.source),
    ...block('condition', rule.condition),
    ...member('action', rule.action),
    ...someTexts('tags', rule.tags),
    ...someTexts('references', rule.references),
    ...someTexts('falsePositives', rule.falsePositives),
  ];
}

function member(key: string, text: string | undefined): string[] {
  if (text === undefined) return [];
  return text.includes('\n') ? block(key, text) : [`${key}: ${scalar(text)}`];
}

function someTexts(key: string, items: readonly string[] = []): string[] {
  return items.length === 0 ? [] : texts(key, items);
}

function texts(key: string, items: readonly string[]): string[] {
  return items.length === 0
    ? [`${scalar(key)}: []`]
    : [`${scalar(key)}:`, ...items.map((text) => `  - ${scalar(text)}`)];
}

/** A text over several lines, of which white space at the ends does not count. */
function block(key: string, text: string): string[] {
  const lines = text.replace(/\r\n/g, '\n').trim().split('\n');
  const isPlain = lines.every((line) => line.search(HIDDEN) < 0 && line === line.trimEnd()) && lines[0] !== '';
  return isPlain ? [`${key}: |`, ...indented(lines)] : [`${key}: ${scalar(text)}`];
}

function item(members: readonly string[]): string[] {
  return members.map((line, i) => (i === 0 ? `- ${line}` : line && `  ${line}`));
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => line && `  ${line}`);
}

/** Starts with a letter and holds nothing that means something to YAML. */
const PLAIN = /^[A-Za-z](?:[\w .,@/()+-]|:(?=[^ ]))*$/;

/** What readers of YAML 1.1 take for a boolean, for nothing, or for a number without digits before its exponent. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|e[-+_.\d]*)$/i;

/** The text as it is where every reader takes it for text, else in double quotes. */
function scalar(text: string): string {
  if (PLAIN.test(text) && !text.endsWith(' ') && !RESERVED.test(text)) return text;
  return `"${text.replace(/["\\]/g, '\\$&').replace(HIDDEN, escaped)}"`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
