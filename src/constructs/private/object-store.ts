import type { IConstruct } from 'constructs';
import type { OutputPlace } from '../../model/destinations/output';
import type { FluentdElement } from '../../model/fluentd/elements';
import { fail } from './validate';

const MIB = 1024 * 1024;
const OBJECT_BYTES = 64 * MIB;
const DEFAULT_SECONDS = 300;
const LATE_SECONDS = 30;
/** Size and time bound an object, not the number of its records. */
const NO_LIMIT = 10_000_000;

/** What an object holds. */
export interface ObjectProps {
  readonly objectSeconds?: number;
}

/** Key of an object after its prefix; the chunk's name makes it unique, and the same when an upload is repeated. */
export function objectKey(extension: string): string {
  return `/dt=%Y-%m-%d/hour=%H/\${chunk_id}.json.${extension}`;
}

export function objectBuffer(place: OutputPlace, { objectSeconds = DEFAULT_SECONDS }: ObjectProps): FluentdElement {
  return place.buffer({
    chunkBytes: OBJECT_BYTES,
    deliveryRecords: NO_LIMIT,
    timekeySeconds: objectSeconds,
    timekeyWaitSeconds: LATE_SECONDS,
  });
}

export function checkBucket(at: IConstruct, bucket: string): void {
  if (!/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(bucket)) {
    fail(at, `'${bucket}' is not the name of a bucket`, 'use lower-case letters, digits, dashes and dots');
  }
}

/** A percent sign would be read as a part of a date. */
export function checkPrefix(at: IConstruct, prefix: string): void {
  if (!/^[\w.=-]+(\/[\w.=-]+)*$/.test(prefix) || prefix.length > 500) {
    fail(at, `'${prefix}' is not a prefix of keys`, "write it as 'siem/prod-eu', without a slash at its ends");
  }
}

export function checkObjects(at: IConstruct, { objectSeconds = DEFAULT_SECONDS }: ObjectProps): void {
  if (!Number.isInteger(objectSeconds) || objectSeconds < 60 || objectSeconds > 3600) {
    fail(at, `an object cannot hold ${objectSeconds} seconds`, 'give 60 to 3600 whole seconds');
  }
}
