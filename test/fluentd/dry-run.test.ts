import * as fs from 'node:fs';
import * as path from 'node:path';
import { renderAggregator } from '../../src/model/pipeline/aggregator-config';
import type { DestinationOutput } from '../../src/model/pipeline/aggregator-config';
import { ElasticsearchDestination } from '../../src/constructs/destinations/elasticsearch';
import { HttpDestination } from '../../src/constructs/destinations/http';
import { OpenSearchDestination } from '../../src/constructs/destinations/opensearch';
import { SecretSource } from '../../src/constructs/destinations/secret-source';
import { outputOf } from '../support/outputs';
import { renderAuditAgent, renderNodeAgent } from '../../src/model/pipeline/agent-config';
import type { AgentOptions, HostAuthSource, NodeAgentOptions } from '../../src/model/pipeline/agent-config';
import type { Transport } from '../../src/model/pipeline/forward-transport';
import { makeCertificates } from './support/certificates';
import { dryRun } from './support/fluentd';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';

const dir = temporaryFolder();
const certificates = makeCertificates(path.join(dir, 'certificates'));
const secretFile = path.join(dir, 'secret');
fs.writeFileSync(secretFile, 'not "so" secret #{x}\n');

afterAll(removeTemporaryFolders);

const TLS: Transport = { kind: 'tls', ...certificates };
const PLAIN: Transport = { kind: 'plaintext' };

const HOST_AUTH: Readonly<Record<HostAuthSource['kind'], HostAuthSource>> = {
  journal: { kind: 'journal', directories: [path.join(dir, 'journal')] },
  file: { kind: 'file', files: [path.join(dir, 'auth.log'), path.join(dir, 'secure')] },
  none: { kind: 'none' },
};

const existing = SecretSource.existing({ secretName: 'siem' });
const secrets = { password: secretFile, 'api-key': secretFile };
const tls = {
  caFile: certificates.caFile,
  clientCertificateFile: certificates.certificateFile,
  clientKeyFile: certificates.keyFile,
};

/** Everything that a destination can be given. */
const HTTP = outputOf(
  new HttpDestination({
    endpoint: 'https://siem.example.com/api/logs',
    apiKey: existing,
    apiKeyHeader: 'X-Api-Key',
    username: 'alice',
    password: existing,
    headers: { 'X-Team': 'sec' },
    jsonArray: true,
    gzip: true,
  }),
  { secrets, tls, buffer: { totalBytes: 1024 * 1024 * 1024, flushSeconds: 5, deliveryRecords: 10 } },
);
const ELASTICSEARCH = outputOf(
  new ElasticsearchDestination({
    hosts: ['https://es-1.example.com:9200', 'https://es-2.example.com:9200/prefix'],
    apiKey: existing,
  }),
  { secrets, tls },
);
const OPENSEARCH = outputOf(
  new OpenSearchDestination({ hosts: ['https://os.example.com:9200'], username: 'alice', password: existing }),
  { secrets, buffer: { overflow: 'drop-oldest' } },
);

function agent(transport: Transport): AgentOptions {
  const aggregator = { host: 'localhost', port: 24224 };
  return { cluster: `it's "prod" #1`, aggregator, transport, stateDirectory: path.join(dir, 'state') };
}

function nodeAgent(
  transport: Transport,
  runtime: NodeAgentOptions['containerRuntime'],
  hostAuth: HostAuthSource,
): string {
  return renderNodeAgent({
    ...agent(transport),
    containerRuntime: runtime,
    podLogDirectory: path.join(dir, 'pods'),
    excludedNamespaces: ['siem'],
    hostAuth,
  });
}

function aggregator(transport: Transport, destinations: readonly DestinationOutput[]): string {
  return renderAggregator({
    transport,
    stateDirectory: path.join(dir, 'state'),
    credentialDirectory: dir,
    destinations,
  });
}

test.each([
  { title: 'node agent: containerd, journal, TLS', conf: nodeAgent(TLS, 'containerd', HOST_AUTH.journal) },
  { title: 'node agent: containerd, file, plain text', conf: nodeAgent(PLAIN, 'containerd', HOST_AUTH.file) },
  { title: 'node agent: containerd, no host logins, TLS', conf: nodeAgent(TLS, 'containerd', HOST_AUTH.none) },
  { title: 'node agent: Docker, journal, plain text', conf: nodeAgent(PLAIN, 'docker', HOST_AUTH.journal) },
  { title: 'node agent: Docker, file, TLS', conf: nodeAgent(TLS, 'docker', HOST_AUTH.file) },
  { title: 'node agent: Docker, no host logins, plain text', conf: nodeAgent(PLAIN, 'docker', HOST_AUTH.none) },
  { title: 'audit agent: TLS', conf: renderAuditAgent({ ...agent(TLS), auditLogFile: path.join(dir, 'audit.log') }) },
  {
    title: 'audit agent: plain text',
    conf: renderAuditAgent({ ...agent(PLAIN), auditLogFile: path.join(dir, 'audit.log') }),
  },
  { title: 'aggregator: HTTP, TLS', conf: aggregator(TLS, [HTTP]) },
  { title: 'aggregator: Elasticsearch, plain text', conf: aggregator(PLAIN, [ELASTICSEARCH]) },
  { title: 'aggregator: HTTP and OpenSearch, TLS', conf: aggregator(TLS, [HTTP, OPENSEARCH]) },
  {
    title: 'aggregator: all three, a shared key without TLS',
    conf: aggregator({ ...PLAIN, sharedKeyFile: secretFile }, [ELASTICSEARCH, HTTP, OPENSEARCH]),
  },
  { title: 'aggregator: no destination', conf: aggregator(TLS, []) },
])('Fluentd takes the configuration without a complaint: $title', ({ conf }) => {
  const env = { K8S_NODE_NAME: 'node-1' };
  expect(dryRun({ conf, dir: temporaryFolder(), env })).toBe('');
});

test('a configuration with a missing secret is refused', () => {
  const conf = aggregator({ kind: 'plaintext', sharedKeyFile: path.join(dir, 'missing') }, []);
  expect(dryRun({ conf, dir: temporaryFolder() })).toContain('No such file or directory');
});

test('a configuration with a missing variable is refused by name', () => {
  const conf = nodeAgent(PLAIN, 'containerd', HOST_AUTH.none);
  expect(dryRun({ conf, dir: temporaryFolder() })).toContain('K8S_NODE_NAME');
});
