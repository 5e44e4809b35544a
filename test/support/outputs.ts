/** Destinations of the package as the aggregator gets them, with what stands outside of them put in place. */
import { Chart, Testing } from 'cdk8s';
import type { ISiemDestination } from '../../src/constructs/destinations/destination';
import { SiemConnection } from '../../src/constructs/destinations/siem-connection';
import type { DestinationOutput, OutputBuffer, OutputPlace, OutputTls } from '../../src/model/destinations/output';
import { EmbeddedText } from '../../src/model/fluentd/elements';

export interface OutputSurroundings {
  /** Paths of the files with the secrets. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly tls?: OutputTls;
  readonly buffer?: OutputBuffer;
}

/** The output of one destination; its parameters stand in the configuration as they were given. */
export function outputOf(destination: ISiemDestination, surroundings: OutputSurroundings = {}): DestinationOutput {
  const { secrets = {}, ...rest } = surroundings;
  const connection = new SiemConnection(new Chart(Testing.app(), 'test'), 'Connection', {
    destinations: [destination],
  });
  const [output] = connection._outputs();
  if (output === undefined) throw new Error('the connection has no output');
  const parameters = connection._checksumData();
  const local = (place: OutputPlace): OutputPlace => {
    const secretPath = (name: string): string => secrets[name] ?? place.secretPath(name);
    return {
      ...place,
      parameter: (name) => new EmbeddedText([parameters[`${output.id}.${name}`] ?? '']),
      secretPath,
      secret: (name, prefix = '') => new EmbeddedText([prefix, { file: secretPath(name) }]),
    };
  };
  return { ...output, ...rest, elements: (place) => output.elements(local(place)) };
}
