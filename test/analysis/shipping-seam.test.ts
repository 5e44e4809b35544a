import { checkRulesAgainstShipping } from '../../src/analysis/shipping-seam';
import type { ShippingFilters } from '../../src/model/shipping/filters';
import { loadRules } from '../../src/rule';

function problems(condition: string, shipping: ShippingFilters, source?: string): string[] {
  const from = source === undefined ? '' : `\n  source: ${source}`;
  const text = `rules:\n- name: Test\n  id: test${from}\n  condition: ${condition}\n  action: alert\n`;
  const { ruleSet, diagnostics } = loadRules([{ path: 'rules.yaml', text }]);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return checkRulesAgainstShipping(ruleSet, shipping).map(
    ({ code, severity, line, message }) => `${line} ${severity} ${code} ${message}`,
  );
}

const KEY = '/etc/siem/key';
const noise = [{ name: 'leases', source: 'kubernetes-audit', keep: 0.1, where: [] }] as const;

test.each([
  {
    title: 'a body that is left out',
    condition: 'audit.requestObject.spec.hostNetwork == true',
    shipping: { maxBodyLevel: 'Metadata' },
    expected: [
      "4 error P601 rule 'test' reads 'audit.requestObject.spec.hostNetwork', and 'requestObject' is left out before detection",
    ],
  },
  {
    title: 'the action, which is read out of both bodies',
    condition: 'event.action == "escalate"',
    shipping: { maxBodyLevel: 'Request' },
    expected: ["4 error P601 rule 'test' reads 'event.action', and 'responseObject' is left out before detection"],
  },
  {
    title: 'a user who has become a pseudonym',
    condition: 'event.user == "alice@example.com"',
    shipping: { pseudonyms: { fields: [['user', 'username']], addresses: false, keyFile: KEY } },
    expected: ["4 error P602 rule 'test' reads 'event.user', and 'user.username' is a pseudonym before detection"],
  },
  {
    title: 'addresses',
    condition: 'event.source_ip == "203.0.113.7"',
    shipping: { pseudonyms: { fields: [], addresses: true, keyFile: KEY } },
    expected: ["4 error P602 rule 'test' reads 'event.source_ip', and 'sourceIPs' is a pseudonym before detection"],
  },
  {
    title: 'a text in which secrets are replaced',
    condition: 'log.message contains "password="',
    shipping: { redactSecrets: true },
    expected: ["4 warning P604 rule 'test' reads 'log.message', in which secrets are replaced before detection"],
  },
  {
    title: 'records that are sampled',
    condition: 'event.type == "access"',
    shipping: { noise },
    expected: ["4 info P603 rule 'test' does not see what 'leases' samples before detection"],
  },
  {
    title: 'nothing that it does not read',
    condition: 'event.type == "authentication"',
    shipping: {
      maxBodyLevel: 'Metadata',
      redactSecrets: true,
      pseudonyms: { fields: [['user', 'username']], addresses: true, keyFile: KEY },
    },
    expected: [],
  },
] satisfies { title: string; condition: string; shipping: ShippingFilters; expected: string[] }[])(
  'a rule is told that it no longer sees $title',
  ({ condition, shipping, expected }) => {
    expect(problems(condition, shipping)).toEqual(expected);
  },
);

test('what is done to records of another source is no business of a rule that names its source', () => {
  expect(problems('event.result == "failure"', { noise }, 'host-auth')).toEqual([]);
  expect(problems('event.result == "failure"', { noise }, 'kubernetes-audit')).toHaveLength(1);
});
