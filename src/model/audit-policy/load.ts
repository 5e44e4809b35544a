/**
 * Audit policy files as people write them. The API server drops unknown keys with nothing but a line in its own log,
 * and a rule that lost a selector matches more than it says; here each such key is a problem.
 */
import { isMap, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import type { Document } from 'yaml';
import type { AuditPolicyModel } from './policy';
import type { PolicyLines } from './render';
import type { PolicyDocument, PolicyProblem, PolicyResourcesDocument, PolicyRuleDocument } from './validate';
import { validatePolicy } from './validate';
import { present } from '../optional-member';

export interface LoadedPolicy {
  /** What the API server makes of the file; absent where it would refuse it. */
  readonly policy?: AuditPolicyModel;
  /** The same before its words were checked; absent where the file holds no policy. */
  readonly document?: PolicyDocument;
  readonly lines: PolicyLines;
  /** Everything that is wrong, refused or not. */
  readonly problems: readonly PolicyProblem[];
}

/** Reads a policy file for an API server of this version. Never throws on bad text. */
export function loadPolicy(text: string, kubernetesVersion: string): LoadedPolicy {
  const counter = new LineCounter();
  const documents = documentsOf(text, counter);
  const document = documents?.[0];
  if (documents === undefined || document === undefined)
    return { lines: NO_LINES, problems: [refused('', 'the file holds nothing that can be read', 1)] };
  const broken = document.errors[0];
  if (broken !== undefined) {
    return { lines: NO_LINES, problems: [refused('', broken.message, counter.linePos(broken.pos[0]).line)] };
  }
  const lines = linesOf(document, counter);
  const reader = new PolicyReader();
  const unchecked = reader.policy(valueOf(document));
  const problems = [
    ...reader.problems,
    ...duplicateKeys(document),
    ...(documents.length > 1 ? [furtherDocument()] : []),
    ...(unchecked === undefined ? [] : validatePolicy(unchecked, kubernetesVersion)),
  ].map((problem) => withLine(problem, lines));
  const isRefused = unchecked === undefined || problems.some((problem) => problem.refusal !== undefined);
  // validatePolicy found every word to be one of the model's.
  const policy = isRefused ? undefined : (unchecked as AuditPolicyModel);
  return { ...present('policy', policy), ...present('document', unchecked), lines, problems };
}

/** Undefined where the text holds none, or nests so deeply that it cannot be read. */
function documentsOf(text: string, counter: LineCounter): readonly Document[] | undefined {
  try {
    const documents = parseAllDocuments(text, { version: '1.1', uniqueKeys: false, lineCounter: counter });
    return Array.isArray(documents) ? documents : undefined;
  } catch {
    return undefined;
  }
}

function furtherDocument(): PolicyProblem {
  return dropped('', 'the file holds more than one document', 'keep one; the API server reads the first');
}

const NO_LINES: PolicyLines = { ruleLines: [], rulesLine: 1 };

function refused(field: string, message: string, line?: number): PolicyProblem {
  const remedy = 'mend the file; kube-apiserver does not start with it';
  return { code: 'A25', refusal: 'Invalid', field, message, remedy, ...(line === undefined ? {} : { line }) };
}

function dropped(field: string, message: string, remedy: string): PolicyProblem {
  return { code: 'A22', field, message, remedy };
}

function withLine(problem: PolicyProblem, lines: PolicyLines): PolicyProblem {
  const index = problem.rule ?? ruleIndex(problem.field);
  const line = problem.line ?? (index === undefined ? undefined : lines.ruleLines[index]);
  return { ...problem, ...(index === undefined ? {} : { rule: index }), ...(line === undefined ? {} : { line }) };
}

function ruleIndex(field: string): number | undefined {
  const match = /^rules\[(\d+)\]/.exec(field);
  return match === null ? undefined : Number(match[1]);
}

/** The document as plain values; one whose aliases would blow up reads as a text, which no policy is. */
function valueOf(document: Document): unknown {
  try {
    return document.toJS();
  } catch {
    return 'too many aliases';
  }
}

function linesOf(document: Document, counter: LineCounter): PolicyLines {
  const lineOf = (offset: number | undefined): number => (offset === undefined ? 1 : counter.linePos(offset).line);
  const pairs = isMap(document.contents) ? document.contents.items : [];
  const keyLine = (name: string): number | undefined => {
    const key = pairs.map((pair) => pair.key).find((candidate) => textOf(candidate) === name);
    return key === undefined ? undefined : lineOf(rangeOf(key));
  };
  const rules: unknown = document.get('rules', true);
  const ruleLines = isSeq(rules) ? rules.items.map((item) => lineOf(rangeOf(item))) : [];
  const omitStagesLine = keyLine('omitStages');
  return {
    ruleLines,
    rulesLine: keyLine('rules') ?? 1,
    ...(omitStagesLine === undefined ? {} : { omitStagesLine }),
  };
}

function rangeOf(node: unknown): number | undefined {
  return isRecord(node) && Array.isArray(node.range) ? (node.range[0] as number) : undefined;
}

function textOf(node: unknown): unknown {
  return isRecord(node) ? node.value : undefined;
}

/** Keys given twice: the API server takes the last one. */
function duplicateKeys(document: Document): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const visit = (node: unknown, field: string): void => {
    if (isSeq(node)) {
      node.items.forEach((item, index) => {
        visit(item, `${field}[${index}]`);
      });
    } else if (isMap(node)) {
      const seen = new Set<unknown>();
      for (const pair of node.items) {
        const key = textOf(pair.key);
        const at = member(field, String(key));
        if (seen.has(key))
          problems.push(dropped(at, `the key '${String(key)}' stands here twice`, 'keep one of the two'));
        seen.add(key);
        visit(pair.value, at);
      }
    }
  };
  visit(document.contents, '');
  return problems;
}

const POLICY_KEYS = ['apiVersion', 'kind', 'metadata', 'omitStages', 'omitManagedFields', 'rules'];
const TEXT_LISTS = ['users', 'userGroups', 'verbs', 'namespaces', 'nonResourceURLs', 'omitStages'] as const;
const RULE_KEYS = ['level', 'resources', 'omitManagedFields', ...TEXT_LISTS];
const RESOURCES_KEYS = ['group', 'resources', 'resourceNames'];

/** Values as the API server's decoder takes them; a value of the wrong type is refused, `null` is absent. */
class PolicyReader {
  public readonly problems: PolicyProblem[] = [];

  public policy(value: unknown): PolicyDocument | undefined {
    if (!isRecord(value)) {
      this.refuse('', value === null || value === undefined ? 'the file is empty' : 'the file holds no mapping');
      return undefined;
    }
    if (value.apiVersion !== 'audit.k8s.io/v1' || value.kind !== 'Policy') {
      const received = `apiVersion '${String(value.apiVersion)}' and kind '${String(value.kind)}'`;
      this.refuse('apiVersion', `the file has ${received}, not 'audit.k8s.io/v1' and 'Policy' (unknown group version)`);
      return undefined;
    }
    this.unknownKeys(value, POLICY_KEYS, '');
    const rules = this.items(value.rules, 'rules').map((rule, index) => this.rule(rule, `rules[${index}]`));
    if (rules.length === 0) this.refuse('rules', 'the policy has 0 rules');
    return {
      ...present('omitStages', this.texts(value.omitStages, 'omitStages')),
      ...present('omitManagedFields', this.flag(value.omitManagedFields, 'omitManagedFields')),
      rules,
    };
  }

  private rule(value: unknown, at: string): PolicyRuleDocument {
    if (!isRecord(value)) {
      this.refuse(at, 'the rule is no mapping');
      return {};
    }
    this.unknownKeys(value, RULE_KEYS, at);
    const lists = TEXT_LISTS.map((key) => present(key, this.texts(value[key], member(at, key))));
    const resources = this.items(value.resources, `${at}.resources`).map((entry, index) =>
      this.resources(entry, `${at}.resources[${index}]`),
    );
    return {
      ...present('level', this.text(value.level, `${at}.level`)),
      ...(Object.assign({}, ...lists) as PolicyRuleDocument),
      ...present('resources', value.resources === undefined || value.resources === null ? undefined : resources),
      ...present('omitManagedFields', this.flag(value.omitManagedFields, `${at}.omitManagedFields`)),
    };
  }

  private resources(value: unknown, at: string): PolicyResourcesDocument {
    if (!isRecord(value)) {
      if (value === null)
        this.problems.push(dropped(at, 'the entry is empty', 'take it out; it means the whole core group'));
      else this.refuse(at, 'the entry is no mapping');
      return {};
    }
    this.unknownKeys(value, RESOURCES_KEYS, at);
    return {
      ...present('group', this.text(value.group, `${at}.group`)),
      ...present('resources', this.texts(value.resources, `${at}.resources`)),
      ...present('resourceNames', this.texts(value.resourceNames, `${at}.resourceNames`)),
    };
  }

  private unknownKeys(value: Record<string, unknown>, allowed: readonly string[], at: string): void {
    for (const key of Object.keys(value).filter((name) => !allowed.includes(name))) {
      const problem = dropped(
        member(at, key),
        `the key '${key}' does not exist here; the API server drops it, and what remains matches more`,
        `the keys are ${allowed.join(', ')}`,
      );
      this.problems.push({ ...problem, choice: { received: key, allowed } });
    }
  }

  private items(value: unknown, at: string): unknown[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    this.refuse(at, 'a list is expected');
    return [];
  }

  private texts(value: unknown, at: string): string[] | undefined {
    if (value === undefined || value === null) return undefined;
    return this.items(value, at).map((item, index) => this.text(item, `${at}[${index}]`) ?? '');
  }

  private text(value: unknown, at: string): string | undefined {
    if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
    this.refuse(at, `a text is expected, not ${JSON.stringify(value)}; put it in quotes`);
    return undefined;
  }

  private flag(value: unknown, at: string): boolean | undefined {
    if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined;
    this.refuse(at, `true or false is expected, not ${JSON.stringify(value)}`);
    return undefined;
  }

  private refuse(field: string, message: string): void {
    this.problems.push(refused(field, message));
  }
}

function member(at: string, key: string): string {
  return at === '' ? key : `${at}.${key}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
