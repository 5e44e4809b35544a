import { renderConfig } from '../../../src/model/fluentd/render';
import { checkConfig } from '../../../src/model/fluentd/check';
import { label, match } from '../../../src/model/fluentd/elements';
import { bodiesAbove, shippingElements } from '../../../src/model/shipping/filters';
import type { ShippingFilters } from '../../../src/model/shipping/filters';
import { redactedFields } from '../../../src/model/shipping/redacted-fields';

const EVERYTHING: ShippingFilters = {
  maxBodyLevel: 'Request',
  redactSecrets: true,
  pseudonyms: { fields: [['user', 'username']], addresses: true, keyFile: '/etc/siem/key' },
  noise: [{ name: "it's #{noise}", source: 'container', keep: 0, where: [{ path: ['message'], contains: ['#{x}'] }] }],
};

test('without options records go as they are', () => {
  expect(shippingElements({})).toEqual([]);
  expect(shippingElements({ maxBodyLevel: 'RequestResponse', redactSecrets: false, noise: [] })).toEqual([]);
  expect(redactedFields({})).toEqual([]);
});

test('records are made smaller before they are read for secrets, and no text of a user can become Ruby', () => {
  expect(renderConfig(shippingElements(EVERYTHING))).toBe(`<filter **>
  @type siem_reduce
  @id filter_reduce
  rules '[{"name":"it\\'s #{noise}","source":"container","keep":0,"where":[{"path":["message"],"contains":["#{x}"]}]}]'
  bodies '["responseObject"]'
  level Request
  alert_tag siem.alert
</filter>

<filter **>
  @type siem_redact
  @id filter_redact
  secrets true
  pseudonyms '[["user","username"]]'
  addresses true
  key "#{File.read('/etc/siem/key', encoding: 'UTF-8').strip}"
  alert_tag siem.alert
</filter>
`);
});

test('the filters pass the check of configurations', () => {
  const end = match({ '@type': 'null', '@id': 'end' });
  const problems = checkConfig([label('@FLUENT_LOG', [...shippingElements(EVERYTHING), end])]);
  expect(problems).toEqual([]);
});

test.each([
  { level: 'Metadata' as const, bodies: ['requestObject', 'responseObject'] },
  { level: 'Request' as const, bodies: ['responseObject'] },
  { level: 'RequestResponse' as const, bodies: [] },
])('level $level has no room for $bodies', ({ level, bodies }) => {
  expect(bodiesAbove(level)).toEqual(bodies);
});

test('the model knows each field that the filters touch', () => {
  expect(redactedFields(EVERYTHING)).toEqual([
    { path: 'responseObject', source: 'kubernetes-audit', effect: 'left-out' },
    { effect: 'secrets' },
    { path: 'user.username', effect: 'pseudonym' },
    { path: 'sourceIPs', effect: 'pseudonym' },
  ]);
});
