/** Destinations to the labels of the aggregator that ship to them. */
import { EmbeddedText, env } from '../fluentd/elements';
import type { FluentdElement } from '../fluentd/elements';
import { fileBuffer } from '../fluentd/buffer';
import { formatElements } from '../shipping/record-format';
import type { BufferNeeds, DestinationOutput, OutputBuffer, OutputPlace } from './output';

const GIB = 1024 * 1024 * 1024;

const IDENTIFIER = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

export interface PlaceOptions {
  readonly stateDirectory: string;
  /** Folder with a folder for each destination, in which its secrets and certificates are files. */
  readonly credentialDirectory: string;
  readonly overflow: 'pause' | 'drop-oldest';
}

/** Environment variable that holds a readable parameter. */
export function parameterVariable(id: string, parameter: string): string {
  return `SIEM_${id}_${parameter}`.replaceAll('-', '_').toUpperCase();
}

/** Label that receives the records of a destination. */
export function destinationLabel({ id }: Pick<DestinationOutput, 'id'>): string {
  return labelOf('DESTINATION', id);
}

/** The labels of a destination, each thing in them at its place. */
export function destinationElements(output: DestinationOutput, options: PlaceOptions): FluentdElement[] {
  const place = placeOf(output, options);
  const format = formatElements(output.format ?? 'raw');
  return output
    .elements(place)
    .map((one) => (one.argument === place.label ? { ...one, children: [...format, ...one.children] } : one));
}

function placeOf({ id, tls = {}, buffer = {} }: DestinationOutput, options: PlaceOptions): OutputPlace {
  const secretPath = (name: string): string => `${options.credentialDirectory}/${id}/${name}`;
  const outputId = `out_${id}`;
  return {
    id,
    outputId,
    label: labelOf('DESTINATION', id),
    deliveryLabel: labelOf('DELIVERY', id),
    tls,
    parameter: (name) => env(parameterVariable(id, name)),
    secret: (name, prefix) => new EmbeddedText([...(prefix === undefined ? [] : [prefix]), { file: secretPath(name) }]),
    secretPath,
    buffer: (needs = {}) => destinationBuffer(`${options.stateDirectory}/buffer/${outputId}`, options, buffer, needs),
  };
}

function labelOf(kind: 'DESTINATION' | 'DELIVERY', id: string): string {
  if (!IDENTIFIER.test(id)) {
    throw new Error(`'${id}' cannot name a destination; use lower-case letters, digits and dashes`);
  }
  return `@${kind}_${id.toUpperCase().replaceAll('-', '_')}`;
}

function destinationBuffer(
  path: string,
  { overflow }: PlaceOptions,
  asked: OutputBuffer,
  needs: BufferNeeds,
): FluentdElement {
  return fileBuffer({
    ...needs,
    path,
    totalBytes: asked.totalBytes ?? 2 * GIB,
    deliveryRecords: asked.deliveryRecords ?? needs.deliveryRecords ?? 1000,
    flushThreads: 2,
    ...(asked.flushSeconds !== undefined && { flushSeconds: asked.flushSeconds }),
    overflow,
    retrySeconds: 30,
    flushAtShutdown: true,
  });
}
