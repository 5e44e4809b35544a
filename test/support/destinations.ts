import { Chart, Testing } from 'cdk8s';
import type { ISiemDestination, SiemDestinationConfig } from '../../src/constructs/destinations/destination';
import { warningsBelow } from '../../src/constructs/private/warnings';

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
