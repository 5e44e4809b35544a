/** Access log of ingress-nginx: its default format, the combined format that it extends, and JSON as its guide shows. */
import type { JsonObject } from '../../contract/event';
import { asNumber, asText, parseObject } from '../json';
import { clockAt, daysOfMonth, daysSinceEpoch, digitsAt, parseRfc3339, US_PER_DAY, US_PER_MINUTE } from '../time';
import { accessFields } from './http-exchange';
import type { HttpExchange } from './http-exchange';
import type { LineContext, Reading, SourceLine } from './line-reader';

export function readIngressNginx(line: SourceLine, context: LineContext): Reading | undefined {
  const json = line.json ?? unescapedJson(line.text);
  return json === undefined ? readText(line.text, context) : readJson(json, context);
}

/** Address, name in the credentials, stamp. The name can hold anything but a quote. */
const HEAD = /^(\S+) - (.*) \[([^[\]]{20,30})\] $/s;
const NUMBERS = /^ (\d{3}) (\d{1,15}|-) $/;
/** Length and duration of the request, then the upstream by name. */
const UPSTREAM = /^ \d+ [\d.]+ \[([^\]]*)\]/;
const QUOTED_PARTS = 7;

/**
 * nginx writes a quote inside a value as `\x22`, so that quotes part the line without doubt: head, request, numbers,
 * referrer, blank, user agent, tail.
 */
function readText(text: string, context: LineContext): Reading | undefined {
  const parts = text.split('"', QUOTED_PARTS + 1);
  const opened = HEAD.exec(parts[0] ?? '');
  const counted = NUMBERS.exec(parts[2] ?? '');
  if (parts.length !== QUOTED_PARTS || opened === null || counted === null) return undefined;
  const timeUs = stampTime(opened[3] ?? '');
  if (timeUs === undefined) return undefined;
  const exchange: HttpExchange = {
    ...requestLine(unescaped(parts[1])),
    status: Number(counted[1]),
    bytesSent: asNumber(counted[2]),
    referrer: unescaped(parts[3]),
    userAgent: unescaped(parts[5]),
    claimedUser: unescaped(opened[2]),
    upstream: UPSTREAM.exec(parts[6] ?? '')?.[1],
    peer: opened[1],
  };
  return { timeUs, isCoarse: true, fields: accessFields(exchange, context) };
}

/** `GET /path HTTP/1.1`; what is no request has none of the three. */
function requestLine(text: string): Pick<HttpExchange, 'method' | 'target' | 'protocol'> {
  const start = text.indexOf(' ');
  const end = text.lastIndexOf(' ');
  if (start <= 0 || end <= start || !text.startsWith('HTTP/', end + 1)) return {};
  return { method: text.slice(0, start), target: text.slice(start + 1, end), protocol: text.slice(end + 1) };
}

const ESCAPES = /(?:\\x[0-9A-F]{2})+/g;

/** nginx writes each byte that it does not print as `\xHH`. */
function unescaped(text = ''): string {
  if (!text.includes('\\x')) return text;
  return text.replace(ESCAPES, (run) => {
    const bytes = Uint8Array.from(run.slice(2).split('\\x'), (hex) => parseInt(hex, 16));
    return new TextDecoder().decode(bytes);
  });
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `14/Mar/2026:09:00:01 +0000`. */
function stampTime(stamp: string): number | undefined {
  const day = digitsAt(stamp, 0, 2);
  const month = MONTHS.indexOf(stamp.slice(3, 6)) + 1;
  const year = digitsAt(stamp, 7, 4);
  const clockUs = clockAt(stamp, 12);
  const zone = /^[+-]\d{4}$/.exec(stamp.slice(21));
  if (month === 0 || year < 0 || day < 1 || day > daysOfMonth(year, month) || clockUs < 0 || zone === null) {
    return undefined;
  }
  const minutes = digitsAt(stamp, 22, 2) * 60 + digitsAt(stamp, 24, 2);
  const offsetUs = (stamp[21] === '-' ? -minutes : minutes) * US_PER_MINUTE;
  return daysSinceEpoch(year, month, day) * US_PER_DAY + clockUs - offsetUs;
}

/** JSON whose values nginx escaped as in a text: `\x22`, which JSON does not know. */
function unescapedJson(text: string): JsonObject | undefined {
  if (!text.startsWith('{') || !text.includes('\\x')) return undefined;
  return parseObject(text.replace(/\\x(?=[0-9A-F]{2})/g, '\\u00'));
}

function readJson(json: JsonObject, context: LineContext): Reading | undefined {
  const text = (...names: readonly string[]): string | undefined => firstText(json, names);
  const status = asNumber(json['status']);
  const request = requestLine(text('request') ?? '');
  const target = text('path', 'request_uri', 'uri') ?? request.target;
  const peer = text('remote_addr', 'remote_address', 'proxy_protocol_addr');
  if (status === undefined || (target === undefined && peer === undefined)) return undefined;
  const exchange: HttpExchange = {
    method: text('method', 'request_method') ?? request.method,
    target,
    query: text('request_query', 'query', 'args'),
    protocol: text('request_proto', 'server_protocol', 'protocol') ?? request.protocol,
    host: text('vhost', 'host', 'http_host'),
    status,
    bytesSent: asNumber(json['bytes_sent'] ?? json['body_bytes_sent']),
    referrer: text('http_referrer', 'http_referer'),
    userAgent: text('http_user_agent', 'user_agent'),
    claimedUser: text('remote_user'),
    upstream: text('proxy_upstream_name', 'upstream_addr'),
    forwardedFor: text('x_forwarded_for', 'http_x_forwarded_for', 'proxy_add_x_forwarded_for'),
    peer,
  };
  const timeUs = parseRfc3339(text('time', 'time_iso8601', 'timestamp', '@timestamp') ?? '');
  return { ...(timeUs === undefined ? {} : { timeUs, isCoarse: true }), fields: accessFields(exchange, context) };
}

function firstText(json: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = asText(json[name]);
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}
