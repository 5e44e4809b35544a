/** What a rule asks for beyond the alert. Nothing here is carried out. */
import type { PlannedAction } from '../contract/alert';
import type { Json, SecurityEvent } from '../contract/event';
import { asObject, textOf } from '../event/json';
import type { Finding } from '../engine';

type BlockPlan = Pick<PlannedAction, 'subject' | 'reason'>;

const UNAUTHORIZED = 401;
/** The way in for administrators must stay open, whatever a rule says. */
const PROTECTED_GROUPS: readonly string[] = ['system:masters', 'system:nodes', 'siem:break-glass'];
/** The cluster's own service accounts, and ours. */
const PROTECTED_NAMESPACES: readonly string[] = ['kube-system', 'siem', 'siem-agents'];
/** A longer name is no account. */
const NAME_LIMIT = 1_024;

/**
 * The plan of a `block`. Its subject is a user that the API server authenticated, never a name that a client chose, such
 * as that of a failed login: else an attacker could have others blocked. Protected identities are no subject either.
 */
export function planActions({ rule, event }: Finding): PlannedAction[] {
  if (rule.action !== 'block') return [];
  return [{ action: 'block', mode: 'dry-run', ...planBlock(event) }];
}

function planBlock(event: SecurityEvent): BlockPlan {
  const user = authenticatedUser(event);
  if (user === undefined) return { reason: noUserReason(event) };
  const protection = protectionOf(user);
  if (protection !== undefined) return { reason: `no subject: ${protection}` };
  return { subject: { kind: 'username', value: user.name }, reason: reasonFor(event) };
}

interface AuthenticatedUser {
  readonly name: string;
  readonly groups: readonly Json[];
}

function authenticatedUser({ event, audit }: SecurityEvent): AuthenticatedUser | undefined {
  if (event.source !== 'kubernetes-audit' || event.user_trust === 'client') return undefined;
  if (asObject(audit?.responseStatus)?.code === UNAUTHORIZED) return undefined;
  const { username, groups } = asObject(audit?.user) ?? {};
  const name = textOf(username);
  if (name === '' || name.length > NAME_LIMIT) return undefined;
  return { name, groups: Array.isArray(groups) ? groups : [] };
}

function noUserReason({ event }: SecurityEvent): string {
  if (event.source !== 'kubernetes-audit') return 'no subject: the API server does not vouch for names in this source';
  return 'no subject: the request has no user that the API server authenticated';
}

function protectionOf({ name, groups }: AuthenticatedUser): string | undefined {
  const group = PROTECTED_GROUPS.find((each) => groups.includes(each));
  if (group !== undefined) return `members of ${group} are protected`;
  if (name === 'system:anonymous') return 'the request was anonymous and names nobody';
  const [, , namespace] = name.startsWith('system:serviceaccount:') ? name.split(':') : [];
  if (namespace === undefined)
    return name.startsWith('system:') ? 'identities of the cluster are protected' : undefined;
  return PROTECTED_NAMESPACES.includes(namespace) ? `service accounts of ${namespace} are protected` : undefined;
}

function reasonFor({ event }: SecurityEvent): string {
  const vouched = 'the API server authenticated this user';
  if (event.impersonated_user === undefined) return vouched;
  return `${vouched}, who acted as another; admission sees only the other one, so the bindings of this user must go`;
}
