/** What the settings file may hold, as one table of checks. */
import * as net from 'node:net';
import type { Json } from '../contract/event';
import { SEVERITIES } from '../contract/rule-document';
import { isAddressRange } from '../event/ip-address';
import { nearest } from '../rule';

export interface SettingsProblem {
  readonly at: Path;
  readonly message: string;
  readonly remedy: string;
}

type Path = readonly (string | number)[];
type Check = (value: Json, at: Path) => readonly SettingsProblem[];

interface Member {
  readonly check: Check;
  readonly isOptional: boolean;
}

const MEBIBYTE = 1024 * 1024;

const LISTENER = {
  host: required(text(net.isIP, 'an IP address such as 127.0.0.1')),
  port: required(integer(0, 65_535)),
};

/** Every problem of a decoded settings file. */
export const SETTINGS_SCHEMA: Check = object({
  version: required(integer(1, 1)),
  cluster: required(text((value) => value !== '', 'the name of the cluster')),
  trustedProxies: required(list(text(isAddressRange, 'an address range such as 10.0.0.0/8'))),
  failureWindowSeconds: required(integer(1, 86_400)),
  resolveAfterSeconds: required(integer(1, 7 * 86_400)),
  webhooks: required(webhooks),
  siemUrl: optional(url),
  watch: optional(
    object({
      missingAfterSeconds: required(integer(5, 86_400)),
      auditSilentAfterSeconds: required(integer(5, 86_400)),
      forgetAfterSeconds: required(integer(60, 7 * 86_400)),
      monitorUrl: optional(url),
    }),
  ),
  listeners: required(
    object({
      ingest: required(object(LISTENER)),
      admin: required(object(LISTENER)),
      auditWebhook: optional(
        object({
          ...LISTENER,
          certificateFile: required(file()),
          keyFile: required(file()),
          clientCaFile: required(file()),
        }),
      ),
    }),
  ),
  limits: required(
    object({
      recordBytes: required(integer(1024, 64 * MEBIBYTE)),
      bodyBytes: required(integer(1024, 512 * MEBIBYTE)),
      queuedRequests: required(integer(1, 10_000)),
      stateKeys: required(integer(1, 10_000_000)),
      queueBytes: optional(integer(64 * 1024, 8192 * MEBIBYTE)),
    }),
  ),
});

function webhooks(value: Json, at: Path): readonly SettingsProblem[] {
  const problems = list(
    object({
      name: required(text((value) => /^[\w-]{1,63}$/.test(value), 'a name of 1 to 63 letters, digits, - and _')),
      url: required(url),
      hmacKeyFile: optional(file()),
      minimumSeverity: optional(severity),
    }),
  )(value, at);
  return problems.length > 0 || !Array.isArray(value) ? problems : repeatedNames(value, at);
}

function repeatedNames(items: readonly Json[], at: Path): SettingsProblem[] {
  const names = items.map((item) => (isObject(item) ? item['name'] : undefined));
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [problem([...at, index, 'name'], `two webhooks have the name ${show(name)}`, 'give one of them another name')],
  );
}

function severity(value: Json, at: Path): readonly SettingsProblem[] {
  if (SEVERITIES.some((each) => each === value)) return [];
  const closest = typeof value === 'string' ? nearest(value, SEVERITIES) : undefined;
  const remedy = closest === undefined ? `write one of ${SEVERITIES.join(', ')}` : `did you mean '${closest}'?`;
  return [problem(at, `${show(value)} is no severity`, remedy)];
}

function object(members: Readonly<Record<string, Member>>): Check {
  return (value, at) => {
    if (!isObject(value)) return [problem(at, `found ${show(value)}, expected an object`, 'write { … } here')];
    const unknown = Object.keys(value).filter((key) => !Object.hasOwn(members, key));
    const missing = Object.entries(members).filter(([key, { isOptional }]) => !isOptional && value[key] === undefined);
    return [
      ...unknown.map((key) => {
        const closest = nearest(key, Object.keys(members));
        const remedy = closest === undefined ? 'remove it' : `did you mean '${closest}'?`;
        return problem([...at, key], `there is no setting '${[...at, key].join('.')}'`, remedy);
      }),
      ...missing.map(([key]) => problem(at, `the setting '${[...at, key].join('.')}' is missing`, `add "${key}"`)),
      ...Object.entries(members).flatMap(([key, { check }]) => {
        const member = value[key];
        return member === undefined ? [] : check(member, [...at, key]);
      }),
    ];
  };
}

function list(item: Check): Check {
  return (value, at) =>
    Array.isArray(value)
      ? value.flatMap((each, index) => item(each, [...at, index]))
      : [problem(at, `found ${show(value)}, expected a list`, 'write [ … ] here')];
}

function integer(least: number, most: number): Check {
  return (value, at) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? []
      : [problem(at, `found ${show(value)}, expected a whole number`, `write a number from ${least} to ${most}`)];
}

function text(test: (value: string) => unknown, expected: string): Check {
  return (value, at) =>
    typeof value === 'string' && Boolean(test(value))
      ? []
      : [problem(at, `found ${show(value)}, expected ${expected}`, `write ${expected}`)];
}

function file(): Check {
  return text((value) => value.startsWith('/'), 'an absolute path of a mounted file');
}

/** Its user, its path or its query may be the secret, so the received text is not shown. */
function url(value: Json, at: Path): readonly SettingsProblem[] {
  if (typeof value === 'string' && isUrl(value)) return [];
  const expected = 'an http or https URL without user and password';
  const found = typeof value === 'string' ? '[redacted]' : show(value);
  return [problem(at, `found ${found}, expected ${expected}`, `write ${expected}`)];
}

function isUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Long text is shown by its beginning only. */
function show(value: Json | undefined): string {
  if (typeof value === 'string') return value.length > 24 ? `'${value.slice(0, 16)}…'` : `'${value}'`;
  return Array.isArray(value) ? 'a list' : isObject(value) ? 'an object' : String(value);
}

function problem(at: Path, message: string, remedy: string): SettingsProblem {
  return { at, message, remedy };
}

function required(check: Check): Member {
  return { check, isOptional: false };
}

function optional(check: Check): Member {
  return { check, isOptional: true };
}
