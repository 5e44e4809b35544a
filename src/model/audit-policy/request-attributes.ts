/** An HTTP request to what the API server's policy is asked about: the rules of its own request parser. */
import { exactMatch } from './field-selector';
import type { RequestAttributes } from './policy';
import { isTrue, parseQuery } from './url-query';
import type { Query } from './url-query';

/** What the request itself says; who sent it is not in it. */
export type ParsedRequest = Omit<RequestAttributes, 'user'>;

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Verbs that stand in the path; both are deprecated, and both are still parsed. */
const PATH_VERBS = ['proxy', 'watch'];
/** What may follow the name of a namespace without being a kind of resource inside it. */
const NAMESPACE_SUBRESOURCES = ['status', 'finalize'];

/**
 * Parses a request as the API server does.
 * @param method as sent, upper case
 * @param url path and query, as in a request line
 * @throws RangeError for a URL that the API server answers without asking its policy
 */
export function parseRequest(method: string, url: string): ParsedRequest {
  const [rawPath = '', ...rest] = (url.split('#')[0] ?? '').split('?');
  const path = decodedPath(rawPath);
  const verb = method.toLowerCase();
  const parts = resourceParts(path);
  return parts === undefined
    ? nonResource(verb, path)
    : resourceRequest(method, path, parts, parseQuery(rest.join('?')));
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new RangeError(`'${path}' holds a broken escape`);
  }
}

interface ResourceParts {
  readonly group: string;
  readonly version: string;
  /** From the verb or the resource on; never empty. */
  readonly rest: readonly string[];
}

/** `/api/<version>/…` and `/apis/<group>/<version>/…`, when something follows. */
function resourceParts(path: string): ResourceParts | undefined {
  const trimmed = path.replace(/^\/+|\/+$/g, '');
  const [prefix, ...parts] = trimmed.split('/');
  if (prefix === 'api' && parts.length >= 2) return { group: '', version: parts[0] ?? '', rest: parts.slice(1) };
  if (prefix !== 'apis' || parts.length < 3) return undefined;
  return { group: parts[0] ?? '', version: parts[1] ?? '', rest: parts.slice(2) };
}

function nonResource(verb: string, path: string): ParsedRequest {
  const none = { apiGroup: '', apiVersion: '', resource: '', subresource: '', namespace: '', name: '' };
  return { verb, resourceRequest: false, path, ...none };
}

function resourceRequest(method: string, path: string, parts: ResourceParts, query: Query): ParsedRequest {
  const [first = ''] = parts.rest;
  const isPathVerb = PATH_VERBS.includes(first);
  if (isPathVerb && parts.rest.length < 2) throw new RangeError(`'${path}' names no resource after '${first}'`);
  const target = namespaced(isPathVerb ? parts.rest.slice(1) : parts.rest);
  const [resource = '', name = '', subresource = ''] = target.parts;
  const named = byQuery({ verb: isPathVerb ? first : (VERBS[method] ?? ''), name }, query);
  return {
    ...named,
    resourceRequest: true,
    path,
    apiGroup: parts.group,
    apiVersion: parts.version,
    resource,
    subresource: first === 'proxy' ? '' : subresource,
    namespace: target.namespace,
  };
}

/** A Namespace itself carries its own name as its namespace. */
function namespaced(parts: readonly string[]): { readonly namespace: string; readonly parts: readonly string[] } {
  const [first, namespace = '', next] = parts;
  if (first !== 'namespaces') return { namespace: '', parts };
  const isInside = next !== undefined && !NAMESPACE_SUBRESOURCES.includes(next);
  return { namespace, parts: isInside ? parts.slice(2) : parts };
}

/** Without a name, a read is a list or a watch, and a deletion is one of a collection. */
function byQuery(request: { verb: string; name: string }, query: Query): { verb: string; name: string } {
  const { verb, name } = request;
  if (name !== '') return request;
  if (verb === 'delete') return { verb: 'deletecollection', name };
  if (verb !== 'get') return request;
  return { verb: isTrue(query, 'watch') ? 'watch' : 'list', name: selectedName(query) };
}

const NUMBERS = ['limit', 'timeoutSeconds'];

/** The name that a field selector asks for; options that cannot be read make the API server ignore all of them. */
function selectedName(query: Query): string {
  const isReadable = NUMBERS.every((name) => /^([-+]?\d+)?$/.test(query.get(name)?.[0] ?? ''));
  const name = isReadable ? exactMatch(query.get('fieldSelector')?.[0] ?? '', 'metadata.name') : undefined;
  return name === undefined || name === '.' || name === '..' || /[/%]/.test(name) ? '' : name;
}
