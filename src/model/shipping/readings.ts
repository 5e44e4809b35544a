/** What is read out of the text of a record before it is written in another format, and which record is which. */
import { ALERT_TAG } from '../../contract/detector-config';
import { field, first, isOne, isThere, read } from './record-table';
import type { RecordSource, RecordTest, TextReading } from './record-table';

const PEER = String.raw`from (?<address>[0-9A-Fa-f:.]+)(?:%[^\s]+)? port (?<port>\d{1,5})(?: ssh2)?`;
const RELAYED = String.raw`(?: \[(?:pre|post)auth\])?`;
const PLAIN_KEY = String.raw`(?:: [A-Z0-9-]+ [A-Za-z0-9-]+:[A-Za-z0-9+\/=:]+)?`;
const WITHOUT_FROM = '(?:(?! from ).)*';

/**
 * Only what stands at the end of a line is the server's own: names and certificate ids are chosen by the client and can
 * spell a peer. Where another reading is possible, the last pattern gives the verdict alone.
 */
const SSHD = [
  String.raw`\A(?<verdict>Accepted|Failed) (?<method>\S+) for (?:invalid user )?(?<user>.*) ${PEER}${PLAIN_KEY}${RELAYED}\z`,
  String.raw`\A(?<verdict>Accepted|Failed) (?<method>\S+) for (?:invalid user )?(?<user>${WITHOUT_FROM}) ${PEER}: ${WITHOUT_FROM}\z`,
  String.raw`\A(?<verdict>Invalid) (?<method>user) (?<user>.*) from (?<address>[0-9A-Fa-f:.]+)(?: port (?<port>\d{1,5}))?${RELAYED}\z`,
  String.raw`\A(?<verdict>Accepted|Failed) (?<method>\S+) for `,
];

/** Up to the first `USER=`, so that there is one way only to divide the settings. */
const SETTINGS = String.raw`(?:(?!USER=)[A-Z]+=[^;]* ; )*`;
const SUDO_COMMAND = `USER=(?<target>[^ ;]+) ; ${SETTINGS}COMMAND=(?<command>.*)\\z`;
const ACCOUNT = String.raw`(?<user>[^\s():;=]{1,256})`;

const CHANGE_OF_IDENTITY = [
  String.raw`\A *${ACCOUNT} : +${SETTINGS}${SUDO_COMMAND}`,
  String.raw`\A *${ACCOUNT} : +(?<refused>[^;=]+) ; ${SETTINGS}${SUDO_COMMAND}`,
  String.raw`\A(?<refused>FAILED SU )?\(to (?<target>[^)\s]+)\) ${ACCOUNT} on \S+\z`,
  String.raw`\A(?:Successful|(?<refused>FAILED)) su for (?<target>\S+) by ${ACCOUNT}\z`,
];

const SYSLOG_LINE = String.raw`\A(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) (?<host>\S+) (?<program>[^\s\[:]+)(?:\[(?<pid>\d{1,10})\])?: (?<message>.*)\z`;

/** The text of a host's log line, and who wrote it: of what a journal entry says, what the kernel says first. */
export const LINE = {
  message: first(field('MESSAGE'), read('syslog', 'message'), field('message')),
  program: first(field('_COMM'), field('SYSLOG_IDENTIFIER'), read('syslog', 'program')),
  pid: { integer: first(field('_PID'), read('syslog', 'pid')) },
  host: first(field('_HOSTNAME'), read('syslog', 'host'), field('siem.node')),
} as const satisfies Record<string, RecordSource>;

export const READINGS: Readonly<Record<string, TextReading>> = {
  syslog: { of: field('message'), patterns: [SYSLOG_LINE] },
  sshd: { of: LINE.message, patterns: SSHD },
  identity: { of: LINE.message, patterns: CHANGE_OF_IDENTITY },
  json: { of: field('message') },
};

const SOURCE = field('siem.source');
const SSHD_PROGRAMS = ['sshd', 'sshd-session', 'sshd-auth'];

/** Conditions of the kinds of record that every format knows; a kind is tried after those before it. */
export const KINDS = {
  alert: [isOne({ tag: true }, ALERT_TAG)],
  audit: [isOne(SOURCE, 'kubernetes-audit'), isThere(field('auditID'))],
  login: [isOne(SOURCE, 'host-auth', 'auth'), isOne(LINE.program, ...SSHD_PROGRAMS), isThere(read('sshd', 'verdict'))],
  identity: [isOne(SOURCE, 'host-auth', 'auth'), isOne(LINE.program, 'sudo', 'su'), isThere(read('identity', 'user'))],
  host: [isOne(SOURCE, 'host-auth', 'auth', 'journal')],
  falco: [isOne(field('siem.format'), 'falco'), isThere(read('json', 'rule'))],
} as const satisfies Record<string, readonly RecordTest[]>;
