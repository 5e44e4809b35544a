import { OpenSearchDestination } from '../../../src/constructs/destinations/opensearch';
import { SecretSource } from '../../../src/constructs/destinations/secret-source';
import { bindDestination } from '../../support/destinations';

test('hosts, indices and user are readable, the password is a reference', () => {
  const destination = new OpenSearchDestination({
    hosts: ['https://os.example.com'],
    indexPrefix: 'audit',
    username: 'shipper',
    password: SecretSource.existing({ secretName: 'search', key: 'pass' }),
    tls: { caConfigMapName: 'search-ca' },
  });
  expect(bindDestination(destination).config).toMatchObject({
    destinationName: 'opensearch',
    requiredGems: ['fluent-plugin-opensearch'],
    parameters: { hosts: 'https://os.example.com', 'index-prefix': 'audit', username: 'shipper' },
    secrets: { password: { secretName: 'search', key: 'pass' } },
    tls: { caConfigMapName: 'search-ca' },
    ports: [443],
  });
});
