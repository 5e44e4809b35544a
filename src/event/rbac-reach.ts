/** Whether a role or a binding reaches beyond ordinary rights: whoever has it can become somebody else, or anybody. */
import type { Json, JsonObject } from '../contract/event';
import { asObject } from './json';

const RBAC_GROUP = 'rbac.authorization.k8s.io';
const ADMISSION_GROUP = 'admissionregistration.k8s.io';
const CORE_GROUP = '';

/** Bits of what one list of a rule element names. */
const ANYTHING = 1;
const READ = 2;
const WRITE = 4;
const OTHER = 8;

/** The resources that are written by name under `RBAC_GROUP`. */
export type RbacResource = 'roles' | 'clusterroles' | 'rolebindings' | 'clusterrolebindings';

export function isRbacResource(group: string, resource: string): resource is RbacResource {
  if (group !== RBAC_GROUP) return false;
  switch (resource) {
    case 'roles':
    case 'clusterroles':
    case 'rolebindings':
    case 'clusterrolebindings':
      return true;
    default:
      return false;
  }
}

export function isBinding(resource: RbacResource): boolean {
  return resource === 'rolebindings' || resource === 'clusterrolebindings';
}

/** Whether what was written (a body of the kind that `resource` holds) reaches beyond ordinary rights. */
export function reachesBeyond(resource: RbacResource, body: JsonObject): boolean {
  if (isBinding(resource)) return bindsBeyond(body);
  const rules = body['rules'];
  return Array.isArray(rules) && rules.some((rule) => ruleReachesBeyond(rule, resource === 'clusterroles'));
}

function bindsBeyond(binding: JsonObject): boolean {
  const role = asObject(binding['roleRef']);
  if (role?.['name'] === 'cluster-admin' && role['kind'] !== 'Role') return true;
  const subjects = binding['subjects'];
  return Array.isArray(subjects) && subjects.some(isMasters);
}

function isMasters(subject: Json): boolean {
  const { kind, name } = asObject(subject) ?? {};
  return kind === 'Group' && name === 'system:masters';
}

/** Verbs, groups and resources of one element hold together; those of different elements do not. */
function ruleReachesBeyond(rule: Json, isClusterRole: boolean): boolean {
  const element = asObject(rule);
  if (element === undefined) return false;
  const verbs = bitsOf(element['verbs'], verbBits);
  if ((verbs & ANYTHING) !== 0) return true;
  const groups = bitsOf(element['apiGroups'], groupBits);
  const resources = element['resources'];
  if (verbs === 0 || !Array.isArray(resources)) return false;
  const readsSecrets = isClusterRole && (verbs & READ) !== 0 && !hasNames(element);
  return resources.some((resource) => {
    const kinds = typeof resource === 'string' ? resourceBits(resource) : 0;
    if ((kinds & ANY_RESOURCE) !== 0) return true;
    const reached = kinds & groups;
    if ((reached & CONNECTS) !== 0) return true;
    if ((reached & WRITES) !== 0 && (verbs & WRITE) !== 0) return true;
    return (reached & SECRETS) !== 0 && readsSecrets;
  });
}

function hasNames(element: JsonObject): boolean {
  const names = element['resourceNames'];
  return Array.isArray(names) && names.length > 0;
}

function bitsOf(list: Json | undefined, bits: (entry: string) => number): number {
  let all = 0;
  if (Array.isArray(list)) for (const entry of list) if (typeof entry === 'string') all |= bits(entry);
  return all;
}

const VERB_BITS: ReadonlyMap<string, number> = new Map([
  ['*', ANYTHING],
  ['escalate', ANYTHING],
  ['bind', ANYTHING],
  ['impersonate', ANYTHING],
  ['get', READ],
  ['list', READ],
  ['watch', READ],
  ['create', WRITE],
  ['update', WRITE],
  ['patch', WRITE],
  ['delete', WRITE],
  ['deletecollection', WRITE],
]);

const verbBits = (verb: string): number => VERB_BITS.get(verb) ?? OTHER;

/** Kinds of resources by the API group they live in; a resource counts only under its own group. */
const ANY_RESOURCE = 1;
const CORE_WRITES = 2;
const RBAC_WRITES = 4;
const ADMISSION_WRITES = 8;
const CONNECTS = 16;
const SECRETS = 32;
const WRITES = CORE_WRITES | RBAC_WRITES | ADMISSION_WRITES;
const IN_CORE = CORE_WRITES | CONNECTS | SECRETS;

const GROUP_BITS: ReadonlyMap<string, number> = new Map([
  ['*', IN_CORE | RBAC_WRITES | ADMISSION_WRITES],
  [CORE_GROUP, IN_CORE],
  [RBAC_GROUP, RBAC_WRITES],
  [ADMISSION_GROUP, ADMISSION_WRITES],
]);

const groupBits = (group: string): number => GROUP_BITS.get(group) ?? 0;

const RESOURCE_BITS: ReadonlyMap<string, number> = new Map([
  ['*', ANY_RESOURCE],
  ['secrets', SECRETS],
  ['roles', RBAC_WRITES],
  ['clusterroles', RBAC_WRITES],
  ['rolebindings', RBAC_WRITES],
  ['clusterrolebindings', RBAC_WRITES],
  ['mutatingwebhookconfigurations', ADMISSION_WRITES],
  ['validatingwebhookconfigurations', ADMISSION_WRITES],
]);

function resourceBits(resource: string): number {
  const slash = resource.indexOf('/');
  if (slash < 0) return RESOURCE_BITS.get(resource) ?? 0;
  return subresourceBits(resource.slice(0, slash), resource.slice(slash + 1));
}

/** A star before or behind the slash counts as what it covers. */
function subresourceBits(resource: string, subresource: string): number {
  if (resource === '*' && subresource === '*') return ANY_RESOURCE;
  const covers = (name: string, sub: string): boolean =>
    (resource === '*' || resource === name) && (subresource === '*' || subresource === sub);
  const connects = covers('pods', 'exec') || covers('pods', 'attach') || covers('nodes', 'proxy') ? CONNECTS : 0;
  return connects | (covers('serviceaccounts', 'token') ? CORE_WRITES : 0);
}
