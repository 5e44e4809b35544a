/** Destinations behind TLS: verified, and with a client certificate where one is asked for. */
import { ElasticsearchDestination } from '../../src/constructs/destinations/elasticsearch';
import { HttpDestination } from '../../src/constructs/destinations/http';
import { OpenSearchDestination } from '../../src/constructs/destinations/opensearch';
import { outputOf } from '../support/outputs';
import { stopFluentds } from './support/fluentd';
import { startReceiver } from './support/receiver';
import { startSearchServer } from './support/search-server';
import { makeStack } from './support/stack';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

afterEach(stopFluentds);
afterAll(removeTemporaryFolders);

test('a destination whose certificate can be verified gets the alert, one whose certificate cannot gets nothing', async () => {
  const stack = await makeStack(temporaryFolder());
  const { certificates, ports } = stack;
  const tls = {
    caFile: certificates.caFile,
    clientCertificateFile: certificates.certificateFile,
    clientKeyFile: certificates.keyFile,
  };
  const siem = await startReceiver(0, certificates);
  const untrusted = await startReceiver(0, certificates);
  const elastic = await startSearchServer('elasticsearch', certificates);
  const open = await startSearchServer('opensearch', certificates);
  const servers = [siem, untrusted, elastic.receiver, open.receiver];
  try {
    const { clientCertificateFile, clientKeyFile } = tls;
    const withoutCa = { clientCertificateFile, clientKeyFile };
    const destinations = [
      outputOf(new HttpDestination({ endpoint: siem.url }), { tls }),
      outputOf(new HttpDestination({ destinationName: 'untrusted', endpoint: untrusted.url }), { tls: withoutCa }),
      outputOf(new ElasticsearchDestination({ hosts: [elastic.receiver.url] }), { tls }),
      outputOf(new OpenSearchDestination({ hosts: [open.receiver.url] }), { tls }),
    ];
    const aggregator = await stack.startAggregator(destinations);
    const alert = { id: 'a1', lastTime: '2026-03-01T10:00:05Z' };
    await fetch(`http://127.0.0.1:${ports.alerts}/siem.alert`, { method: 'POST', body: JSON.stringify(alert) });
    await waitFor('the alert at the SIEM', () => siem.records().length === 1);
    await waitFor('the alert in Elasticsearch', () => elastic.documents.size === 1);
    await waitFor('the alert in OpenSearch', () => open.documents.size === 1);
    await waitFor('the refusal', () => /out_untrusted.*certificate verify failed/.test(aggregator.log()));
    expect(untrusted.requests).toEqual([]);
  } finally {
    await stopFluentds();
    await Promise.all(servers.map((server) => server.close()));
  }
});
