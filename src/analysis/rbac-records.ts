/** What an audit policy records of writes to roles and bindings, for whom, and where that is too little. */
import type {
  AuditLevel,
  AuditPolicyModel,
  AuditRuleModel,
  AuditStage,
  RequestAttributes,
} from '../model/audit-policy/policy';
import { evaluate, matchesTarget } from '../model/audit-policy/evaluator';
import { isAtLeast } from '../model/audit-policy/policy';
import { hasGroupWildcard } from '../model/kubernetes-version';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

const RESOURCES = [
  { resource: 'roles', isNamespaced: true },
  { resource: 'rolebindings', isNamespaced: true },
  { resource: 'clusterroles', isNamespaced: false },
  { resource: 'clusterrolebindings', isNamespaced: false },
] as const;

/** The level that records the body from which the action is read; a patch sends only a difference. */
const NEEDED = { create: 'Request', update: 'Request', patch: 'RequestResponse' } as const;

/** One kind of write. */
export interface RbacWrite {
  readonly verb: keyof typeof NEEDED;
  readonly resource: (typeof RESOURCES)[number]['resource'];
  readonly isNamespaced: boolean;
  readonly needed: AuditLevel;
}

export const RBAC_WRITES: readonly RbacWrite[] = RESOURCES.flatMap(({ resource, isNamespaced }) =>
  (Object.keys(NEEDED) as (keyof typeof NEEDED)[]).map((verb) => ({
    verb,
    resource,
    isNamespaced,
    needed: NEEDED[verb],
  })),
);

/** What a policy names, so that somebody else is one that it does not name. */
export interface Singled {
  readonly user?: string;
  readonly group?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** A write that is recorded at too low a level. */
export interface RbacGap {
  readonly write: RbacWrite;
  /** Empty for an ordinary request: nothing in it is named by the policy. */
  readonly singled: Singled;
  /** `None` too where the stage that carries the bodies is omitted. */
  readonly level: AuditLevel;
  readonly isStageOmitted: boolean;
  /** Index of the rule that decided; -1 for none. */
  readonly policyRule: number;
}

/** What a policy says of writes to roles and bindings. */
export interface RbacRecords {
  readonly gaps: readonly RbacGap[];
  /** There may be more gaps than are listed. */
  readonly isCut: boolean;
  /** Texts that the policy's rules for these writes compare with. */
  readonly mentioned: Readonly<Record<keyof Singled, ReadonlySet<string>>>;
}

export function rbacRecords(policy: AuditPolicyModel, kubernetesVersion: string): RbacRecords {
  const touching = RBAC_WRITES.flatMap((write) => touchingRules(policy, write, kubernetesVersion));
  const rules = [...new Set(touching)].map((index) => policy.rules[index]);
  const texts = (select: (rule: AuditRuleModel) => readonly string[] | undefined): ReadonlySet<string> =>
    new Set(rules.flatMap((rule) => (rule === undefined ? [] : (select(rule) ?? []))));
  const mentioned = {
    user: texts((rule) => rule.users),
    group: texts((rule) => rule.userGroups),
    namespace: texts((rule) => rule.namespaces),
    name: texts((rule) => rule.resources?.flatMap((entry) => entry.resourceNames ?? [])),
  };
  const ordinary = ordinaryNames(mentioned);
  const gaps = RBAC_WRITES.map((write) => gapsOf({ policy, kubernetesVersion, ordinary }, write));
  return { gaps: gaps.flat(), isCut: gaps.some((ofWrite) => ofWrite.length >= MOST_GAPS), mentioned };
}

interface Setting {
  readonly policy: AuditPolicyModel;
  readonly kubernetesVersion: string;
  readonly ordinary: Required<Omit<Singled, 'group'>>;
}

function gapsOf(setting: Setting, write: RbacWrite): RbacGap[] {
  const ordinary = gapAt(setting, write, {});
  const last = ordinary.policyRule === -1 ? setting.policy.rules.length : ordinary.policyRule;
  const gaps = isAtLeast(ordinary.level, write.needed) ? [] : [ordinary];
  for (const index of touchingRules(setting.policy, write, setting.kubernetesVersion)) {
    if (index >= last || gaps.length >= MOST_GAPS) break;
    if (!mayRecordTooLittle(setting.policy, index, write)) continue;
    gaps.push(...witness(setting, write, index).filter((gap) => !isAtLeast(gap.level, write.needed)));
  }
  return gaps;
}

/** Of one kind of write; a policy that has more is told by these. */
const MOST_GAPS = 20;

function mayRecordTooLittle(policy: AuditPolicyModel, index: number, write: RbacWrite): boolean {
  const rule = policy.rules[index];
  if (rule === undefined) return false;
  return !isAtLeast(rule.level, write.needed) || omitsOutcome(policy.omitStages) || omitsOutcome(rule.omitStages);
}

/** Whether the one stage that carries the bodies is left out. */
function omitsOutcome(stages: readonly AuditStage[] = []): boolean {
  return stages.includes('ResponseComplete');
}

/** A request that only this rule of the policy decides, if there is one. */
function witness(setting: Setting, write: RbacWrite, index: number): RbacGap[] {
  const rule = setting.policy.rules[index];
  if (rule === undefined) return [];
  let tries = 0;
  for (const singled of singledBy(rule, write)) {
    const gap = gapAt(setting, write, singled);
    tries += 1;
    // What cannot be tried out in time counts as reachable.
    if (gap.policyRule === index || tries === MOST_TRIES) return [{ ...gap, policyRule: index }];
  }
  return [];
}

const MOST_TRIES = 500;

/** Every combination of what the rule names. */
function* singledBy(rule: AuditRuleModel, write: RbacWrite): Generator<Singled> {
  const names = write.verb === 'create' ? [] : (rule.resources ?? []).flatMap((entry) => entry.resourceNames ?? []);
  for (const user of orNone(rule.users)) {
    for (const group of orNone(rule.userGroups)) {
      for (const namespace of orNone(write.isNamespaced ? rule.namespaces?.filter((name) => name !== '') : [])) {
        for (const name of [undefined, ...names]) {
          yield singledOf({ user, group, namespace, name });
        }
      }
    }
  }
}

function orNone(values: readonly string[] = []): readonly (string | undefined)[] {
  return values.length === 0 ? [undefined] : values;
}

function singledOf(values: { readonly [key in keyof Singled]: string | undefined }): Singled {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function gapAt({ policy, kubernetesVersion, ordinary }: Setting, write: RbacWrite, singled: Singled): RbacGap {
  const groups = ['system:authenticated', ...(singled.group === undefined ? [] : [singled.group])];
  const { level, omitStages, matchedRule } = evaluate(
    policy,
    {
      ...attributesOf(write),
      user: { name: singled.user ?? ordinary.user, groups },
      namespace: write.isNamespaced ? (singled.namespace ?? ordinary.namespace) : '',
      name: write.verb === 'create' ? '' : (singled.name ?? ordinary.name),
    },
    kubernetesVersion,
  );
  const isStageOmitted = level !== 'None' && omitsOutcome(omitStages);
  return { write, singled, level: isStageOmitted ? 'None' : level, isStageOmitted, policyRule: matchedRule };
}

function attributesOf({ verb, resource }: RbacWrite): RequestAttributes {
  return {
    verb,
    resourceRequest: true,
    path: `/apis/${RBAC_GROUP}/v1/${resource}`,
    apiGroup: RBAC_GROUP,
    apiVersion: 'v1',
    resource,
    subresource: '',
    namespace: '',
    name: '',
  };
}

/** Rules that can decide such a write for somebody, somewhere. */
function touchingRules(policy: AuditPolicyModel, write: RbacWrite, version: string): number[] {
  const groupWildcard = hasGroupWildcard(version);
  const attributes = attributesOf(write);
  return policy.rules.flatMap((rule, index) => {
    const verbs = rule.verbs ?? [];
    const isVerb = verbs.length === 0 || verbs.includes(write.verb);
    return isVerb && matchesTarget(anywhere(rule), attributes, groupWildcard) ? [index] : [];
  });
}

/** The rule without what it says of namespaces and names. */
function anywhere(rule: AuditRuleModel): AuditRuleModel {
  const resources = (rule.resources ?? []).map(({ group, resources: patterns }) => ({
    group: group ?? '',
    resources: patterns ?? [],
  }));
  const isForPaths = (rule.namespaces ?? []).length === 0 && resources.length === 0;
  return { level: rule.level, resources, nonResourceURLs: isForPaths ? (rule.nonResourceURLs ?? []) : [] };
}

/** Names that the policy does not mention. */
function ordinaryNames(mentioned: RbacRecords['mentioned']): Setting['ordinary'] {
  return {
    user: unmentioned('someone', mentioned.user),
    namespace: unmentioned('somewhere', mentioned.namespace),
    name: unmentioned('something', mentioned.name),
  };
}

function unmentioned(name: string, mentioned: ReadonlySet<string>): string {
  return mentioned.has(name) ? unmentioned(`${name}-else`, mentioned) : name;
}
