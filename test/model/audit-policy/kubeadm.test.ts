import { parse } from 'yaml';
import type { KubeadmAudit } from '../../../src/model/audit-policy/kubeadm';
import { directoryOf, kubeadmConfiguration } from '../../../src/model/audit-policy/kubeadm';
import { kubeadmGuide } from '../../../src/model/audit-policy/kubeadm-guide';

const audit: KubeadmAudit = {
  policyDirectory: '/etc/kubernetes/audit',
  policyFileName: 'audit-policy-3f2a91c0.yaml',
  logPath: '/var/log/kubernetes/audit/audit.log',
  logMaxAgeDays: 30,
  logMaxBackups: 10,
  logMaxSizeMb: 100,
};

const extraVolumes = [
  {
    name: 'audit-policy',
    hostPath: '/etc/kubernetes/audit',
    mountPath: '/etc/kubernetes/audit',
    readOnly: true,
    pathType: 'Directory',
  },
  {
    name: 'audit-log',
    hostPath: '/var/log/kubernetes/audit',
    mountPath: '/var/log/kubernetes/audit',
    pathType: 'DirectoryOrCreate',
  },
];

test.each(['1.31', '1.33', '1.36'])('kubeadm of %s gets flags as a list, each value a text', (version) => {
  expect(parse(kubeadmConfiguration(audit, version))).toEqual({
    apiVersion: 'kubeadm.k8s.io/v1beta4',
    kind: 'ClusterConfiguration',
    apiServer: {
      extraArgs: [
        { name: 'audit-policy-file', value: '/etc/kubernetes/audit/audit-policy-3f2a91c0.yaml' },
        { name: 'audit-log-path', value: '/var/log/kubernetes/audit/audit.log' },
        { name: 'audit-log-maxage', value: '30' },
        { name: 'audit-log-maxbackup', value: '10' },
        { name: 'audit-log-maxsize', value: '100' },
        { name: 'audit-log-truncate-enabled', value: 'true' },
      ],
      extraVolumes,
    },
  });
});

test.each(['1.27', '1.30'])('kubeadm of %s gets flags as a map of texts', (version) => {
  expect(parse(kubeadmConfiguration(audit, version))).toEqual({
    apiVersion: 'kubeadm.k8s.io/v1beta3',
    kind: 'ClusterConfiguration',
    apiServer: {
      extraArgs: {
        'audit-policy-file': '/etc/kubernetes/audit/audit-policy-3f2a91c0.yaml',
        'audit-log-path': '/var/log/kubernetes/audit/audit.log',
        'audit-log-maxage': '30',
        'audit-log-maxbackup': '10',
        'audit-log-maxsize': '100',
        'audit-log-truncate-enabled': 'true',
      },
      extraVolumes,
    },
  });
});

test('the guide names every file and path that somebody has to type', () => {
  const guide = kubeadmGuide(audit, 'kubeadm-cluster-configuration.yaml', '1.33');
  expect(guide).toContain('audit-policy-3f2a91c0.yaml /etc/kubernetes/audit/audit-policy-3f2a91c0.yaml');
  expect(guide).toContain('kubeadm-cluster-configuration.yaml');
  expect(guide).toContain('sudo tail -n 1 /var/log/kubernetes/audit/audit.log');
  expect(guide).toContain('at most 30 days');
});

test('the directory of a file in the root is the root', () => {
  expect(directoryOf('/audit.log')).toBe('/');
  expect(directoryOf('/var/log/audit.log')).toBe('/var/log');
});
