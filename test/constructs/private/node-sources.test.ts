import { Chart, Testing } from 'cdk8s';
import { LogSource } from '../../../src/constructs/collection/log-source';
import { FileRotation } from '../../../src/constructs/collection/log-source-options';
import { HostAuth } from '../../../src/constructs/collection/node-logs';
import { nodeSources } from '../../../src/constructs/private/node-sources';
import type { NodeSources } from '../../../src/constructs/private/node-sources';
import { warningsBelow } from '../../../src/constructs/private/warnings';

const PLACE = {
  runtime: 'containerd',
  ownNamespaces: ['siem', 'siem-agents'],
  closedDirectories: ['/var/lib/siem', '/var/log/kubernetes/audit'],
} as const;

function made(...sources: LogSource[]): NodeSources {
  return madeIn(new Chart(Testing.app(), 'test'), ...sources);
}

function madeIn(chart: Chart, ...sources: LogSource[]): NodeSources {
  const choices = sources.map((source) => source._toChoice());
  return nodeSources(
    chart,
    choices.filter((choice) => choice.place === 'node-agent'),
    PLACE,
  );
}

const mounts = ({ volumes }: NodeSources): unknown[] => volumes.map(({ mount }) => mount['mountPath']);
const file = (path: string, options: object = {}): LogSource =>
  LogSource.file({ path, eventSource: 'security-event', ...options });

test.each([
  { title: 'containers', source: LogSource.containers(), mounted: ['/var/log/pods'] },
  { title: 'ingress-nginx', source: LogSource.ingressNginx(), mounted: ['/var/log/pods'] },
  { title: 'Envoy', source: LogSource.envoy(), mounted: ['/var/log/pods'] },
  { title: 'CoreDNS', source: LogSource.coreDns(), mounted: ['/var/log/pods'] },
  { title: 'Falco', source: LogSource.falco(), mounted: ['/var/log/pods'] },
  { title: 'Tetragon', source: LogSource.tetragon(), mounted: ['/var/log/pods'] },
  { title: 'Kubernetes Events', source: LogSource.kubernetesEvents(), mounted: ['/var/log/pods'] },
  {
    title: 'host logins',
    source: LogSource.hostAuth(),
    mounted: ['/var/log/journal', '/run/log/journal', '/etc/machine-id'],
  },
  {
    title: 'units',
    source: LogSource.journal({ units: ['kubelet.service'] }),
    mounted: ['/var/log/journal', '/run/log/journal', '/etc/machine-id'],
  },
  {
    title: 'host logins in files',
    source: LogSource.hostAuth({ origin: HostAuth.FILE }),
    mounted: ['/host/var/log'],
  },
  { title: 'auditd', source: LogSource.auditd(), mounted: ['/host/var/log/audit'] },
  { title: 'Hubble', source: LogSource.hubble(), mounted: ['/host/var/run/cilium/hubble'] },
  { title: 'Calico', source: LogSource.calico(), mounted: ['/host/var/log/calico/flowlogs'] },
  { title: 'Falco in a file', source: LogSource.falco({ path: '/srv/falco/e.log' }), mounted: ['/host/srv/falco'] },
  {
    title: 'Tetragon in a file',
    source: LogSource.tetragon({ path: '/var/run/cilium/tetragon/tetragon.log' }),
    mounted: ['/host/var/run/cilium/tetragon'],
  },
  { title: 'a file', source: file('/srv/app/app.log'), mounted: ['/host/srv/app'] },
])('$title: what it needs is mounted, to read only, and nothing else', ({ source, mounted }) => {
  const sources = made(source);
  expect(mounts(sources)).toEqual(mounted);
  expect(sources.volumes.map(({ mount }) => mount['readOnly'])).toEqual(mounted.map(() => true));
});

test('a directory below another is mounted with it, and no directory twice', () => {
  const sources = made(
    file('/srv/app/a.log'),
    file('/srv/app/b.txt'),
    file('/srv/app/deep/c.log'),
    LogSource.containers(),
    LogSource.falco(),
  );
  expect(mounts(sources)).toEqual(['/var/log/pods', '/host/srv/app']);
});

test('only files of other users need a capability', () => {
  expect(made(LogSource.auditd(), file('/srv/app/app.log')).addedCapabilities).toEqual([]);
  expect(made(file('/srv/app/app.log', { ownedByOther: true })).addedCapabilities).toEqual(['DAC_READ_SEARCH']);
});

test('pods of one format from several sources are read by one rule each', () => {
  const { options } = made(LogSource.falco(), LogSource.falco({ namespaceName: 'security' }), LogSource.coreDns());
  expect(options.pods?.containers).toBeUndefined();
  expect(options.pods?.formats).toEqual([
    {
      format: 'falco',
      pods: [
        { namespaceName: 'falco', podNamePrefix: 'falco-', containerName: 'falco' },
        { namespaceName: 'security', podNamePrefix: 'falco-', containerName: 'falco' },
      ],
    },
    {
      format: 'coredns',
      pods: [{ namespaceName: 'kube-system', podNamePrefix: 'coredns-', containerName: 'coredns' }],
    },
  ]);
});

test('a login is no entry of a unit beside', () => {
  const units = LogSource.journal({ units: ['ssh.service'] });
  expect(made(units, LogSource.hostAuth()).options.units?.exceptPrograms).toContain('sshd');
  expect(made(units).options.units).not.toHaveProperty('exceptPrograms');
  expect(made(units, LogSource.hostAuth({ origin: HostAuth.FILE })).options.units).not.toHaveProperty('exceptPrograms');
});

test('a file among all logs is read with a warning', () => {
  const chart = new Chart(Testing.app(), 'test');
  madeIn(chart, file('/var/log/dpkg.log'));
  expect(warningsBelow(chart)).toEqual([
    "test: the node agent reads '/var/log/dpkg.log', so it sees all of /var/log, an audit log there among it; let the application write to a directory of its own",
  ]);
});

test.each([
  { title: 'a relative path', sources: [file('app.log')], problem: "the log file 'app.log' is not an absolute path" },
  { title: 'a step upwards', sources: [file('/srv/../etc/x')], problem: 'is not an absolute path' },
  { title: 'a glob that nobody asked for', sources: [file('/srv/app/*.log')], problem: 'is not an absolute path' },
  { title: 'a glob of directories', sources: [file('/srv/*/a.log', { glob: true })], problem: 'not an absolute path' },
  { title: 'a part of the time', sources: [file('/srv/app/%Y.log')], problem: 'is not an absolute path' },
  { title: 'all of a top directory', sources: [file('/etc/shadow')], problem: "would see all of '/etc'" },
  { title: 'a pod log', sources: [file('/var/log/pods/x/y/0.log')], problem: "lies in '/var/log/pods'" },
  {
    title: 'the audit log, which only the audit agent sees',
    sources: [file('/var/log/kubernetes/audit/audit.log')],
    problem: "lies in '/var/log/kubernetes/audit', which is read by other means",
  },
  { title: 'our own state', sources: [file('/var/lib/siem/node-agent/a')], problem: "lies in '/var/lib/siem'" },
  {
    title: 'a file twice',
    sources: [LogSource.auditd(), file('/var/log/audit/audit.log')],
    problem: "'/var/log/audit/audit.log' would be read twice",
  },
  {
    title: 'a file that a glob has',
    sources: [file('/srv/app/*.log', { glob: true }), file('/srv/app/a.log')],
    problem: "'/srv/app/a.log' would be read twice, by the source of '/srv/app/*.log' too",
  },
  {
    title: 'a file that passes for a rotated one',
    sources: [file('/srv/app/a'), file('/srv/app/a-errors')],
    problem: "'/srv/app/a-errors' would be read twice, by the source of '/srv/app/a' too",
  },
  {
    title: 'a file that host logins are read from',
    sources: [LogSource.hostAuth({ origin: HostAuth.FILE }), file('/var/log/auth.log')],
    problem: "'/var/log/auth.log' would be read twice",
  },
  {
    title: 'two container sources',
    sources: [LogSource.containers(), LogSource.containers()],
    problem: "'containers'",
  },
  { title: 'no unit', sources: [LogSource.journal({ units: [] })], problem: 'no unit of the journal is named' },
  { title: 'a unit without a kind', sources: [LogSource.journal({ units: ['a b'] })], problem: "'a b' is no unit" },
  {
    title: 'a namespace by a pattern',
    sources: [LogSource.containers({ namespaces: ['team-*'] })],
    problem: "the namespace 'team-*' is not a valid object name",
  },
  {
    title: 'an exclusion of everything',
    sources: [LogSource.containers({ exclude: [{}] })],
    problem: 'all containers are excluded',
  },
  {
    title: 'a pattern that a line could hold up',
    sources: [LogSource.containers({ multiline: [{ firstLine: '^(a+)+$' }] })],
    problem: "the pattern '^(a+)+$' of a first line repeats a group",
  },
  {
    title: 'a source that files are not of',
    sources: [LogSource.file({ path: '/srv/app/a.log', eventSource: 'kubernetes-audit' })],
    problem: "a file cannot be of the source 'kubernetes-audit'; name one of auth, journal,",
  },
])('refuses $title', ({ sources, problem }) => {
  expect(() => made(...sources)).toThrow(problem);
});

test('copies of a file that is emptied are not read', () => {
  const { options } = made(file('/srv/app/a.log', { rotation: FileRotation.COPY_TRUNCATE }));
  expect(options.files).toMatchObject([{ files: ['/host/srv/app/a.log'], rotation: 'copied' }]);
});
