import { Component } from '../../../src/constructs/private/component';
import { addressPeer, componentPeer, DNS_EGRESS, networkPolicy } from '../../../src/constructs/private/network-policy';
import type { NetworkPolicyOptions } from '../../../src/constructs/private/network-policy';
import { at } from '../../support/manifests';
import { synthesize } from '../../support/synth';

function specOf(options: Omit<NetworkPolicyOptions, 'component'>): unknown {
  const objects = synthesize((scope) => {
    networkPolicy(scope, 'Policy', { component: new Component(scope, 'example', {}), ...options });
  });
  return at(objects[0], 'spec');
}

test('what is not listed is denied in both directions', () => {
  expect(specOf({})).toEqual({
    podSelector: { matchLabels: { 'siem.cdk8s.io/component': 'example', 'siem.cdk8s.io/stack': 'siem' } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [],
    egress: [],
  });
});

test('peers and ports are named, and no peer means anyone', () => {
  const spec = specOf({
    ingress: () => [{ ports: [24224], peers: [componentPeer('siem', 'node-agent', 'siem-agents')] }],
    egress: () => [{ ports: [443] }, { ports: [443], peers: [addressPeer('203.0.113.0/24')] }],
  });
  expect(spec).toMatchObject({
    ingress: [
      {
        ports: [{ port: 24224, protocol: 'TCP' }],
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'siem-agents' } },
            podSelector: { matchLabels: { 'siem.cdk8s.io/component': 'node-agent', 'siem.cdk8s.io/stack': 'siem' } },
          },
        ],
      },
    ],
    egress: [
      { ports: [{ port: 443, protocol: 'TCP' }] },
      { ports: [{ port: 443, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '203.0.113.0/24' } }] },
    ],
  });
});

test('DNS is reached by UDP and TCP, also where its pods listen on 5353', () => {
  expect(specOf({ egress: () => [DNS_EGRESS] })).toMatchObject({
    egress: [
      {
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
          { port: 5353, protocol: 'UDP' },
          { port: 5353, protocol: 'TCP' },
        ],
      },
    ],
  });
});
