import { once } from 'node:events';
import { stderr, stdout } from 'node:process';
import { AlertBook } from '../alert/alert-book';
import type { Alert } from '../contract/alert';
import { DEFAULT_SETTINGS } from '../contract/detector-config';
import { Engine } from '../engine';
import type { RecordReaderOptions } from '../event/record-reader';
import { masked } from '../event/hidden-characters';
import { hasErrors, loadRules, renderDiagnostic, type RuleSet } from '../rule';
import { alertTable } from './alert-table';
import { EXIT } from './exit';
import { type LogInput, logInputs } from './log-input';
import { mergedEvents, type PositionedEvent, type ReadCounts } from './merged-records';
import { Progress } from './progress';
import { alertRow, findingRow, type InputPosition, type ReplayAlert } from './replay-row';
import { parseLists, readRuleFiles } from './rule-files';

export interface ReplayOptions {
  readonly rules: readonly string[];
  readonly list: readonly string[];
  readonly findings: boolean;
  readonly json: boolean;
  /** Of stamps that have none. */
  readonly year?: number;
  /** Minutes east of UTC, of stamps without a zone. */
  readonly zone?: number;
  readonly cluster?: string;
  readonly trustedProxy: readonly string[];
}

/** How many unknown or malformed records are described one by one. */
const PROBLEMS_SHOWN = 5;

/** `siem replay`: logs through the rules with the engine of the detector; alerts at the end, or findings as they come. */
export async function replay(files: readonly string[], options: ReplayOptions, nowMs: () => number): Promise<number> {
  const ruleSet = loadOrExplain(options);
  if (ruleSet === undefined) return EXIT.errorsFound;
  const inputs = logInputs(files, nowMs() * 1_000);
  const run = new ReplayRun(ruleSet, options);
  const counts: ReadCounts = { records: 0, events: 0, ignored: 0, unknown: 0, malformed: 0 };
  const progress = new Progress(totalBytes(inputs), nowMs);
  const problems: string[] = [];
  const merged = mergedEvents(inputs, counts, {
    reader: readerOptions(options),
    onBytes: (bytes) => {
      progress.add(bytes);
    },
    onProblem: (kind, reason, { file, line }) => {
      if (problems.length < PROBLEMS_SHOWN) problems.push(`${file}:${line}: ${kind}: ${reason}`);
    },
  });
  for await (const positioned of merged) {
    for (const line of run.take(positioned)) await write(line);
    progress.show(() => `${counts.events} events, ${run.alerts} alerts`);
  }
  progress.done();
  for (const line of run.finish()) await write(line);
  for (const line of [...problems, countsText(counts)]) stderr.write(`${line}\n`);
  return EXIT.fine;
}

/** The engine and the alert book of one replay, and what they have to say. */
class ReplayRun {
  private readonly engine: Engine;
  private readonly book: AlertBook;
  private readonly openedBy = new Map<string, InputPosition>();
  private readonly closed: ReplayAlert[] = [];
  private opened = 0;

  public constructor(
    ruleSet: RuleSet,
    private readonly options: ReplayOptions,
  ) {
    const { failureWindowSeconds, resolveAfterSeconds, limits } = DEFAULT_SETTINGS;
    this.engine = Engine.of(ruleSet, { failureWindowSeconds, stateKeys: limits.stateKeys });
    this.book = new AlertBook({ resolveAfterSeconds, stateKeys: limits.stateKeys });
  }

  /** Alerts opened so far. */
  public get alerts(): number {
    return this.opened;
  }

  /** Evaluates one event; yields the lines that `--findings` prints for it. */
  public *take({ event, input }: PositionedEvent): Generator<string> {
    for (const finding of this.engine.process(event)) {
      if (this.options.findings) {
        yield this.findingLine(findingRow(finding, input));
        continue;
      }
      const change = this.book.record(finding);
      if (change.evicted !== undefined) this.close([change.evicted]);
      if (change.kind !== 'opened') continue;
      this.opened += 1;
      this.openedBy.set(change.alert.id, input);
    }
    if (!this.options.findings) this.close(this.book.expire(event.timeUs));
  }

  /** What is left to print at the end of the input. */
  public *finish(): Generator<string> {
    if (this.options.findings) return;
    this.close(this.book.open());
    const alerts = this.closed.sort((a, b) => order(a.firstTime, b.firstTime) || order(a.rule, b.rule));
    if (this.options.json) for (const alert of alerts) yield JSON.stringify(alert);
    else yield alertTable(alerts, { where: true });
  }

  private close(alerts: readonly Alert[]): void {
    for (const alert of alerts) {
      const input = this.openedBy.get(alert.id);
      if (input === undefined) continue;
      this.openedBy.delete(alert.id);
      this.closed.push(alertRow(alert, input));
    }
  }

  private findingLine(row: ReturnType<typeof findingRow>): string {
    if (this.options.json) return JSON.stringify(row);
    const who = [row.user, row.sourceIp].filter((part) => part !== undefined).join(' from ');
    return masked(`${row.time} ${row.severity} ${row.rule} ${who} (${row.input.file}:${row.input.line})`);
  }
}

function loadOrExplain(options: ReplayOptions): RuleSet | undefined {
  const { ruleSet, diagnostics } = loadRules(readRuleFiles(options.rules), { lists: parseLists(options.list) });
  for (const diagnostic of diagnostics) stderr.write(`${renderDiagnostic(diagnostic)}\n`);
  return hasErrors(diagnostics) ? undefined : ruleSet;
}

function readerOptions({ year, zone, cluster, trustedProxy }: ReplayOptions): RecordReaderOptions {
  return {
    trustedProxies: trustedProxy,
    ...(year === undefined ? {} : { year }),
    ...(zone === undefined ? {} : { zoneMinutes: zone }),
    ...(cluster === undefined ? {} : { cluster }),
  };
}

function totalBytes(inputs: readonly LogInput[]): number | undefined {
  let total = 0;
  for (const { bytes } of inputs) {
    if (bytes === undefined) return undefined;
    total += bytes;
  }
  return total;
}

function countsText({ records, events, ignored, unknown, malformed }: ReadCounts): string {
  return `read ${records} records: ${events} events, ${ignored} without an event, ${unknown} unknown, ${malformed} malformed`;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Waits while the reader of our output is slower than we are, so that memory stays bounded. */
async function write(line: string): Promise<void> {
  if (!stdout.write(`${line}\n`)) await once(stdout, 'drain');
}
