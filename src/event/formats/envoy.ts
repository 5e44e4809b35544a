/** Access log of Envoy: its default text format, Istio's, and JSON with the operators' usual names. */
import type { Json, JsonObject } from '../../contract/event';
import { asNumber, asText } from '../json';
import { parseRfc3339 } from '../time';
import { accessFields } from './http-exchange';
import type { HttpExchange } from './http-exchange';
import type { LineContext, Reading, SourceLine } from './line-reader';

export function readEnvoy(line: SourceLine, context: LineContext): Reading | undefined {
  return line.json === undefined ? readText(line.text, context) : readJson(line.json, context);
}

/** Stamp, request, status, flags. A request target holds no blank, so that these can be told whatever follows. */
const HEAD = /^\[([0-9TZ:.+-]{20,35})\] "(\S+) (\S+) (HTTP\/[0-9.]{1,3}|-)" (\d{1,3}) (\S+) /;
/** Bytes received and sent, duration, time of the upstream. */
const NUMBERS = /^ ?\d+ (\d+) (?:\d+|-) (?:\d+|-) $/;

interface Rest {
  readonly exchange: HttpExchange;
  /** Values that hold quotes of their own leave open where each ends. */
  readonly isAmbiguous?: true;
}

function readText(text: string, context: LineContext): Reading | undefined {
  const head = HEAD.exec(text);
  if (head === null) return undefined;
  const [whole, stamp = '', method, target, protocol, status] = head;
  const timeUs = parseRfc3339(stamp);
  if (timeUs === undefined) return undefined;
  const { exchange, isAmbiguous } = restOf(text.slice(whole.length));
  const code = Number(status);
  const fields = accessFields(
    { method, target, protocol, status: code === 0 ? undefined : code, ...exchange },
    context,
  );
  if (isAmbiguous !== true) return { timeUs, fields };
  const open = ['event.user_agent', 'event.http.host', 'event.http.upstream', 'event.http.bytes_sent'];
  return { timeUs, fields, unrecorded: fields.source_ip === undefined ? ['event.source_ip', ...open] : open };
}

const DEFAULT_PARTS = 11;
const ISTIO_PARTS = 13;

/** Envoy does not escape quotes, so that their number tells whether the client added some. */
function restOf(text: string): Rest {
  const parts = text.split('"', ISTIO_PARTS + 1);
  const [first = ''] = parts;
  const plain = NUMBERS.exec(first);
  if (plain !== null) {
    return parts.length === DEFAULT_PARTS
      ? { exchange: fromParts(parts, 1, plain[1]) }
      : { exchange: {}, isAmbiguous: true };
  }
  const peer = peerOf(text);
  const numbers = NUMBERS.exec(parts[2] ?? '');
  if (parts.length !== ISTIO_PARTS || numbers === null) {
    // What was forwarded is open, but who sent it is not.
    return { exchange: { forwardedFor: '?', peer }, isAmbiguous: true };
  }
  const cluster = parts[ISTIO_PARTS - 1]?.trim().split(' ', 1)[0];
  const exchange = fromParts(parts, 3, numbers[1]);
  return { exchange: { ...exchange, peer, upstream: cluster === '-' ? exchange.upstream : cluster } };
}

/** Every other part from `start` on: X-Forwarded-For, user agent, request id, authority, upstream. */
function fromParts(parts: readonly string[], start: number, bytesSent: string | undefined): HttpExchange {
  return {
    bytesSent: asNumber(bytesSent),
    forwardedFor: parts[start],
    userAgent: parts[start + 2],
    host: parts[start + 6],
    upstream: parts[start + 8],
  };
}

/** Istio ends the line with `<cluster> <upstream local> <downstream local> <downstream remote> <server name> <route>`. */
function peerOf(text: string): string | undefined {
  const end = text.slice(text.lastIndexOf('"') + 1).trim();
  return end.split(' ', 4)[3];
}

function readJson(json: JsonObject, context: LineContext): Reading | undefined {
  const status = asNumber(json['response_code']);
  const start = firstText(json, ['start_time', 'timestamp', 'time']);
  const timeUs = parseRfc3339(start ?? '');
  const isEnvoy = json['response_flags'] !== undefined || json['downstream_remote_address'] !== undefined;
  if (status === undefined || !isEnvoy) return undefined;
  const exchange: HttpExchange = {
    method: firstText(json, ['method', ':method']),
    target: firstText(json, ['x-envoy-origin-path', 'x-envoy-original-path', 'path', ':path']),
    protocol: firstText(json, ['protocol']),
    host: firstText(json, ['authority', ':authority', 'host']),
    status: status === 0 ? undefined : status,
    bytesSent: asNumber(json['bytes_sent']),
    referrer: firstText(json, ['referer', 'referrer']),
    userAgent: firstText(json, ['user_agent', 'user-agent']),
    upstream: firstText(json, ['upstream_cluster', 'upstream_host']),
    forwardedFor: firstText(json, ['x_forwarded_for', 'x-forwarded-for', 'forwarded_for']),
    peer: firstText(json, ['downstream_remote_address', 'downstream_direct_remote_address']),
  };
  return { ...(timeUs === undefined ? {} : { timeUs }), fields: accessFields(exchange, context) };
}

function firstText(json: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value: Json | undefined = json[name];
    if (asText(value) !== undefined && value !== '') return asText(value);
  }
  return undefined;
}
