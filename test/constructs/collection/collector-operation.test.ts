import { FluentdCollector } from '../../../src/constructs/collection/fluentd-collector';
import type { FluentdCollectorProps } from '../../../src/constructs/collection/fluentd-collector';
import { TaintEffect } from '../../../src/constructs/collection/pod-scheduling';
import { at, findObject } from '../../support/manifests';
import { synthesize } from '../../support/synth';

const objects = (props: Partial<FluentdCollectorProps>) =>
  synthesize((scope) => new FluentdCollector(scope, 'Collector', { clusterName: 'prod-eu', ...props }));

test('beside a standby, agents name both pods, the second as the one that stands by', () => {
  const data = at(findObject(objects({ standby: true }), 'ConfigMap', 'siem-node-agent'), 'data') as object;
  const text = String(Object.entries(data).find(([name]) => name === 'fluent.conf')?.[1]);
  const [, active, standby] = /(<server>[^]*?<\/server>)\s*(<server>[^]*?<\/server>)/.exec(text) ?? [];
  expect(active).toContain('host siem-aggregator-0.siem-aggregator-pods.siem.svc');
  expect(active).not.toContain('standby');
  expect(standby).toContain('host siem-aggregator-1.siem-aggregator-pods.siem.svc');
  expect(standby).toContain('standby true');
});

test('nodes and tolerations of the agents are typed', () => {
  const all = objects({
    nodeSelector: { 'node-pool': 'workers' },
    tolerations: [{ key: 'dedicated', effect: TaintEffect.NO_EXECUTE, stayForSeconds: 60 }],
  });
  expect(at(findObject(all, 'DaemonSet', 'siem-node-agent'), 'spec.template.spec')).toMatchObject({
    nodeSelector: { 'kubernetes.io/os': 'linux', 'node-pool': 'workers' },
    tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }],
  });
  const audit = at(findObject(all, 'DaemonSet', 'siem-audit-agent'), 'spec.template.spec');
  expect(at(audit, 'nodeSelector')).toEqual({ 'kubernetes.io/os': 'linux' });
});

test('a standby beside an aggregator of somebody else is refused', () => {
  expect(() => objects({ standby: true, aggregatorHost: 'logs.example.com' })).toThrow(
    /a standby beside the host 'logs.example.com'.*; leave out 'standby' or 'aggregatorHost'/,
  );
});
