/** Rules that ask what a write to a role or binding did, against what the audit policy records of such writes. */
import type { CheckedRule, DiagnosticSeverity } from '../rule';
import { printExpr } from '../rule';
import { pathOf, testsOf } from './condition-fields';
import type { PolicyContext, SeamProblem } from './policy-seam';
import { hostAuthRemedy } from './policy-seam';
import type { Effect } from './rbac-effect';
import { ACTION_FIELD, canFire, effectOf } from './rbac-effect';
import type { RbacGap, RbacRecords, Singled } from './rbac-records';
import { RBAC_GROUP } from './rbac-records';

/** A gap that matters to a rule. */
interface Finding {
  readonly gap: RbacGap;
  readonly severity: DiagnosticSeverity;
  /** `refusals-only`: the rule is about failed writes, of which some show their action without a body. */
  readonly kind: 'lost' | 'undecided' | 'refusals-only';
}

export function rbacProblems(rule: CheckedRule, records: RbacRecords, context: PolicyContext): SeamProblem[] {
  const test = testsOf(rule.condition).find((candidate) => pathOf(candidate) === ACTION_FIELD);
  if (test === undefined) return [];
  const reading = printExpr(test);
  const findings = records.gaps.flatMap((gap) => findingOf(rule, gap, { records, lists: context.lists }));
  if (findings.length === 0 && records.isCut) return [tooMany(reading)];
  return grouped(findings).map((group) => problemOf(rule, group, { reading, context }));
}

function tooMany(reading: string): SeamProblem {
  return {
    severity: 'info',
    message: `may need ${reading}, which is undecided: the audit policy treats too many users, namespaces or names apart`,
    remedy: `record all writes to roles and bindings alike: ${NEEDED_RULE}`,
  };
}

function findingOf(
  rule: CheckedRule,
  gap: RbacGap,
  view: { readonly records: RbacRecords; readonly lists: PolicyContext['lists'] },
): Finding[] {
  const onSuccess = effectOf(rule, { ...view, gap, outcome: 'success' });
  const effect = onSuccess === 'none' ? effectOf(rule, { ...view, gap, outcome: 'failure' }) : onSuccess;
  if (effect === 'none') return [];
  if (effect === 'lost' && onSuccess === 'none' && gap.level !== 'None') {
    return [{ gap, severity: 'info', kind: 'refusals-only' }];
  }
  return [{ gap, severity: severityOf(effect, isAboutOthers(rule, gap, view)), kind: effect }];
}

/** Whether the policy singles out requests that are only a part of those the rule is about. */
function isAboutOthers(
  rule: CheckedRule,
  gap: RbacGap,
  view: { readonly records: RbacRecords; readonly lists: PolicyContext['lists'] },
): boolean {
  if (Object.keys(gap.singled).length === 0) return false;
  const ordinary = { ...gap, singled: {} };
  return (['success', 'failure'] as const).some((outcome) => canFire(rule, { ...view, gap: ordinary, outcome }));
}

function severityOf(effect: Effect, isPartial: boolean): DiagnosticSeverity {
  if (effect === 'undecided') return 'info';
  return isPartial ? 'warning' : 'error';
}

/** Findings that are told as one: of the same weight, and decided by the same rule of the policy; in its order. */
function grouped(findings: readonly Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of [...findings].sort((a, b) => a.gap.policyRule - b.gap.policyRule)) {
    const { gap, severity, kind } = finding;
    const key = JSON.stringify([severity, kind, gap.policyRule, gap.level, gap.isStageOmitted, gap.singled]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()];
}

interface Told {
  readonly reading: string;
  readonly context: PolicyContext;
}

function problemOf(rule: CheckedRule, group: readonly Finding[], { reading, context }: Told): SeamProblem {
  const gaps = group.map(({ gap }) => gap);
  const [first] = group;
  if (first === undefined) throw new Error('a group of findings is never empty');
  const records = recordsText(gaps, first.gap, context);
  const remedy = remedyOf(rule, first.gap);
  switch (first.kind) {
    case 'lost':
      return { severity: first.severity, message: `reads ${reading}, but ${records}`, remedy };
    case 'undecided':
      return { severity: first.severity, message: `may need ${reading}, which is undecided; ${records}`, remedy };
    case 'refusals-only': {
      const message = `reads ${reading} of failed writes, and sees only those that the API server's own escalation check refused; ${records}`;
      return { severity: first.severity, message, remedy };
    }
  }
}

/** What the policy does with these writes. */
function recordsText(
  gaps: readonly RbacGap[],
  { policyRule, level, isStageOmitted, singled }: RbacGap,
  context: PolicyContext,
): string {
  const place = context.place(policyRule);
  const verbs = listed(gaps.map(({ write }) => write.verb));
  const writes = `${verbs} of ${listed(gaps.map(({ write }) => write.resource))}${singledText(singled)}`;
  if (policyRule === -1) return `no rule of the audit policy (${place}) matches ${writes}, so nothing is recorded`;
  if (isStageOmitted) return `${place} omits the stage ResponseComplete of ${writes}, the one that carries the body`;
  if (level === 'None') return `${place} records nothing of ${writes}`;
  const why = level === 'Request' ? 'where the body of a patch is only the difference' : 'without the body';
  return `${place} records ${writes} at ${level}, ${why}, which leaves the action unknown`;
}

function listed(words: readonly string[]): string {
  const distinct = [...new Set(words)];
  const last = distinct.pop() ?? '';
  return distinct.length === 0 ? last : `${distinct.join(', ')} and ${last}`;
}

function singledText({ user, group, namespace, name }: Singled): string {
  return [
    user === undefined ? '' : ` by user '${user}'`,
    group === undefined ? '' : ` by members of '${group}'`,
    namespace === undefined ? '' : ` in namespace '${namespace}'`,
    name === undefined ? '' : ` with the name '${name}'`,
  ].join('');
}

const NEEDED_RULE = `{ level: RequestResponse, verbs: [create, update, patch], resources: [{ group: ${RBAC_GROUP} }] }`;

function remedyOf(rule: CheckedRule, { isStageOmitted, policyRule }: RbacGap): string {
  const orHost = rule.source === undefined ? hostAuthRemedy('sudo and su') : '';
  if (isStageOmitted) return `take ResponseComplete out of omitStages${orHost}`;
  const where = policyRule === -1 ? 'add this rule to the policy' : 'put this rule before that one in the policy';
  return `${where}: ${NEEDED_RULE}${orHost}`;
}
