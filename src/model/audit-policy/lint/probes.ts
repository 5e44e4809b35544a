/** Requests that stand for all that a policy can tell apart: its own words, and one that it does not name of each kind. */
import type { AuditPolicyModel, AuditRuleModel, RequestAttributes } from '../policy';
import { RESOURCE_VERBS } from '../vocabulary';

type User = NonNullable<RequestAttributes['user']>;

const AUTHENTICATED = 'system:authenticated';
const SOMEONE = 'someone@example.com';
const SOMEWHERE = 'some-namespace';
const SOMETHING = 'some-name';

export interface Target {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** A request of an ordinary user for a resource. */
export function resourceRequest(verb: string, target: Target, user: User | null = ordinaryUser()): RequestAttributes {
  const { group, resource, subresource = '', namespace = SOMEWHERE, name = SOMETHING } = target;
  const root = group === '' ? '/api/v1' : `/apis/${group}/v1`;
  const isUnnamed = ['create', 'list', 'watch', 'deletecollection'].includes(verb) && subresource === '';
  return {
    user,
    verb,
    resourceRequest: true,
    path: `${root}${namespace === '' ? '' : `/namespaces/${namespace}`}/${resource}`,
    apiGroup: group,
    apiVersion: 'v1',
    resource,
    subresource,
    namespace,
    name: isUnnamed ? '' : name,
  };
}

/** A request for a path that is no resource. */
export function pathRequest(verb: string, path: string, user: User | null = ordinaryUser()): RequestAttributes {
  const none = { apiGroup: '', apiVersion: '', resource: '', subresource: '', namespace: '', name: '' };
  return { user, verb, resourceRequest: false, path, ...none };
}

export function ordinaryUser(): User {
  return { name: SOMEONE, groups: [AUTHENTICATED] };
}

/** Everybody whom the policy tells apart, and somebody whom it does not name. */
export function usersOf(policy: AuditPolicyModel): User[] {
  const names = distinct(policy.rules.flatMap((rule) => rule.users ?? []));
  const groups = distinct(policy.rules.flatMap((rule) => rule.userGroups ?? []));
  return [
    ordinaryUser(),
    ...names.map((name) => ({ name, groups: [AUTHENTICATED] })),
    ...groups.map((group) => ({ name: SOMEONE, groups: [AUTHENTICATED, group] })),
  ];
}

/** Namespaces that the policy names, one that it does not, and none. */
export function namespacesOf(policy: AuditPolicyModel): string[] {
  return distinct([SOMEWHERE, '', ...policy.rules.flatMap((rule) => rule.namespaces ?? [])]);
}

/** Requests that a rule was written for; undefined where they are too many to try. */
export function requestsOf(rule: AuditRuleModel, policy: AuditPolicyModel): RequestAttributes[] | undefined {
  const users = usersFor(rule, policy);
  const verbs = rule.verbs?.length ? rule.verbs : [...RESOURCE_VERBS, 'post', ''];
  const places = rule.namespaces?.length ? rule.namespaces : namespacesOf(policy);
  const targets = targetsFor(rule, policy);
  const paths = pathsFor(rule, policy);
  if (users.length * verbs.length * (places.length * targets.length + paths.length) > MOST_REQUESTS) return undefined;
  return users.flatMap((user) =>
    verbs.flatMap((verb) => [
      ...targets.flatMap((target) => places.map((namespace) => resourceRequest(verb, { ...target, namespace }, user))),
      ...paths.map((path) => pathRequest(verb, path, user)),
    ]),
  );
}

const MOST_REQUESTS = 50_000;

/** Who has to be tried: a user in a group may be both named and a member. */
function usersFor(rule: AuditRuleModel, policy: AuditPolicyModel): (User | null)[] {
  const groups = rule.userGroups?.length ? rule.userGroups.map((group) => [group]) : [[], [AUTHENTICATED]];
  if (rule.users?.length) return rule.users.flatMap((name) => groups.map((each) => ({ name, groups: each })));
  if (rule.userGroups?.length) return groups.map((each) => ({ name: SOMEONE, groups: each }));
  return [null, { name: SOMEONE, groups: [] }, ...usersOf(policy)];
}

function targetsFor(rule: AuditRuleModel, policy: AuditPolicyModel): Target[] {
  if (rule.nonResourceURLs?.length && !rule.resources?.length && !rule.namespaces?.length) return [];
  const entries = rule.resources?.length ? rule.resources : allEntries(policy);
  return entries.flatMap((entry) => {
    const groups = entry.group === '*' ? ['some.example.com', ...groupsNamed(policy)] : [entry.group ?? ''];
    const patterns = entry.resources?.length ? entry.resources : ['*', ...resourcesNamed(policy)];
    const names = entry.resourceNames?.length ? entry.resourceNames : [SOMETHING];
    return groups.flatMap((group) =>
      patterns.flatMap((pattern) => names.map((name) => ({ group, name, ...concrete(pattern) }))),
    );
  });
}

function allEntries(policy: AuditPolicyModel): NonNullable<AuditRuleModel['resources']> {
  return [{ group: 'some.example.com' }, ...policy.rules.flatMap((rule) => rule.resources ?? [])];
}

function groupsNamed(policy: AuditPolicyModel): string[] {
  const named = policy.rules.flatMap((rule) => (rule.resources ?? []).map((entry) => entry.group ?? ''));
  return distinct(named.filter((group) => group !== '*'));
}

function resourcesNamed(policy: AuditPolicyModel): string[] {
  return distinct(policy.rules.flatMap((rule) => (rule.resources ?? []).flatMap((entry) => entry.resources ?? [])));
}

/** A resource that a pattern covers. */
function concrete(pattern: string): { readonly resource: string; readonly subresource: string } {
  const [resource = '', subresource = ''] = pattern === '*' ? ['somethings'] : pattern.split('/');
  return {
    resource: resource === '*' ? 'somethings' : resource,
    subresource: subresource === '*' ? 'some-subresource' : subresource,
  };
}

function pathsFor(rule: AuditRuleModel, policy: AuditPolicyModel): string[] {
  if (rule.resources?.length || rule.namespaces?.length) return [];
  const urls = rule.nonResourceURLs?.length
    ? rule.nonResourceURLs
    : ['/some-path', ...policy.rules.flatMap((each) => each.nonResourceURLs ?? [])];
  return distinct(urls.flatMap((url) => [url.replace(/\*+$/, ''), url.replace(/\*+$/, 'some-path')]));
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
