/** One row of the field catalogue. */
import type { EventSource, Trust } from '../contract/event';

export type FieldType = 'string' | 'number' | 'boolean' | 'string-list' | 'any';

/** Audit levels that record something, lowest first. */
export type RecordedLevel = 'Metadata' | 'Request' | 'RequestResponse';

export type RecordedStage = 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete';

export interface FieldSpec {
  /** As a rule writes it. */
  readonly path: string;
  readonly type: FieldType;
  readonly meaning: string;
  /** Sources whose events can have it. */
  readonly sources: readonly EventSource[];
  /** Lowest audit level that records it; absent where the API server's audit log does not set it. */
  readonly level?: RecordedLevel;
  /** First stage of a request that carries it; absent where the API server's audit log does not set it. */
  readonly stage?: RecordedStage;
  readonly trust: Trust;
  /** The only values it can have. */
  readonly values?: readonly string[];
}

/** `open` fields have members of their own: `keys` any one name below, `tree` anything at any depth. */
export interface Entry extends FieldSpec {
  readonly segments: readonly string[];
  readonly open?: 'keys' | 'tree';
}

export type Details = Partial<Omit<Entry, 'path' | 'type' | 'meaning' | 'segments'>>;

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** A path as a rule writes it: `audit.annotations["authorization.k8s.io/decision"]`. */
export function formatPath(segments: readonly string[]): string {
  return segments
    .map((segment, i) => {
      if (IDENTIFIER.test(segment)) return i === 0 ? segment : `.${segment}`;
      return `[${JSON.stringify(segment)}]`;
    })
    .join('');
}

export function entry(path: string | readonly string[], type: FieldType, meaning: string, details: Details): Entry {
  const segments = typeof path === 'string' ? path.split('.') : path;
  return {
    sources: ['kubernetes-audit'],
    trust: 'server',
    ...details,
    path: formatPath(segments),
    segments,
    type,
    meaning,
  };
}
