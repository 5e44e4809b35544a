import type { AlertBook } from '../../alert/alert-book';
import { watchFingerprint, watchRuleOf } from '../../alert/watch-finding';
import { cut } from '../../alert/printable';
import type { Alert } from '../../contract/alert';
import type { WatchVerdict } from './verdict';

/** What a verdict did to alerts. */
export interface VerdictChanges {
  readonly records: 0;
  readonly opened: readonly Alert[];
  readonly joined: readonly Alert[];
  readonly resolved: readonly Alert[];
}

const SUMMARY_LIMIT = 800;

/** An alert of the watch is open exactly as long as what it tells of; where nobody can say, it stays as it is. */
export function applyVerdict(
  book: AlertBook,
  judge: (isOpen: (fingerprint: string) => boolean) => WatchVerdict,
  nowUs: number,
): VerdictChanges {
  const open = new Map(book.openWatch().map((alert) => [alert.fingerprint, alert]));
  const verdict = judge((fingerprint) => open.has(fingerprint));
  const opened: Alert[] = [];
  const joined: Alert[] = [];
  const resolved: Alert[] = [];
  const wrong = new Set(verdict.wrong.map(watchFingerprint));
  for (const alert of open.values()) {
    const rule = watchRuleOf(alert);
    if (rule === undefined || rule === 'siem-records-dropped') continue;
    if (wrong.has(alert.fingerprint) || verdict.isUndecided(rule, alert.fingerprint)) book.keep(alert.id, nowUs);
    else resolved.push(...ending(book.end(alert.id), verdict.givenUp.get(alert.fingerprint)));
  }
  const news = verdict.wrong.filter((finding) => !open.has(watchFingerprint(finding)));
  for (const { finding, count } of [...news.map((finding) => ({ finding, count: 1 })), ...verdict.happened]) {
    const { kind, alert, evicted } = book.recordWatch(finding, count);
    (kind === 'opened' ? opened : joined).push(alert);
    if (evicted !== undefined) resolved.push(evicted);
  }
  return { records: 0, opened, joined, resolved };
}

function ending(alert: Alert | undefined, why: string | undefined): Alert[] {
  if (alert === undefined) return [];
  return [why === undefined ? alert : { ...alert, summary: cut(`${why}. ${alert.summary}`, SUMMARY_LIMIT) }];
}
