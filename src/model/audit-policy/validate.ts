/**
 * What is wrong with an audit policy before any request is made: what the API server refuses when it starts, and what
 * it accepts although it can match nothing.
 */
import { AUDIT_LEVELS, AUDIT_STAGES } from './policy';
import type { AuditCode } from './codes';
import { AUTHORIZATION_VERBS, PATH_VERBS, RESOURCE_VERBS } from './vocabulary';
import { hasGroupWildcard } from '../kubernetes-version';

/** A policy whose words nobody has checked; every `AuditPolicyModel` is one. */
export interface PolicyDocument {
  readonly omitStages?: readonly string[];
  readonly omitManagedFields?: boolean;
  readonly rules?: readonly PolicyRuleDocument[];
}

export interface PolicyRuleDocument {
  readonly level?: string;
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resources?: readonly PolicyResourcesDocument[];
  readonly namespaces?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly omitStages?: readonly string[];
  readonly omitManagedFields?: boolean;
  readonly comment?: string;
}

export interface PolicyResourcesDocument {
  readonly group?: string;
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface PolicyProblem {
  readonly code: AuditCode;
  /** Set where the API server refuses the file, with the kind of its error; else it accepts what matches nothing. */
  readonly refusal?: 'Invalid' | 'Required' | 'NotSupported';
  /** Path of the field; for a refusal as the API server writes it. */
  readonly field: string;
  /** Index of the rule, from 0; absent for the policy's own fields. */
  readonly rule?: number;
  /** Line of the rule in the file, from 1; set for a policy that was read from a file. */
  readonly line?: number;
  readonly message: string;
  readonly remedy: string;
  /** Where one word of a closed list was expected, so that the nearest can be named. */
  readonly choice?: { readonly received: string; readonly allowed: readonly string[] };
}

/** Everything, the API server's own errors in its order, each rule's dead selectors after them. */
export function validatePolicy(policy: PolicyDocument, kubernetesVersion: string): PolicyProblem[] {
  return [
    ...refusedStages(policy.omitStages, 'omitStages'),
    ...(policy.rules ?? []).flatMap((rule, index) =>
      [...refusals(rule, `rules[${index}]`, kubernetesVersion), ...deadSelectors(rule, `rules[${index}]`)].map(
        (problem) => ({ ...problem, rule: index }),
      ),
    ),
  ];
}

/** The API server's own validation, in its order. */
function refusals(rule: PolicyRuleDocument, at: string, version: string): PolicyProblem[] {
  return [
    ...refusedLevel(rule.level, `${at}.level`),
    ...(rule.nonResourceURLs ?? []).flatMap((url, index) => refusedUrl(url, `${at}.nonResourceURLs[${index}]`)),
    ...(rule.resources ?? []).flatMap((entry) => refusedResources(entry, rule, { at: `${at}.resources`, version })),
    ...refusedStages(rule.omitStages, `${at}.omitStages`),
    ...refusedMixture(rule, `${at}.nonResourceURLs`),
  ];
}

function refusedLevel(level: string | undefined, field: string): PolicyProblem[] {
  const remedy = `write one of ${AUDIT_LEVELS.join(', ')}`;
  if (level === undefined || level === '') {
    return [{ code: 'A25', refusal: 'Required', field, message: 'the rule has no level', remedy }];
  }
  if ((AUDIT_LEVELS as readonly string[]).includes(level)) return [];
  const message = `'${level}' is not a level; upper and lower case matter`;
  const choice = { received: level, allowed: AUDIT_LEVELS };
  return [{ code: 'A25', refusal: 'NotSupported', field, message, remedy, choice }];
}

function refusedStages(stages: readonly string[] = [], field: string): PolicyProblem[] {
  return stages.flatMap((stage, index) => {
    if ((AUDIT_STAGES as readonly string[]).includes(stage)) return [];
    const problem = invalid(
      `${field}[${index}]`,
      `'${stage}' is not a stage`,
      `write one of ${AUDIT_STAGES.join(', ')}`,
    );
    return [{ ...problem, choice: { received: stage, allowed: AUDIT_STAGES } }];
  });
}

function refusedUrl(url: string, field: string): PolicyProblem[] {
  if (url === '*') return [];
  const problems: PolicyProblem[] = [];
  if (!url.startsWith('/')) {
    problems.push(invalid(field, `the path '${url}' does not begin with '/'`, "write '/…', or '*' for every path"));
  }
  if (url.slice(0, -1).includes('*')) {
    problems.push(invalid(field, `'*' stands inside the path '${url}'`, "put a single '*' at the end or leave it out"));
  }
  return problems;
}

/** Upper bound of the length of a DNS subdomain. */
const SUBDOMAIN_LENGTH = 253;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function refusedResources(
  entry: PolicyResourcesDocument,
  rule: PolicyRuleDocument,
  { at, version }: { at: string; version: string },
): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const group = entry.group ?? '';
  if (group === '*') {
    if (!hasGroupWildcard(version)) problems.push(refusedWildcard(rule, `${at}.group`, version));
  } else if (group !== '' && (group.length > SUBDOMAIN_LENGTH || !SUBDOMAIN.test(group))) {
    const message = `'${group}' is not an API group: it is no lower-case DNS name`;
    problems.push({ ...invalid(`${at}.group`, message, groupRemedy(group)), code: 'A03' });
  }
  if ((entry.resourceNames ?? []).length > 0 && (entry.resources ?? []).length === 0) {
    const message = 'resourceNames are given without resources';
    problems.push(invalid(`${at}.resourceNames`, message, 'say which resources have these names'));
  }
  return problems;
}

function refusedWildcard(rule: PolicyRuleDocument, field: string, version: string): PolicyProblem {
  const later = (rule.verbs ?? []).includes('*')
    ? "; from 1.36 on it starts with this rule and records nothing by it, because of the verb '*'"
    : '';
  return {
    ...invalid(
      field,
      `kube-apiserver ${version} does not know the group '*': it refuses the policy and does not start${later}`,
      'name the groups, each in an entry of its own: the empty string for the core group, those of custom resources too',
    ),
    code: 'A02',
  };
}

function refusedMixture(rule: PolicyRuleDocument, field: string): PolicyProblem[] {
  if ((rule.nonResourceURLs ?? []).length === 0) return [];
  if ((rule.resources ?? []).length === 0 && (rule.namespaces ?? []).length === 0) return [];
  const message = 'a rule cannot cover both paths and resources or namespaces';
  return [invalid(field, message, 'make two rules of it')];
}

function invalid(field: string, message: string, remedy: string): PolicyProblem {
  return { code: 'A25', refusal: 'Invalid', field, message, remedy };
}

/** What the API server takes without a word, and then compares with requests that never look like it. */
function deadSelectors(rule: PolicyRuleDocument, at: string): PolicyProblem[] {
  return [
    ...deadVerbs(rule, `${at}.verbs`),
    ...stars(rule.users, `${at}.users`, 'no user is called'),
    ...stars(rule.userGroups, `${at}.userGroups`, 'no group of users is called'),
    ...stars(rule.namespaces, `${at}.namespaces`, 'no namespace is called'),
    ...(rule.resources ?? []).flatMap((entry, index) => deadResources(entry, `${at}.resources[${index}]`)),
  ];
}

function stars(values: readonly string[] = [], field: string, reason: string): PolicyProblem[] {
  return values.flatMap((value, index) =>
    value.includes('*')
      ? [
          {
            code: 'A01' as const,
            field: `${field}[${index}]`,
            message: `'${value}' is compared as plain text, and ${reason} '${value}', so it matches nothing`,
            remedy: value === '*' ? `leave ${lastName(field)} out: that means all of them` : 'write every name out',
          },
        ]
      : [],
  );
}

function deadVerbs(rule: PolicyRuleDocument, field: string): PolicyProblem[] {
  const hasWildcardGroup = (rule.resources ?? []).some((entry) => entry.group === '*');
  const earlier = hasWildcardGroup
    ? " (from 1.36 on the rule loads and records nothing by it; up to 1.35 kube-apiserver refuses the group '*' and does not start)"
    : '';
  const starred = stars(rule.verbs, field, 'no request has the verb').map((problem) => ({
    ...problem,
    message: `${problem.message}${earlier}`,
  }));
  const forPaths = (rule.nonResourceURLs ?? []).length > 0;
  const forResources = (rule.resources ?? []).length > 0 || (rule.namespaces ?? []).length > 0;
  const known = new Set<string>(['', ...(forPaths ? [] : RESOURCE_VERBS), ...(forResources ? [] : PATH_VERBS)]);
  const unknown = (rule.verbs ?? []).flatMap((verb, index) =>
    verb.includes('*') || known.has(verb) ? [] : [unknownVerb(verb, `${field}[${index}]`, [...known])],
  );
  return [...starred, ...unknown];
}

function unknownVerb(verb: string, field: string, known: readonly string[]): PolicyProblem {
  const why = (AUTHORIZATION_VERBS as readonly string[]).includes(verb)
    ? `'${verb}' is a verb of authorization rules, which no request carries`
    : `no request that this rule can match has the verb '${verb}'`;
  const allowed = known.filter((word) => word !== '');
  return {
    code: 'A26',
    field,
    message: `${why}, so it matches nothing`,
    remedy: `write one of ${allowed.join(', ')}`,
    choice: { received: verb, allowed },
  };
}

function deadResources(entry: PolicyResourcesDocument, at: string): PolicyProblem[] {
  const group = entry.group ?? '';
  const problems: PolicyProblem[] = [];
  if (group === 'core' || /^v\d+((alpha|beta)\d+)?$/.test(group)) {
    const message = `no request has the group '${group}', so it matches nothing`;
    problems.push({ code: 'A03', field: `${at}.group`, message, remedy: groupRemedy(group) });
  }
  (entry.resources ?? []).forEach((resource, index) => {
    const remedy = resourceRemedy(resource);
    if (remedy === undefined) return;
    const message = `no request is about the resource '${resource}', so it matches nothing`;
    problems.push({ code: 'A04', field: `${at}.resources[${index}]`, message, remedy });
  });
  return [...problems, ...stars(entry.resourceNames, `${at}.resourceNames`, 'no object is called')];
}

/** How to write what was meant, for a resource pattern that can match nothing. */
function resourceRemedy(resource: string): string | undefined {
  if (resource === '*/*') return "write '*': it covers every resource and subresource";
  if (resource.endsWith('/'))
    return `write '${resource}*' for the resource and its subresources, or leave the slash out`;
  if (resource !== resource.toLowerCase()) return `write '${resource.toLowerCase()}': the plural in lower case`;
  const parts = resource.split('/');
  const isPlain = parts.length <= 2 && parts.every((part) => part === '*' || (part !== '' && !part.includes('*')));
  return isPlain ? undefined : "a star stands alone, or alone on one side of the slash: 'pods/*', '*/status'";
}

function groupRemedy(group: string): string {
  if (group === 'core' || /^v\d/.test(group)) return 'write the core group as the empty string';
  if (group.includes('*'))
    return "name the groups, each in an entry of its own; only '*' alone is a wildcard, from 1.36 on";
  const plain = group.split('/')[0]?.toLowerCase() ?? '';
  return SUBDOMAIN.test(plain) ? `write '${plain}'` : 'write the group as `kubectl api-resources` shows it';
}

function lastName(field: string): string {
  return field.slice(field.lastIndexOf('.') + 1);
}
