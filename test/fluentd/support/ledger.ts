/** What was sent against what arrived. Records carry their number in `auditID`. */
import type { ReceivedRequest, Receiver } from './receiver';

export interface Ledger {
  readonly sent: number;
  readonly received: number;
  readonly duplicated: number;
  readonly lost: number;
}

/** Numbers that a receiver has taken; asked many times while it takes more, so each request is read once. */
interface Tally {
  requests: number;
  received: number;
  readonly distinct: Set<number>;
}

const tallies = new WeakMap<readonly ReceivedRequest[], Tally>();

function tallyOf({ requests }: Receiver): Tally {
  const tally = tallies.get(requests) ?? { requests: 0, received: 0, distinct: new Set() };
  tallies.set(requests, tally);
  for (const { status, body } of requests.slice(tally.requests)) {
    tally.requests += 1;
    if (status >= 300) continue;
    for (const [, digits] of body.matchAll(/"auditID":"(\d+)"/g)) {
      tally.received += 1;
      tally.distinct.add(Number(digits));
    }
  }
  return tally;
}

/** The account of receivers that stand for one, when the numbers from 0 up to `sent` were sent. */
export function ledgerOf(receivers: readonly Receiver[], sent: number): Ledger {
  const all = receivers.map(tallyOf);
  const distinct = new Set(all.flatMap((tally) => [...tally.distinct]));
  const received = all.reduce((sum, tally) => sum + tally.received, 0);
  const arrived = [...distinct].filter((number) => number < sent).length;
  return { sent, received, duplicated: received - distinct.size, lost: sent - arrived };
}

/** Whether a receiver has the record of this number. */
export function hasNumber(receiver: Receiver, number: number): boolean {
  return tallyOf(receiver).distinct.has(number);
}

/** Writes the account of a scenario where the report of a run is read. */
export function report(scenario: string, accounts: Readonly<Record<string, Ledger | number>>): void {
  process.stdout.write(`delivery: ${JSON.stringify({ scenario, ...accounts })}\n`);
}
