/** Whether a request was only tried. */
import type { Json } from '../contract/event';
import type { AuditRequest } from './audit-request';
import { isConnection } from './audit-request';
import { asObject, asText } from './json';

const PARAMETER = 'dryRun';
const ALL = 'All';

/**
 * Whether the API server treated a request as a dry run. It honours the parameter on writes only: added to an exec, a
 * read or a token request it changes nothing, so that there it must not hide what was done. Of a deletion the body
 * wins over the query, where there is one.
 */
export function isDryRun(request: AuditRequest): boolean {
  if (isConnection(request) || request.subresource === 'token' || request.resource === '') return false;
  switch (request.verb) {
    case 'create':
    case 'update':
    case 'patch':
      return hasDryRunQuery(request.record['requestURI']);
    case 'delete':
    case 'deletecollection': {
      const options = asObject(request.record['requestObject']);
      return options === undefined ? hasDryRunQuery(request.record['requestURI']) : isAll(options[PARAMETER]);
    }
    default:
      return false;
  }
}

function isAll(value: Json | undefined): boolean {
  return Array.isArray(value) && value.includes(ALL);
}

/** Whether the query of a URI as sent says `dryRun=All`, in any spelling that the API server decodes to it. */
export function hasDryRunQuery(uri: Json | undefined): boolean {
  const text = asText(uri);
  if (text === undefined) return false;
  let start = text.indexOf('?') + 1;
  if (start === 0 || !canHoldParameter(text, start)) return false;
  while (start <= text.length) {
    const next = text.indexOf('&', start);
    const end = next < 0 ? text.length : next;
    if (isDryRunPair(text, start, end)) return true;
    start = end + 1;
  }
  return false;
}

/** Spares the queries of nearly all requests the walk through their parameters. */
function canHoldParameter(text: string, start: number): boolean {
  return text.indexOf(PARAMETER, start) >= 0 || text.indexOf('%', start) >= 0;
}

function isDryRunPair(text: string, start: number, end: number): boolean {
  const equals = behindWord(text, start, PARAMETER);
  return text[equals] === '=' && behindWord(text, equals + 1, ALL) === end;
}

const PERCENT = 37;

/** Index behind what decodes to `word`, which holds ASCII letters only; -1 where something else stands at `start`. */
function behindWord(text: string, start: number, word: string): number {
  let at = start;
  for (let i = 0; i < word.length; i++) {
    const isEscape = text.charCodeAt(at) === PERCENT;
    const code = isEscape ? hexAt(text, at + 1) * 16 + hexAt(text, at + 2) : text.charCodeAt(at);
    if (code !== word.charCodeAt(i)) return -1;
    at += isEscape ? 3 : 1;
  }
  return at;
}

/** The value of a hexadecimal digit; NaN where there is none. */
function hexAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : NaN;
}
