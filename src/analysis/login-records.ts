/** Whether an audit policy records failed logins: requests answered 401, which have no user. */
import type { AuditPolicyModel, RequestAttributes } from '../model/audit-policy';
import { evaluate } from '../model/audit-policy';

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

function resourceProbe(verb: string, resource: string, namespace: string): LoginProbe {
  const where = namespace === '' ? '' : `/namespaces/${namespace}`;
  return {
    title: `${verb} ${resource}${namespace === '' ? '' : ' in a namespace'}`,
    attributes: {
      user: null,
      verb,
      resourceRequest: true,
      path: `/api/v1${where}/${resource}`,
      apiGroup: '',
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
