import { Chart, Testing } from 'cdk8s';
import type { ISiemDestination, SiemDestinationConfig } from '../../src/constructs/destinations/destination';
import { warningsBelow } from '../../src/constructs/private/warnings';
import { destinationElements } from '../../src/model/destinations/place';
import { renderConfig } from '../../src/model/fluentd/render';
import { readConfig } from '../model/support/fluentd-reader';
import type { ReadElement } from '../model/support/fluentd-reader';
import { outputOf } from './outputs';

/** What a destination puts into the aggregator's configuration, read back; its secrets lie below `/credentials`. */
export function destinationConfig(destination: ISiemDestination): ReadElement[] {
  const output = outputOf(destination);
  const place = { stateDirectory: '/state', credentialDirectory: '/credentials', overflow: 'pause' as const };
  return readConfig(renderConfig(destinationElements(output, place)));
}

/** A destination as a connection binds it, and what was warned of. */
export function bindDestination(destination: ISiemDestination): { config: SiemDestinationConfig; warnings: string[] } {
  const chart = new Chart(Testing.app(), 'test');
  const config = destination.bind(chart, {
    stackName: 'siem',
    namespaceName: 'siem',
    labels: {},
    annotations: {},
    allowPlaintextSecrets: false,
  });
  return { config, warnings: warningsBelow(chart) };
}
