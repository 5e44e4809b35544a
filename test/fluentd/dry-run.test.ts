import * as fs from 'node:fs';
import * as path from 'node:path';
import { renderAggregator } from '../../src/model/pipeline/aggregator-config';
import type { DestinationOutput } from '../../src/model/pipeline/aggregator-config';
import { DatadogDestination } from '../../src/constructs/destinations/datadog';
import { ElasticsearchDestination } from '../../src/constructs/destinations/elasticsearch';
import { HttpDestination } from '../../src/constructs/destinations/http';
import { LokiDestination } from '../../src/constructs/destinations/loki';
import { NewRelicDestination } from '../../src/constructs/destinations/new-relic';
import { OpenSearchDestination } from '../../src/constructs/destinations/opensearch';
import { SecretSource } from '../../src/constructs/destinations/secret-source';
import { SplunkHecDestination } from '../../src/constructs/destinations/splunk';
import { SumoLogicDestination } from '../../src/constructs/destinations/sumo-logic';
import { outputOf } from '../support/outputs';
import { renderAuditAgent, renderNodeAgent } from '../../src/model/pipeline/agent-config';
import type { AgentOptions, HostAuthSource, NodeAgentOptions } from '../../src/model/pipeline/agent-config';
import type { PodLogs } from '../../src/model/sources/containers';
import { FILE_FORMATS, applicationFile, plainFile } from '../../src/model/sources/file-formats';
import type { FileLogFormat } from '../../src/model/sources/file-formats';
import { POD_FORMATS } from '../../src/model/sources/pod-formats';
import type { PodLogFormat } from '../../src/model/sources/pod-formats';
import type { Transport } from '../../src/model/pipeline/forward-transport';
import { makeCertificates } from './support/certificates';
import { dryRun } from './support/fluentd';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';

const dir = temporaryFolder();
const certificates = makeCertificates(path.join(dir, 'certificates'));
const secretFile = path.join(dir, 'secret');
fs.writeFileSync(secretFile, 'not "so" secret #{x}\n');

const urlFile = path.join(dir, 'url');
fs.writeFileSync(urlFile, 'https://sumo.example.com/receiver/v1/http/not-so-secret\n');

afterAll(removeTemporaryFolders);

const TLS: Transport = { kind: 'tls', ...certificates };
const PLAIN: Transport = { kind: 'plaintext' };

const HOST_AUTH: Readonly<Record<HostAuthSource['kind'], HostAuthSource>> = {
  journal: { kind: 'journal', directories: [path.join(dir, 'journal')] },
  file: { kind: 'file', files: [path.join(dir, 'auth.log'), path.join(dir, 'secure')] },
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

const SERVICES = [
  outputOf(new SplunkHecDestination({ endpoint: 'https://splunk.example.com:8088', token: existing, index: 'main' }), {
    secrets: { token: secretFile },
    tls,
  }),
  outputOf(new LokiDestination({ endpoint: 'https://loki.example.com', structuredMetadata: { user: 'user.name' } })),
  outputOf(new DatadogDestination({ apiKey: existing }), { secrets }),
  outputOf(new NewRelicDestination({ licenseKey: existing }), { secrets: { 'license-key': secretFile } }),
  outputOf(new SumoLogicDestination({ sourceUrl: existing }), { secrets: { 'source-url': urlFile } }),
];

function agent(transport: Transport): AgentOptions {
  const aggregator = { host: 'localhost', port: 24224 };
  return { cluster: `it's "prod" #1`, aggregator, transport, stateDirectory: path.join(dir, 'state') };
}

function nodeAgent(
  transport: Transport,
  runtime: PodLogs['runtime'],
  hostAuth?: HostAuthSource,
  further: Partial<NodeAgentOptions> = {},
): string {
  return renderNodeAgent({
    ...agent(transport),
    pods: { runtime, podLogDirectory: path.join(dir, 'pods'), excludedNamespaces: ['siem'], containers: {} },
    ...(hostAuth !== undefined && { hostAuth }),
    ...further,
  });
}

/** Every source of the node, with every option. */
const EVERYTHING: Partial<NodeAgentOptions> = {
  pods: {
    runtime: 'containerd',
    podLogDirectory: path.join(dir, 'pods'),
    excludedNamespaces: ['siem'],
    containers: {
      namespaces: ['shop', 'team.a'],
      exclude: [{ namespaceName: 'shop', podNamePrefix: 'noisy-' }, { containerName: 'sidecar' }],
      multiline: [{ pods: { namespaceName: 'shop' }, firstLine: String.raw`^\d{4}-\d\d-\d\d ('|"|#)` }],
    },
    formats: Object.entries(POD_FORMATS).map(([format, { pods }]) => ({
      format: format as PodLogFormat,
      pods: [pods],
    })),
  },
  units: { directories: [path.join(dir, 'journal')], units: ['kubelet.service'], exceptPrograms: ['sshd'] },
  files: [
    ...Object.keys(FILE_FORMATS).map((format) =>
      applicationFile(format as FileLogFormat, path.join(dir, format, 'events.log')),
    ),
    plainFile(path.join(dir, 'app', '*.log'), 'security-event', { rotation: 'copied', isGlob: true }),
  ],
};

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
  { title: 'node agent: containerd, no host logins, TLS', conf: nodeAgent(TLS, 'containerd') },
  { title: 'node agent: Docker, journal, plain text', conf: nodeAgent(PLAIN, 'docker', HOST_AUTH.journal) },
  { title: 'node agent: Docker, file, TLS', conf: nodeAgent(TLS, 'docker', HOST_AUTH.file) },
  { title: 'node agent: Docker, no host logins, plain text', conf: nodeAgent(PLAIN, 'docker') },
  { title: 'node agent: every source, TLS', conf: nodeAgent(TLS, 'containerd', HOST_AUTH.journal, EVERYTHING) },
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
  { title: 'aggregator: services by HTTP, TLS', conf: aggregator(TLS, SERVICES) },
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
  const conf = nodeAgent(PLAIN, 'containerd');
  expect(dryRun({ conf, dir: temporaryFolder() })).toContain('K8S_NODE_NAME');
});
