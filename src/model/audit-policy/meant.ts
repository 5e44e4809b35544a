/** The policy that somebody meant, from one that the API server refuses or that matches nothing. */
import type { AuditPolicyModel, AuditResourcesModel, AuditRuleModel, RequestAttributes } from './policy';
import { evaluate } from './evaluator';
import { isAtLeast } from './policy';
import { CREDENTIAL_RULE } from './profiles';
import { builtInGroups, RESOURCE_VERBS } from './vocabulary';
import { hasGroupWildcard } from '../kubernetes-version';
import { present } from '../optional-member';

/**
 * Stars become what they were meant for: a selector that is left out, or every group by name where the version knows
 * no star. Where that would record bodies with credentials, the rule that keeps them out comes first.
 */
export function meantPolicy(policy: AuditPolicyModel, kubernetesVersion: string): AuditPolicyModel {
  const rules = policy.rules.map((rule) => meantRule(rule, kubernetesVersion));
  const meant = { omitStages: ['RequestReceived' as const], omitManagedFields: true, ...policy, rules };
  return recordsCredentials(meant, kubernetesVersion) ? { ...meant, rules: [CREDENTIAL_RULE, ...rules] } : meant;
}

function meantRule(rule: AuditRuleModel, version: string): AuditRuleModel {
  const { users, userGroups, verbs, namespaces, resources, ...rest } = rule;
  return {
    ...rest,
    ...present('users', withoutStar(users)),
    ...present('userGroups', withoutStar(userGroups)),
    ...present('verbs', withoutStar(verbs)),
    ...present('namespaces', withoutStar(namespaces)),
    ...present(
      'resources',
      resources?.flatMap((entry) => meantResources(entry, version)),
    ),
  };
}

function meantResources(entry: AuditResourcesModel, version: string): AuditResourcesModel[] {
  const { group, resources, resourceNames, ...rest } = entry;
  const names = withoutStar(resourceNames);
  const meant = {
    ...rest,
    ...present('resources', meantPatterns(resources, names)),
    ...present('resourceNames', names),
  };
  return meantGroups(group ?? '', version).map((name) => ({ ...meant, group: name }));
}

function meantGroups(group: string, version: string): string[] {
  if (group === '*') return hasGroupWildcard(version) ? ['*'] : builtInGroups(version);
  if (group === 'core' || /^v\d/.test(group)) return [''];
  return [group.split('/')[0]?.toLowerCase() ?? ''];
}

/** Every resource is what an entry without resources covers. */
function meantPatterns(
  resources: readonly string[] | undefined,
  names: readonly string[] | undefined,
): readonly string[] | undefined {
  const patterns = resources?.map(meantResource);
  return patterns?.includes('*') === true && (names ?? []).length === 0 ? undefined : patterns;
}

function meantResource(resource: string): string {
  if (resource === '*/*') return '*';
  return (resource.endsWith('/') ? `${resource}*` : resource).toLowerCase();
}

/** A list with a star in it was meant to be no restriction. */
function withoutStar(values: readonly string[] | undefined): readonly string[] | undefined {
  return values?.includes('*') === true ? undefined : values;
}

const CREDENTIAL_TARGETS = [
  { apiGroup: '', resource: 'secrets', subresource: '' },
  { apiGroup: '', resource: 'serviceaccounts', subresource: 'token' },
  { apiGroup: 'authentication.k8s.io', resource: 'tokenreviews', subresource: '' },
];

function recordsCredentials(policy: AuditPolicyModel, version: string): boolean {
  return CREDENTIAL_TARGETS.some((target) =>
    RESOURCE_VERBS.some((verb) => isAtLeast(evaluate(policy, ordinary(target, verb), version).level, 'Request')),
  );
}

function ordinary(
  target: Pick<RequestAttributes, 'apiGroup' | 'resource' | 'subresource'>,
  verb: string,
): RequestAttributes {
  return {
    ...target,
    user: { name: 'someone@example.com', groups: ['system:authenticated'] },
    verb,
    resourceRequest: true,
    path: '',
    apiVersion: 'v1',
    namespace: 'default',
    name: 'some-name',
  };
}
