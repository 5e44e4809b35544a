import { argv, exit, stderr, stdout } from 'node:process';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { check, type CheckOptions } from './check';
import { doctor, type DoctorOptions } from './doctor/doctor';
import { parseNetwork } from '../event/ip-address';
import { EXIT } from './exit';
import { replay, type ReplayOptions } from './replay';
import { UsageError } from './usage-error';

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

function collectNetwork(value: string, previous: readonly string[]): string[] {
  if (parseNetwork(value) !== undefined) return collect(value, previous);
  throw new InvalidArgumentError('an address or a network is allowed, such as 10.0.0.0/8.');
}

function parseYear(value: string): number {
  const year = Number(value);
  if (Number.isInteger(year) && year >= 1970 && year <= 9999) return year;
  throw new InvalidArgumentError('a year from 1970 to 9999 is allowed.');
}

/** `+02:00` as minutes east of UTC. */
function parseZone(value: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):(\d{2})$/.exec(value) ?? [];
  const east = Number(hours) * 60 + Number(minutes);
  if (sign === undefined || Number(minutes) > 59 || east > 14 * 60) {
    throw new InvalidArgumentError('an offset from UTC such as +02:00 or -05:30 is allowed.');
  }
  return sign === '-' ? -east : east;
}

function parseTimeout(value: string): number {
  const seconds = Number(value);
  if (seconds >= 0.1 && seconds <= 60) return seconds;
  throw new InvalidArgumentError('from 0.1 to 60 seconds are allowed.');
}

/** It stands in commands that people copy. */
function parseName(value: string): string {
  if (/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/.test(value)) return value;
  throw new InvalidArgumentError('lower-case letters, digits and dashes are allowed, 40 at most.');
}

const LIST_OPTION: [string, string] = ['--list <name=a,b>', 'define a named list; may be repeated'];

function program(done: (code: number) => void): Command {
  const siem = new Command('siem')
    .description('Check detection rules, and replay logs through them with the engine of the detector.')
    .exitOverride()
    .showHelpAfterError('(siem --help shows the commands and examples)');
  siem
    .command('check')
    .description('Check rule files and folders.')
    .argument('[path...]', 'rule files or folders (default: the current folder)')
    .option(...LIST_OPTION, collect, [])
    .option('--json', 'print one JSON object a line: code, severity, file, line, column, message, remedy', false)
    .addHelpText(
      'after',
      '\nExamples:\n  siem check rules/\n  siem check --list authorized_users=alice,bob rules.yaml --json',
    )
    .action((paths: string[], options: CheckOptions) => {
      done(check(paths, options));
    });
  siem
    .command('replay')
    .description('Replay audit logs, auth logs and Fluentd records (plain or .gz) through rules.')
    .argument('[file...]', 'logs to read, merged by event time; - or nothing is standard input')
    .addOption(
      new Option('--rules <path>', 'rule file or folder; may be repeated')
        .argParser(collect)
        .default([])
        .makeOptionMandatory(),
    )
    .option(...LIST_OPTION, collect, [])
    .option('--findings', 'print every match as it happens instead of alerts', false)
    .option('--json', 'print one JSON object a line', false)
    .option(
      '--year <year>',
      'year of stamps that have none (default: the latest that is not after the file)',
      parseYear,
    )
    .option('--zone <offset>', 'zone of stamps that have none, such as +02:00 (default: UTC)', parseZone)
    .option('--cluster <name>', 'cluster name of records that name none')
    .option(
      '--trusted-proxy <cidr>',
      'proxy whose address at the end of sourceIPs is not the client; may be repeated',
      collectNetwork,
      [],
    )
    .addHelpText('after', REPLAY_EXAMPLES)
    .action(async (files: string[], options: ReplayOptions) => {
      if (options.rules.length === 0) throw new UsageError('name the rules with --rules <path>');
      done(await replay(files, options, Date.now));
    });
  addDoctor(siem, done);
  return siem;
}

function addDoctor(siem: Command, done: (code: number) => void): void {
  siem
    .command('doctor')
    .description('Say, hop by hop, what arrives, what waits and what is lost: reads the metrics of the tiers.')
    .option('--aggregator <url>', "metrics of the aggregator's Fluentd; may be repeated", collect, [])
    .option('--detector <url>', 'metrics of the detector; may be repeated', collect, [])
    .option('--agent <url>', "metrics of an agent's Fluentd; may be repeated", collect, [])
    .option('--stack <name>', 'name of the stack, for the commands that are printed', parseName, 'siem')
    .option('--timeout <seconds>', 'time that each of them has to answer', parseTimeout, 5)
    .option('--json', 'print one JSON object', false)
    .option('--test-log', 'print how to send a test record through, and what should come', false)
    .addHelpText('after', DOCTOR_EXAMPLES)
    .action(async (options: DoctorOptions) => {
      done(await doctor(options, Date.now));
    });
}

const DOCTOR_EXAMPLES = `
Examples:
  siem doctor                     # prints the commands that forward the ports
  siem doctor --aggregator http://127.0.0.1:24231 --detector http://127.0.0.1:8090
  siem doctor --test-log

Exit: 0 healthy, 1 a hop has a problem, 2 wrong use.`;

const REPLAY_EXAMPLES = `
Examples:
  siem replay --rules rules/ audit.log auth.log
  siem replay --rules rules.yaml --list authorized_users=alice,bob --json audit-*.log.gz
  kubectl logs my-pod | siem replay --rules rules/ --findings -`;

async function main(): Promise<number> {
  let code: number = EXIT.fine;
  const siem = program((result) => {
    code = result;
  });
  try {
    await siem.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
    if (error instanceof UsageError || isUnreadable(error)) {
      stderr.write(`siem: ${error.message}\n`);
      return EXIT.usage;
    }
    stderr.write(
      `siem: this is our fault, please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return EXIT.ourFault;
  }
}

/** A file that we may not read is the caller's to mend. */
function isUnreadable(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && ['EACCES', 'EPERM', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '');
}

// A reader such as `head` that closes our output early is no fault.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  exit(error.code === 'EPIPE' ? EXIT.fine : EXIT.ourFault);
});

void main().then((code) => {
  exit(code);
});
