import { destinationElements, parameterVariable } from '../../../src/model/destinations/place';
import type { DestinationOutput, OutputPlace } from '../../../src/model/destinations/output';
import { filter, label, match } from '../../../src/model/fluentd/elements';
import { renderConfig } from '../../../src/model/fluentd/render';
import { all, readConfig } from '../support/fluentd-reader';

const OPTIONS = { stateDirectory: '/state', credentialDirectory: '/credentials', overflow: 'drop-oldest' as const };

function elementsOf(output: Partial<DestinationOutput>, needs: Parameters<OutputPlace['buffer']>[0] = {}) {
  const elements = (place: OutputPlace) => [
    label(place.label, [filter({ '@type': 'grep' }), match({ '@type': 'relabel', '@label': place.deliveryLabel })]),
    label(place.deliveryLabel, [match({ '@type': 'null', '@id': place.outputId }, [place.buffer(needs)])]),
  ];
  return readConfig(renderConfig(destinationElements({ id: 'es-1', elements, ...output }, OPTIONS)));
}

const bufferOf = (...given: Parameters<typeof elementsOf>) =>
  all(elementsOf(...given), ({ name }) => name === 'buffer')[0];

test('a format comes before what the destination does itself, and once only', () => {
  const types = (format: 'raw' | 'ecs') =>
    elementsOf({ format }).map(({ argument, children }) => [argument, children.map(({ params }) => params['@type'])]);
  expect(types('raw')).toEqual([
    ['@DESTINATION_ES_1', ['grep', 'relabel']],
    ['@DELIVERY_ES_1', ['null']],
  ]);
  expect(types('ecs')).toEqual([
    ['@DESTINATION_ES_1', ['siem_map', 'grep', 'relabel']],
    ['@DELIVERY_ES_1', ['null']],
  ]);
});

test('what the user said of a delivery wins over what the destination needs', () => {
  const needs = { deliveryRecords: 500, flushSeconds: 10, chunkBytes: 1000 };
  expect(bufferOf({}, needs)?.params).toMatchObject({
    path: '/state/buffer/out_es-1',
    chunk_limit_records: '500',
    flush_interval: '10',
    chunk_limit_size: '1000',
    overflow_action: 'drop_oldest_chunk',
    retry_forever: 'true',
  });
  expect(bufferOf({ buffer: { deliveryRecords: 20, flushSeconds: 3 } }, needs)?.params).toMatchObject({
    chunk_limit_records: '20',
    flush_interval: '3',
  });
});

test('chunks of an object store are kept apart by time and leave when it is over', () => {
  const buffer = bufferOf({}, { byTag: true, timekeySeconds: 300, timekeyWaitSeconds: 60, chunkKeys: ['cluster'] });
  expect(buffer).toMatchObject({
    argument: 'tag,time,cluster',
    params: { flush_mode: 'lazy', timekey: '300', timekey_wait: '60', timekey_use_utc: 'true' },
  });
  expect(buffer?.params).not.toHaveProperty('flush_interval');
});

test('a parameter is a variable of the environment', () => {
  expect(parameterVariable('new-relic', 'license-key')).toBe('SIEM_NEW_RELIC_LICENSE_KEY');
});

test('a name that cannot name a label is refused', () => {
  expect(() => elementsOf({ id: 'Our SIEM' })).toThrow(
    "'Our SIEM' cannot name a destination; use lower-case letters, digits and dashes",
  );
});
