/** The part of the field catalogue below `event` that only some sources have: requests, queries, flows, processes. */
import type { EventSource } from '../contract/event';
import { SEVERITIES } from '../contract/rule-document';
import type { Details, Entry, FieldType } from './field-entry';
import { entry } from './field-entry';

const TOOLS: readonly EventSource[] = ['security-event'];
const FLOWS: readonly EventSource[] = ['network', 'security-event'];

type Row = readonly [name: string, type: FieldType, meaning: string, details?: Details];

const CLIENT: Details = { trust: 'client' };
const OWNER: Details = { trust: 'authenticated' };

function group(name: string, sources: readonly EventSource[], meaning: string, rows: readonly Row[]): Entry[] {
  return [
    entry(`event.${name}`, 'any', meaning, { sources }),
    ...rows.map(([member, type, what, details]) =>
      entry(`event.${name}.${member}`, type, what, { sources, ...details }),
    ),
  ];
}

const HTTP = group('http', ['ingress', 'network'], 'a request that a proxy answered', [
  ['method', 'string', 'method of the request', CLIENT],
  ['host', 'string', 'host that the client asked for', CLIENT],
  ['path', 'string', 'path as sent, without the query', CLIENT],
  ['query', 'string', 'query as sent, without the question mark', CLIENT],
  ['protocol', 'string', 'protocol and version, such as HTTP/1.1', CLIENT],
  ['status', 'number', 'status code of the answer'],
  ['referrer', 'string', 'page that the client claims to come from', CLIENT],
  ['bytes_sent', 'number', 'bytes of the answer'],
  ['upstream', 'string', 'upstream, cluster or address that the proxy passed the request to'],
]);

const DNS = group('dns', ['dns', 'network'], 'a question to a name server and its answer', [
  ['name', 'string', 'name that was asked for, in lower case, without the dot at its end', CLIENT],
  ['type', 'string', 'type of the records that were asked for, such as A or TXT', CLIENT],
  ['rcode', 'string', 'how the question was answered, such as NOERROR, NXDOMAIN or REFUSED'],
  ['protocol', 'string', 'transport of the question: udp, tcp, tls and others'],
  ['response_bytes', 'number', 'bytes of the answer'],
]);

const VERDICTS = ['allowed', 'denied', 'audited', 'error'] as const;
const DIRECTIONS = ['ingress', 'egress'] as const;

function peerRows(side: 'source' | 'destination', who: string): Row[] {
  return [
    [side, 'any', who],
    [`${side}.ip`, 'string', `${who}: address`],
    [`${side}.port`, 'number', `${who}: port`],
    [`${side}.namespace`, 'string', `${who}: namespace of its pod`],
    [`${side}.pod`, 'string', `${who}: name of its pod`],
    [
      `${side}.workload`,
      'string',
      `${who}: controller of its pod; in Calico's logs the common part of its pods' names`,
    ],
    [`${side}.labels`, 'string-list', `${who}: labels of its pod, each key=value`, OWNER],
    [
      `${side}.names`,
      'string-list',
      `${who}: names that were looked up for its address, or the service asked for`,
      CLIENT,
    ],
  ];
}

const NETWORK = group('network', FLOWS, 'a connection or packet', [
  ['verdict', 'string', 'what the network policies made of it', { values: VERDICTS, sources: ['network'] }],
  ['direction', 'string', 'seen from the endpoint that reports it', { values: DIRECTIONS, sources: ['network'] }],
  ['protocol', 'string', 'protocol above IP, in lower case, such as tcp'],
  ...peerRows('source', 'the end that sent it'),
  ...peerRows('destination', 'the end that it was sent to'),
]);

const PROCESS = group('process', FLOWS, 'a process that a security tool or the audit of the kernel saw', [
  ['name', 'string', 'what the process calls itself', CLIENT],
  ['executable', 'string', 'path of its program'],
  ['command_line', 'string', 'command with its arguments', CLIENT],
  ['pid', 'number', 'process id'],
  ['parent_pid', 'number', 'process id of its parent'],
  ['parent', 'string', 'name or path of the program that started it'],
  ['user', 'string', 'account that it runs as: a name, or a number where no name was looked up'],
  ['call', 'string', 'system call or function that was seen'],
  ['exit_code', 'number', 'status that it ended with, or answer of the system call'],
  ['container', 'string', 'container that it runs in', OWNER],
  ['image', 'string', 'image of that container', OWNER],
]);

export const SOURCE_ENTRIES: readonly Entry[] = [
  entry('event.severity', 'string', 'how grave the tool that reported it says it is', {
    sources: TOOLS,
    values: SEVERITIES,
  }),
  entry('event.signature', 'string', 'rule, policy or key by which that tool reported it', { sources: TOOLS }),
  entry(
    'event.inferred',
    'string-list',
    'fields below audit that a managed cluster does not log and that were derived',
    {
      sources: ['kubernetes-audit'],
      level: 'Metadata',
      stage: 'ResponseStarted',
    },
  ),
  ...HTTP,
  ...DNS,
  ...NETWORK,
  ...PROCESS,
];
