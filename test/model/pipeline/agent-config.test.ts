import { renderAuditAgent, renderNodeAgent } from '../../../src/model/pipeline/agent-config';
import type { AuditAgentOptions, NodeAgentOptions } from '../../../src/model/pipeline/agent-config';
import type { PodLogs } from '../../../src/model/sources/containers';
import { all, find, readConfig } from '../support/fluentd-reader';

const TLS = {
  kind: 'tls',
  caFile: '/certs/ca.crt',
  certificateFile: '/certs/tls.crt',
  keyFile: '/certs/tls.key',
  sharedKeyFile: '/secrets/shared-key',
} as const;

const BASE = {
  cluster: 'prod-eu',
  aggregator: { host: 'siem-aggregator.siem.svc', port: 24224 },
  transport: TLS,
  stateDirectory: '/state',
} as const;

const PODS: PodLogs = {
  runtime: 'containerd',
  podLogDirectory: '/var/log/pods',
  excludedNamespaces: ['siem', 'siem-agents'],
  containers: {},
};

const NODE: NodeAgentOptions = {
  ...BASE,
  pods: PODS,
  hostAuth: { kind: 'journal', directories: ['/var/log/journal', '/run/log/journal'] },
};

const AUDIT: AuditAgentOptions = { ...BASE, auditLogFile: '/host/audit/audit.log' };

const nodeAgent = (options: Partial<NodeAgentOptions> = {}) => readConfig(renderNodeAgent({ ...NODE, ...options }));
const auditAgent = (options: Partial<AuditAgentOptions> = {}) => readConfig(renderAuditAgent({ ...AUDIT, ...options }));

/** The blocks of a text that hold a line. */
function block(text: string, line: string): string {
  return text.split('\n\n').find((part) => part.includes(line)) ?? '';
}

test('the audit agent reads the audit log as documented', () => {
  const text = renderAuditAgent(AUDIT);
  expect(block(text, '@type tail')).toMatchInlineSnapshot(`
    "<source>
      @type tail
      @id in_audit
      @label @AUDIT
      tag kube.audit
      pos_file /state/pos/in_audit.pos
      follow_inodes true
      read_from_head true
      refresh_interval 5
      rotate_wait 30
      path /host/audit/audit.log,/host/audit/audit-*.log
      path_key _path
      emit_unmatched_lines true
      max_line_size 8388608
      <parse>
        @type siem_guard
        expected JSON
        strict_encoding true
        <parse>
          @type json
          time_key stageTimestamp
          time_type string
          time_format %Y-%m-%dT%H:%M:%S.%N%z
          keep_time_key true
        </parse>
      </parse>
    </source>"
  `);
});

test('the node agent reads pods without its own, and joins the parts of a line for each stream', () => {
  const text = renderNodeAgent(NODE);
  expect(`${block(text, '@id in_pods')}\n\n${block(text, '<label @PODS>')}`).toMatchInlineSnapshot(`
    "<source>
      @type tail
      @id in_pods
      @label @PODS
      tag kube.container
      pos_file /state/pos/in_pods.pos
      follow_inodes true
      read_from_head true
      refresh_interval 5
      rotate_wait 30
      path /var/log/pods/*/*/*.log*
      exclude_path '["/var/log/pods/*/*/*.gz","/var/log/pods/*/*/*.tmp","/var/log/pods/siem_*/*/*.log*","/var/log/pods/siem-agents_*/*/*.log*"]'
      path_key _path
      pos_file_compaction_interval 3600
      emit_unmatched_lines true
      max_line_size 1048576
      <parse>
        @type siem_guard
        expected 'in the CRI log format'
        <parse>
          @type siem_cri
        </parse>
      </parse>
    </source>

    <label @PODS>
      <match **>
        @type siem_sort
        @id sort_pods
        @label @PODS_PARTS
        refused_key _refused
        <refused>
          @label @PODS_REFUSED
        </refused>
      </match>
    </label>"
  `);
});

test('the node agent reads both journals for the programs that let people in', () => {
  const sources = all(nodeAgent(), (element) => element.params['@type'] === 'siem_journal');
  expect(sources.map(({ params }) => params['path'])).toEqual(['/var/log/journal', '/run/log/journal']);
  const matches = JSON.parse(sources[0]?.params['matches'] ?? '') as Record<string, string[]>[];
  expect(matches.map((fields) => Object.keys(fields))).toEqual([['SYSLOG_IDENTIFIER'], ['_COMM']]);
  expect(matches[0]?.['SYSLOG_IDENTIFIER']).toEqual(['sshd', 'sshd-session', 'sshd-auth', 'sudo', 'su', 'login']);
});

test('host auth files are read with their rotated ones, compressed ones left out', () => {
  const config = nodeAgent({ hostAuth: { kind: 'file', files: ['/var/log/auth.log', '/var/log/secure'] } });
  const tail = find(config, (element) => element.params['@id'] === 'in_host_auth');
  expect(tail.params['path']).toBe(
    '/var/log/auth.log,/var/log/auth.log.*,/var/log/auth.log-*,/var/log/secure,/var/log/secure.*,/var/log/secure-*',
  );
  expect(JSON.parse(tail.params['exclude_path'] ?? '')).toContain('/var/log/secure*.gz');
  expect(tail.children.map(({ params }) => params['@type'])).toEqual(['none']);
});

test('what is no source is not read', () => {
  const rest: NodeAgentOptions = { ...NODE };
  delete (rest as { hostAuth?: unknown }).hostAuth;
  const sources = all(readConfig(renderNodeAgent(rest)), (element) => element.name === 'source');
  expect(sources.map(({ params }) => params['@id'])).toEqual([
    'in_metrics',
    'in_output_metrics',
    'in_pods',
    'canary_containers',
  ]);
});

test('host logins have a buffer of their own, and all buffers are inside the budget of the agent', () => {
  const buffers = all(nodeAgent({ bufferBytes: 64_000 }), (element) => element.name === 'buffer');
  expect(buffers.map(({ params }) => [params['path'], params['total_limit_size'], params['overflow_action']])).toEqual([
    ['/state/buffer/out_quarantine', '4000', 'drop_oldest_chunk'],
    ['/state/buffer/out_pods', '45000', 'throw_exception'],
    ['/state/buffer/out_logins', '15000', 'throw_exception'],
  ]);
});

describe.each([
  { title: 'node agent, containerd', config: nodeAgent() },
  { title: 'node agent, Docker', config: nodeAgent({ pods: { ...PODS, runtime: 'docker' } }) },
  { title: 'audit agent', config: auditAgent() },
])('$title', ({ config }) => {
  test('every output waits for the aggregator and pauses when its buffer is full', () => {
    const outputs = all(config, (element) => element.params['@type'] === 'forward');
    expect(outputs.length).toBeGreaterThan(0);
    for (const output of outputs.filter(({ params }) => params['@id'] !== 'out_quarantine')) {
      expect(output.params).toMatchObject({ transport: 'tls', tls_version: 'TLSv1_3', require_ack_response: 'true' });
      const buffer = find([output], (element) => element.name === 'buffer');
      expect(buffer.params).toMatchObject({
        '@type': 'file',
        overflow_action: 'throw_exception',
        retry_forever: 'true',
      });
    }
  });

  test('every file is read from its beginning, by its inode, with a position of its own', () => {
    const tails = all(config, (element) => element.params['@type'] === 'tail');
    for (const { params } of tails) expect(params).toMatchObject({ follow_inodes: 'true', read_from_head: 'true' });
    expect(new Set(tails.map(({ params }) => params['pos_file'])).size).toBe(tails.length);
  });

  test('every record says which cluster and node it comes from', () => {
    const origins = all(config, (element) => 'siem' in element.params).map(({ params }) => params['siem']);
    const node = `"node":"<ruby>ENV.fetch('K8S_NODE_NAME').to_json[1..-2]</ruby>"`;
    for (const origin of origins) expect(origin).toContain(`"cluster":"prod-eu",${node}`);
  });

  test('there is no label that would swallow an overflow, and no name twice', () => {
    expect(all(config, (element) => element.argument === '@ERROR')).toEqual([]);
    const ids = all(config, (element) => '@id' in element.params).map(({ params }) => params['@id']);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test('plain transport has neither TLS nor, without a key, a handshake', () => {
  const plain = auditAgent({ transport: { kind: 'plaintext' } });
  const output = find(plain, (element) => element.params['@id'] === 'out_audit');
  expect(output.params['transport']).toBe('tcp');
  expect(output.children.map(({ name }) => name)).toEqual(['server', 'buffer']);
  const keyed = auditAgent({ transport: { kind: 'plaintext', sharedKeyFile: '/secrets/shared-key' } });
  const keys = all(keyed, (element) => element.name === 'security').map(({ params }) => params['shared_key']);
  expect(keys).toHaveLength(2);
  for (const key of keys) expect(key).toContain('/secrets/shared-key');
});

test.each([
  {
    file: '/var/log/kubernetes/audit/audit.log',
    path: '/var/log/kubernetes/audit/audit.log,/var/log/kubernetes/audit/audit-*.log',
  },
  { file: '/var/log/kube-apiserver.audit', path: '/var/log/kube-apiserver.audit,/var/log/kube-apiserver-*.audit' },
  { file: '/var/log.d/audit', path: '/var/log.d/audit,/var/log.d/audit-*' },
])('rotated files are found beside $file', ({ file, path }) => {
  const tail = find(auditAgent({ auditLogFile: file }), (element) => element.params['@type'] === 'tail');
  expect(tail.params['path']).toBe(path);
});

test.each([
  { title: 'a cluster name with a placeholder', render: () => renderAuditAgent({ ...AUDIT, cluster: 'a${x}' }) },
  {
    title: 'a cluster name with an old placeholder',
    render: () => renderAuditAgent({ ...AUDIT, cluster: '__HOSTNAME__' }),
  },
  {
    title: 'an audit log path with a wildcard',
    render: () => renderAuditAgent({ ...AUDIT, auditLogFile: '/a/*.log' }),
  },
])('refuses $title', ({ render }) => {
  expect(render).toThrow();
});

test('text of a user cannot become Ruby or another line', () => {
  const cluster = `x"\n#{exit!}\n</match>'`;
  const origins = all(readConfig(renderAuditAgent({ ...AUDIT, cluster })), (element) =>
    ['siem', 'origin'].some((key) => key in element.params),
  );
  const read = origins.map(
    ({ params }) =>
      JSON.parse((params['siem'] ?? params['origin'])?.replace(/<ruby>.*<\/ruby>/, 'node') ?? '') as object,
  );
  expect(read).toHaveLength(4);
  for (const origin of read) expect(origin).toMatchObject({ source: 'kubernetes-audit', cluster, node: 'node' });
});

test('the text is the same each time', () => {
  expect(renderNodeAgent(NODE)).toBe(renderNodeAgent({ ...NODE }));
});
