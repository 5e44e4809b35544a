/** Whether an audit policy records failed logins: requests answered 401, which have no user. */
import type { AuditPolicyModel, RequestAttributes } from '../model/audit-policy/policy';
import { evaluate } from '../model/audit-policy/evaluator';

/** A request with a credential that the API server refuses. */
export interface LoginProbe {
  /** For messages. */
  readonly title: string;
  readonly attributes: RequestAttributes;
}

/**
 * What programs that guess credentials ask for first. Secrets and writes are not among them: policies have rules of their
 * own for these, which say nothing about the rest.
 */
export const LOGIN_PROBES: readonly LoginProbe[] = [
  resourceProbe('list', 'pods', 'default'),
  resourceProbe('list', 'pods', ''),
  resourceProbe('list', 'nodes', ''),
  resourceProbe('list', 'namespaces', ''),
  pathProbe('/api'),
  pathProbe('/apis'),
  pathProbe('/'),
];

/** What a rule asks for by name. */
export interface NamedTargets {
  readonly resources: readonly string[];
  readonly namespaces: readonly string[];
}

/** Requests for these, each resource in every group that the policy names for it and in the core group. */
export function probesFor({ resources, namespaces }: NamedTargets, policy: AuditPolicyModel): LoginProbe[] {
  if (resources.length === 0 && namespaces.length === 0) return [];
  const entries = policy.rules.flatMap((rule) => rule.resources ?? []);
  return (resources.length === 0 ? ['pods'] : resources).flatMap((resource) => {
    const named = entries.filter((entry) => entry.resources?.includes(resource) === true);
    const groups = new Set(['', ...named.map((entry) => entry.group ?? '')]);
    const places = ['', 'default', ...namespaces];
    return [...groups].flatMap((group) => places.map((namespace) => resourceProbe('list', resource, namespace, group)));
  });
}

/** Why a failed login is not recorded. */
export type Hidden =
  | { readonly kind: 'stage-omitted'; readonly isPolicyWide: boolean; readonly policyRule: number }
  | { readonly kind: 'level-none'; readonly policyRule: number }
  | { readonly kind: 'no-rule' };

/** Undefined where it is recorded. A failed login is written at the stage ResponseStarted and at no other. */
export function hiddenLogin(policy: AuditPolicyModel, probe: LoginProbe, version: string): Hidden | undefined {
  const { level, omitStages, matchedRule } = evaluate(policy, probe.attributes, version);
  if (matchedRule === -1) return { kind: 'no-rule' };
  if (level === 'None') return { kind: 'level-none', policyRule: matchedRule };
  if (!omitStages.includes('ResponseStarted')) return undefined;
  const isPolicyWide = policy.omitStages?.includes('ResponseStarted') === true;
  return { kind: 'stage-omitted', isPolicyWide, policyRule: matchedRule };
}

function resourceProbe(verb: string, resource: string, namespace: string, apiGroup = ''): LoginProbe {
  const root = apiGroup === '' ? '/api/v1' : `/apis/${apiGroup}/v1`;
  const where = namespace === '' ? '' : `/namespaces/${namespace}`;
  return {
    title: `${verb} ${resource}${namespace === '' ? '' : ` in ${namespace}`}`,
    attributes: {
      user: null,
      verb,
      resourceRequest: true,
      path: `${root}${where}/${resource}`,
      apiGroup,
      apiVersion: 'v1',
      resource,
      subresource: '',
      namespace,
      name: '',
    },
  };
}

function pathProbe(path: string): LoginProbe {
  return {
    title: `get ${path}`,
    attributes: {
      user: null,
      verb: 'get',
      resourceRequest: false,
      path,
      apiGroup: '',
      apiVersion: '',
      resource: '',
      subresource: '',
      namespace: '',
      name: '',
    },
  };
}
