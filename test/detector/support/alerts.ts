/** Alerts as the book makes them, for tests that need no rule. */
import type { Alert } from '../../../src/contract/alert';

export function alertOf(id: string, change: Partial<Alert> = {}): Alert {
  return {
    id,
    fingerprint: `fingerprint-${id}`,
    status: 'firing',
    rule: { id: 'unauthorized-access', name: 'Unauthorized Access' },
    severity: 'medium',
    action: 'alert',
    plannedActions: [],
    cluster: 'prod-eu',
    user: 'mallory',
    sourceIp: '203.0.113.7',
    count: 1,
    firstTime: '2026-01-15T10:00:00Z',
    lastTime: '2026-01-15T10:00:00Z',
    summary: `Unauthorized Access: mallory from 203.0.113.7 (${id})`,
    samples: [],
    ...change,
  };
}
