import * as fs from 'node:fs';
import * as path from 'node:path';
import { AlertBook } from '../../src/alert/alert-book';
import {
  WATCH_RULES,
  type WatchFinding,
  watchAlert,
  watchFingerprint,
  watchRuleOf,
} from '../../src/alert/watch-finding';
import { alertOf } from '../detector/support/alerts';

const START_US = Date.UTC(2026, 0, 15, 10) * 1000;
const MINUTE_US = 60e6;

function finding(change: Partial<WatchFinding> = {}): WatchFinding {
  return {
    rule: 'siem-canary-missing',
    cluster: 'prod-eu',
    key: ['node', 'node-1'],
    timeUs: START_US,
    summary: 'no canary from node node-1',
    details: { hop: 'agent → aggregator' },
    ...change,
  };
}

function bookOf(): AlertBook {
  return new AlertBook({ resolveAfterSeconds: 600, stateKeys: 10 });
}

test('what a watch finds is an alert with a rule id, what to do, and what it saw', () => {
  expect(watchAlert(finding(), 1)).toMatchObject({
    status: 'firing',
    rule: {
      id: 'siem-canary-missing',
      name: 'Records do not arrive',
      description: WATCH_RULES['siem-canary-missing'].description,
    },
    severity: 'high',
    cluster: 'prod-eu',
    firstTime: '2026-01-15T10:00:00.000000Z',
    summary: 'Records do not arrive: no canary from node node-1',
    watch: { hop: 'agent → aggregator' },
  });
});

test('every alert of the watch stands in the page for operators, with what to do', () => {
  const page = fs.readFileSync(path.join(__dirname, '../../docs/operations.md'), 'utf8');
  for (const [id, { name, severity, description }] of Object.entries(WATCH_RULES)) {
    expect(page).toContain(`| \`${id}\` | ${severity} | ${name} | ${description} |`);
  }
});

test('a rule of the same id is not taken for the watch', () => {
  const rule = { id: 'siem-canary-missing', name: 'Mine' };
  expect(watchRuleOf(alertOf('a', { rule }))).toBeUndefined();
  expect(watchRuleOf(watchAlert(finding(), 1))).toBe('siem-canary-missing');
});

test('the same condition has the same fingerprint at any time, another has another', () => {
  expect(watchFingerprint(finding({ timeUs: 0 }))).toBe(watchFingerprint(finding()));
  expect(watchFingerprint(finding({ key: ['node', 'node-2'] }))).not.toBe(watchFingerprint(finding()));
});

test('an alert that is kept outlasts the time after which others resolve, and ends at once when told', () => {
  const book = bookOf();
  const { alert } = book.recordWatch(finding());
  for (let minute = 1; minute <= 60; minute += 1) {
    book.keep(alert.id, START_US + minute * MINUTE_US);
    expect(book.expire(START_US + minute * MINUTE_US)).toEqual([]);
  }
  expect(book.openWatch().map(({ id }) => id)).toEqual([alert.id]);
  expect(book.end(alert.id)).toMatchObject({
    id: alert.id,
    status: 'resolved',
    lastTime: '2026-01-15T11:00:00.000000Z',
  });
  expect(book.open()).toEqual([]);
  expect(book.end(alert.id)).toBeUndefined();
});

test('losses add up in one alert, which resolves when none follows', () => {
  const book = bookOf();
  const lost = finding({ rule: 'siem-records-dropped', key: ['out_loki'] });
  expect(book.recordWatch(lost, 3)).toMatchObject({ kind: 'opened', alert: { count: 3, severity: 'critical' } });
  const later = { ...lost, timeUs: START_US + 5 * MINUTE_US };
  expect(book.recordWatch(later, 2)).toMatchObject({ kind: 'joined', alert: { count: 5 } });
  expect(book.expire(START_US + 16 * MINUTE_US)).toMatchObject([{ status: 'resolved', count: 5 }]);
});
