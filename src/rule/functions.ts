/** The operators of the rule language: what each means, with examples that run as tests and print as documentation. */
import type { Json } from '../contract/event';

export interface OperatorExample {
  readonly condition: string;
  /** Values of the event by path; a path with `NOT_RECORDED` is unknown. */
  readonly on: { readonly [path: string]: Json };
  readonly gives: true | false | 'unknown';
}

export interface Operator {
  /** As a condition writes it; operators that differ in one detail share an entry. */
  readonly names: readonly string[];
  readonly form: string;
  /** Types of fields it reads. */
  readonly reads: string;
  readonly doc: string;
  readonly examples: readonly OperatorExample[];
}

/** Stands in an example for a value that the audit policy did not record. */
export const NOT_RECORDED = 'not recorded';

const IMAGES = [{ image: 'registry.example.com/app' }, { image: 'docker.io/miner' }];

export const OPERATORS: readonly Operator[] = [
  {
    names: ['=='],
    form: 'field == value',
    reads: 'text, number, boolean',
    doc: 'The field equals the value: same type, same letters. On an absent field it is false. A path that leads through a list reads every element, and one equal element is enough; a field that is a list itself is tested with `contains` or `in`.',
    examples: [
      { condition: 'event.user == "alice"', on: { 'event.user': 'alice' }, gives: true },
      { condition: 'event.user == "alice"', on: { 'event.user': 'Alice' }, gives: false },
      { condition: 'event.user == "alice"', on: {}, gives: false },
      { condition: 'audit.responseStatus.code == 403', on: { 'audit.responseStatus.code': 403 }, gives: true },
      {
        condition: 'audit.requestObject.spec.containers.image == "docker.io/miner"',
        on: { 'audit.requestObject.spec.containers': IMAGES },
        gives: true,
      },
      {
        condition: 'audit.requestObject.spec.hostNetwork == true',
        on: { 'audit.requestObject': NOT_RECORDED },
        gives: 'unknown',
      },
    ],
  },
  {
    names: ['!='],
    form: 'field != value',
    reads: 'text, number, boolean',
    doc: 'Exactly `not field == value`: true on an absent field, and through a list true only when no element equals the value.',
    examples: [
      { condition: 'event.user != "alice"', on: { 'event.user': 'mallory' }, gives: true },
      { condition: 'event.user != "alice"', on: {}, gives: true },
      {
        condition: 'audit.requestObject.spec.containers.image != "docker.io/miner"',
        on: { 'audit.requestObject.spec.containers': IMAGES },
        gives: false,
      },
      {
        condition: 'audit.requestObject.spec.hostNetwork != true',
        on: { 'audit.requestObject': NOT_RECORDED },
        gives: 'unknown',
      },
    ],
  },
  {
    names: ['<', '<=', '>', '>='],
    form: 'field < number',
    reads: 'number',
    doc: 'Order of numbers. False on an absent field and on anything that is no number.',
    examples: [
      { condition: 'audit.responseStatus.code >= 500', on: { 'audit.responseStatus.code': 500 }, gives: true },
      { condition: 'audit.responseStatus.code > 500', on: { 'audit.responseStatus.code': 500 }, gives: false },
      { condition: 'audit.responseStatus.code <= 499', on: { 'audit.responseStatus.code': 499 }, gives: true },
      {
        condition: 'audit.requestObject.spec.replicas < 2',
        on: { 'audit.requestObject.spec.replicas': '1' },
        gives: false,
      },
    ],
  },
  {
    names: ['in'],
    form: 'field in [a, b] · field in list_name',
    reads: 'text, number, boolean, list of texts',
    doc: 'The field equals one of the values. Of a field that is a list, one element in the list is enough. A named list holds texts.',
    examples: [
      { condition: 'event.action in ["create", "patch"]', on: { 'event.action': 'patch' }, gives: true },
      { condition: 'event.user in authorized_users', on: { 'event.user': 'alice@example.com' }, gives: true },
      { condition: 'event.user in authorized_users', on: { 'event.user': 'mallory' }, gives: false },
      {
        condition: 'event.groups in ["admins", "system:masters"]',
        on: { 'event.groups': ['dev', 'admins'] },
        gives: true,
      },
    ],
  },
  {
    names: ['not in'],
    form: 'field not in [a, b] · field not in list_name',
    reads: 'text, number, boolean, list of texts',
    doc: 'Exactly `not field in …`: true on an absent field, and of a list true only when no element is in it.',
    examples: [
      { condition: 'event.user not in authorized_users', on: { 'event.user': 'mallory' }, gives: true },
      { condition: 'event.user not in authorized_users', on: { 'event.user': 'alice@example.com' }, gives: false },
      { condition: 'event.user not in authorized_users', on: {}, gives: true },
      { condition: 'event.groups not in ["admins"]', on: { 'event.groups': ['dev', 'admins'] }, gives: false },
    ],
  },
  {
    names: ['contains'],
    form: 'field contains "text"',
    reads: 'text, list of texts',
    doc: 'A text contains the letters anywhere; a list contains them as a whole element.',
    examples: [
      { condition: 'log.message contains "denied"', on: { 'log.message': 'permission denied' }, gives: true },
      {
        condition: 'event.groups contains "system:masters"',
        on: { 'event.groups': ['dev', 'system:masters'] },
        gives: true,
      },
      { condition: 'event.groups contains "masters"', on: { 'event.groups': ['dev', 'system:masters'] }, gives: false },
      {
        condition: 'audit.requestObject.spec.containers.image contains "miner"',
        on: { 'audit.requestObject.spec.containers': IMAGES },
        gives: true,
      },
    ],
  },
  {
    names: ['startswith', 'endswith'],
    form: 'field startswith "text" · field endswith "text"',
    reads: 'text, list of texts',
    doc: 'The text starts or ends with the letters; of a list, one element does.',
    examples: [
      { condition: 'event.user startswith "system:"', on: { 'event.user': 'system:node:a' }, gives: true },
      { condition: 'event.user startswith "node:"', on: { 'event.user': 'system:node:a' }, gives: false },
      { condition: 'event.user endswith "@example.com"', on: { 'event.user': 'bob@example.com' }, gives: true },
      {
        condition: 'event.groups startswith "system:"',
        on: { 'event.groups': ['dev', 'system:masters'] },
        gives: true,
      },
    ],
  },
  {
    names: ['matches'],
    form: 'field matches "pattern"',
    reads: 'text, list of texts',
    doc: 'The RE2 pattern fits somewhere in the text; `^` and `$` tie it to the ends, `(?i)` ignores case. It takes time in proportion to the text, whatever the pattern. A backslash is written twice, since the quotes take one.',
    examples: [
      { condition: 'event.user matches "^svc-[0-9]+$"', on: { 'event.user': 'svc-17' }, gives: true },
      { condition: 'event.user matches "^svc-[0-9]+$"', on: { 'event.user': 'my-svc-17' }, gives: false },
      {
        condition: String.raw`log.message matches "(?i)exit code \\d"`,
        on: { 'log.message': 'Exit code 1' },
        gives: true,
      },
    ],
  },
  {
    names: ['exists'],
    form: 'field exists',
    reads: 'any',
    doc: 'The event has the field, even if it is null or an empty list. Not the same as recorded: a field that the audit policy did not record is unknown.',
    examples: [
      { condition: 'event.impersonated_user exists', on: { 'event.impersonated_user': 'alice' }, gives: true },
      { condition: 'event.impersonated_user exists', on: {}, gives: false },
      { condition: 'audit.requestObject.spec exists', on: { 'audit.requestObject': NOT_RECORDED }, gives: 'unknown' },
    ],
  },
  {
    names: ['and'],
    form: 'a and b',
    reads: 'conditions',
    doc: 'Both hold. False beats unknown: what is false on one side is false whatever the other would say.',
    examples: [
      {
        condition: 'event.user exists and event.action == "get"',
        on: { 'event.user': 'a', 'event.action': 'get' },
        gives: true,
      },
      {
        condition: 'event.action == "get" and audit.requestObject.x exists',
        on: { 'event.action': 'list', 'audit.requestObject': NOT_RECORDED },
        gives: false,
      },
      {
        condition: 'event.action == "get" and audit.requestObject.x exists',
        on: { 'event.action': 'get', 'audit.requestObject': NOT_RECORDED },
        gives: 'unknown',
      },
    ],
  },
  {
    names: ['or'],
    form: 'a or b',
    reads: 'conditions',
    doc: 'At least one holds. True beats unknown. `and` binds stronger than `or`.',
    examples: [
      {
        condition: 'event.action == "get" or audit.requestObject.x exists',
        on: { 'event.action': 'get', 'audit.requestObject': NOT_RECORDED },
        gives: true,
      },
      {
        condition: 'event.action == "get" or event.user == "a" and event.user == "b"',
        on: { 'event.action': 'get' },
        gives: true,
      },
      {
        condition: '(event.action == "get" or event.user == "a") and event.user == "b"',
        on: { 'event.action': 'get' },
        gives: false,
      },
    ],
  },
  {
    names: ['not'],
    form: 'not a',
    reads: 'conditions',
    doc: 'Turns true and false around; unknown stays unknown. Binds strongest.',
    examples: [
      { condition: 'not event.user contains "admin"', on: { 'event.user': 'alice' }, gives: true },
      { condition: 'not event.user contains "admin"', on: { 'event.user': 'admin' }, gives: false },
      { condition: 'not audit.requestObject.x exists', on: { 'audit.requestObject': NOT_RECORDED }, gives: 'unknown' },
    ],
  },
];
