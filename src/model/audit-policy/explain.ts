/** Why a request is recorded as it is, and what its events will hold. */
import { hasGroupWildcard } from '../kubernetes-version';
import { covers, coversPath, PolicyEvaluator } from './evaluator';
import { AUDIT_STAGES, isAtLeast } from './policy';
import type { AuditDecision, AuditPolicyModel, AuditRuleModel, AuditStage, RequestAttributes } from './policy';

export type BodyContent =
  | 'none'
  | 'object'
  | 'patch'
  | 'delete-options'
  | 'list'
  | 'deleted-object-or-status'
  | 'deleted-list'
  | 'object-or-status';

export interface Explanation extends AuditDecision {
  /** Of each rule before the one that decided: the first selector that kept it out. */
  readonly passedOver: readonly { readonly rule: number; readonly selector: string; readonly reason: string }[];
  /** What the rule that decided asks for, and the request has. */
  readonly because: readonly string[];
  /** Stages at which an event is written, for a request that is answered. */
  readonly stages: readonly AuditStage[];
  readonly requestBody: BodyContent;
  readonly responseBody: BodyContent;
  /** Whether `metadata.managedFields` stand in the bodies. */
  readonly managedFields: boolean;
}

/** Explains the decision of a policy. @throws RangeError where the version is out of range */
export function explain(policy: AuditPolicyModel, request: RequestAttributes, version: string): Explanation {
  const decision = new PolicyEvaluator(policy, version).decide(request);
  const groupWildcard = hasGroupWildcard(version);
  const { level, matchedRule, omitStages } = decision;
  const rules = policy.rules.slice(0, matchedRule === -1 ? undefined : matchedRule);
  const decider = policy.rules[matchedRule];
  return {
    ...decision,
    passedOver: rules.map((rule, index) => ({ rule: index, ...keptOut(rule, request, groupWildcard) })),
    because: decider === undefined ? [] : reasons(decider, request),
    stages: level === 'None' ? [] : stagesOf(request).filter((stage) => !omitStages.includes(stage)),
    requestBody: isAtLeast(level, 'Request') ? requestBody(request) : 'none',
    responseBody: level === 'RequestResponse' ? responseBody(request) : 'none',
    managedFields: isAtLeast(level, 'Request') && !decision.omitManagedFields,
  };
}

interface Check {
  readonly selector: string;
  readonly isGiven: boolean;
  readonly fits: boolean;
  readonly has: string;
}

/** Every selector that a rule gives, in the order in which the API server asks them. */
function checksOf(rule: AuditRuleModel, request: RequestAttributes, groupWildcard: boolean): Check[] {
  const checks = [...callerChecks(rule, request), ...targetChecks(rule, request, groupWildcard)];
  return checks.filter(({ isGiven }) => isGiven);
}

function check(selector: string, values: readonly unknown[] = [], fits: boolean, has: string): Check {
  return { selector, isGiven: values.length > 0, fits, has };
}

function callerChecks({ users, userGroups, verbs }: AuditRuleModel, { user, verb }: RequestAttributes): Check[] {
  const groups = user?.groups ?? [];
  const isMember = groups.some((group) => userGroups?.includes(group) === true);
  return [
    check('users', users, user != null && users?.includes(user.name) === true, callerText(user)),
    check('userGroups', userGroups, isMember, listed(groups)),
    check('verbs', verbs, verbs?.includes(verb) === true, `'${verb}'`),
  ];
}

function targetChecks(rule: AuditRuleModel, request: RequestAttributes, groupWildcard: boolean): Check[] {
  const { namespace, path, resourceRequest } = request;
  const { namespaces = [], resources = [], nonResourceURLs = [] } = rule;
  const urls = namespaces.length + resources.length > 0 ? [] : nonResourceURLs;
  const fitsPath = !resourceRequest && urls.some((url) => coversPath(url, path));
  return [
    check('namespaces', namespaces, resourceRequest && namespaces.includes(namespace), namespaceText(request)),
    check('resources', resources, resourceRequest && coversOne(rule, request, groupWildcard), targetText(request)),
    check('nonResourceURLs', urls, fitsPath, targetText(request)),
  ];
}

function callerText(user: RequestAttributes['user']): string {
  return user == null ? 'nobody, for authentication failed' : `'${user.name}'`;
}

function coversOne(rule: AuditRuleModel, request: RequestAttributes, groupWildcard: boolean): boolean {
  return (rule.resources ?? []).some((entry) => {
    if (!covers(entry, request, groupWildcard)) return false;
    const names = entry.resources?.length ? (entry.resourceNames ?? []) : [];
    return names.length === 0 || names.includes(request.name);
  });
}

function keptOut(
  rule: AuditRuleModel,
  request: RequestAttributes,
  groupWildcard: boolean,
): { readonly selector: string; readonly reason: string } {
  const failed = checksOf(rule, request, groupWildcard).find(({ fits }) => !fits);
  return { selector: failed?.selector ?? '', reason: failed === undefined ? '' : `the request has ${failed.has}` };
}

function reasons(rule: AuditRuleModel, request: RequestAttributes): string[] {
  return checksOf(rule, request, true).map(({ selector, has }) => `${selector}: the request has ${has}`);
}

function listed(values: readonly string[]): string {
  return values.length === 0 ? 'none' : values.map((value) => `'${value}'`).join(', ');
}

function namespaceText({ resourceRequest, namespace }: RequestAttributes): string {
  if (!resourceRequest) return 'a path that is no resource';
  return namespace === '' ? 'no namespace' : `'${namespace}'`;
}

function targetText({ resourceRequest, path, apiGroup, resource, subresource, name }: RequestAttributes): string {
  if (!resourceRequest) return `the path '${path}'`;
  const target = subresource === '' ? resource : `${resource}/${subresource}`;
  return `'${target}' of the group '${apiGroup}'${name === '' ? '' : `, named '${name}'`}`;
}

/** Subresources whose answer goes on for as long as the client likes. */
const SESSIONS = ['attach', 'exec', 'log', 'portforward', 'proxy'];

/** A request that lasts is written when its answer begins, too; a failed login then only. */
function stagesOf(request: RequestAttributes): readonly AuditStage[] {
  if (request.user === undefined || request.user === null) return ['ResponseStarted'];
  const lasts = request.resourceRequest && (request.verb === 'watch' || SESSIONS.includes(request.subresource));
  return AUDIT_STAGES.filter((stage) => stage !== 'Panic' && (lasts || stage !== 'ResponseStarted'));
}

function isStreamed({ verb, subresource, resourceRequest }: RequestAttributes): boolean {
  return !resourceRequest || verb === 'watch' || SESSIONS.includes(subresource);
}

const REQUEST_BODIES: Readonly<Record<string, BodyContent>> = {
  create: 'object',
  update: 'object',
  patch: 'patch',
  delete: 'delete-options',
  deletecollection: 'delete-options',
};

function requestBody(request: RequestAttributes): BodyContent {
  return isStreamed(request) ? 'none' : (REQUEST_BODIES[request.verb] ?? 'none');
}

const RESPONSE_BODIES: Readonly<Record<string, BodyContent>> = {
  get: 'object-or-status',
  list: 'list',
  create: 'object-or-status',
  update: 'object-or-status',
  patch: 'object-or-status',
  delete: 'deleted-object-or-status',
  deletecollection: 'deleted-list',
};

function responseBody(request: RequestAttributes): BodyContent {
  return isStreamed(request) ? 'none' : (RESPONSE_BODIES[request.verb] ?? 'none');
}
