import Table from 'cli-table3';
import { cut } from '../alert/printable';
import { masked } from '../event/hidden-characters';
import type { ReplayAlert } from './replay-row';

const HEAD = ['severity', 'rule', 'count', 'first', 'last', 'user', 'source', 'object', 'action', 'where'];

/** Longer tables are cut, with a line that says how many rows are missing. */
const ROW_LIMIT = 200;

const WIDEST_CELL = 60;

/** Alerts as a table for people; `where` shows the record that opened each. */
export function alertTable(alerts: readonly ReplayAlert[], { where }: { readonly where: boolean }): string {
  if (alerts.length === 0) return 'no alerts';
  const columns = where ? HEAD : HEAD.slice(0, -1);
  const table = new Table({ head: columns, style: { head: [], border: [], compact: true } });
  for (const alert of alerts.slice(0, ROW_LIMIT)) table.push(rowOf(alert).slice(0, columns.length));
  const more = alerts.length - ROW_LIMIT;
  return more > 0 ? `${table.toString()}\n… and ${more} more; use --json for all of them` : table.toString();
}

function rowOf(alert: ReplayAlert): string[] {
  return [
    alert.severity,
    alert.rule,
    String(alert.count),
    secondsOf(alert.firstTime),
    secondsOf(alert.lastTime),
    alert.user ?? '-',
    alert.sourceIp ?? '-',
    alert.object ?? '-',
    actionText(alert.action),
    `${alert.input.file}:${alert.input.line}`,
  ].map(cell);
}

/** Nothing is carried out today: what is planned is said to be a plan. */
function actionText(action: string): string {
  return action === 'alert' ? action : `${action} (dry run)`;
}

/** `2026-02-01T10:00:00.123456Z` as `2026-02-01 10:00:00`. */
function secondsOf(time: string): string {
  return time.slice(0, 19).replace('T', ' ');
}

/** Log content is an attacker's: it must not reach the terminal as it is, nor break the table by its length. */
function cell(text: string): string {
  return cut(masked(text), WIDEST_CELL);
}
