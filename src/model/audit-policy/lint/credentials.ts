/** Bodies that hold passwords, tokens and keys, and reads of secrets that nobody sees. */
import { CONTROL_PLANE_USERS } from '../profiles';
import { isAtLeast } from '../policy';
import type { RequestAttributes } from '../policy';
import { RESOURCE_VERBS } from '../vocabulary';
import { fieldOf } from './finding';
import type { LintSetting, PolicyFinding } from './finding';
import { namespacesOf, resourceRequest, usersOf } from './probes';
import type { Target } from './probes';

const CREDENTIALS: readonly Target[] = [
  { group: '', resource: 'secrets' },
  { group: '', resource: 'serviceaccounts', subresource: 'token' },
  { group: 'authentication.k8s.io', resource: 'tokenreviews' },
];

function nameOf({ resource, subresource }: Target): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

/** Every request for a credential by everybody whom the policy tells apart. */
function* requestsFor({ policy }: LintSetting, target: Target, verbs: readonly string[]): Generator<RequestAttributes> {
  for (const user of usersOf(policy)) {
    for (const namespace of namespacesOf(policy)) {
      for (const verb of verbs) yield resourceRequest(verb, { ...target, namespace }, user);
    }
  }
}

/** A06 */
export function credentialBodies(setting: LintSetting): PolicyFinding[] {
  return CREDENTIALS.flatMap((target) => {
    for (const request of requestsFor(setting, target, RESOURCE_VERBS)) {
      const { level, matchedRule } = setting.evaluator.decide(request);
      if (!isAtLeast(level, 'Request')) continue;
      return [
        {
          code: 'A06',
          severity: 'error',
          field: fieldOf(matchedRule, 'level'),
          rule: matchedRule,
          message: `${request.verb} of ${nameOf(target)} by '${request.user?.name ?? ''}' is recorded at ${level}: its body holds credentials`,
          remedy: `put a rule 'level: Metadata' for ${nameOf(target)} of the group '${target.group}' before it`,
        },
      ];
    }
    return [];
  });
}

/** A08 */
export function unseenSecretReads(setting: LintSetting): PolicyFinding[] {
  const secrets = { group: '', resource: 'secrets' };
  for (const request of requestsFor(setting, secrets, ['get', 'list', 'watch'])) {
    if (isControlPlane(request)) continue;
    const { level, matchedRule } = setting.evaluator.decide(request);
    if (level !== 'None' || matchedRule === -1) continue;
    const message = `${request.verb} of secrets by '${request.user?.name ?? ''}' is recorded by nobody`;
    return [
      {
        code: 'A08',
        severity: 'error',
        field: fieldOf(matchedRule),
        rule: matchedRule,
        message,
        remedy: "put a rule 'level: Metadata' for secrets before it",
      },
    ];
  }
  return [];
}

const NODE_GROUP = 'system:nodes';

function isControlPlane({ user }: RequestAttributes): boolean {
  return user != null && (CONTROL_PLANE_USERS.includes(user.name) || user.groups?.includes(NODE_GROUP) === true);
}
