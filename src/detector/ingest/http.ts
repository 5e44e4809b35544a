/** The ingest endpoint for Fluentd's `out_http`: a chunk is answered 200 only when its alerts stand in the queue file. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CHUNK_ID_HEADER, INGEST_PATH } from '../../contract/detector-config';
import type { Intake, TakeOutcome } from '../intake';
import type { ProblemKind, Telemetry } from '../telemetry';
import { type BodyBudget, receiveBody } from './body';
import { type Handler, refuse, respond } from './listener';
import { linesOf } from './ndjson';

export interface IngestLimits {
  readonly recordBytes: number;
  readonly bodyBytes: number;
  readonly queuedRequests: number;
}

export interface IngestOptions {
  readonly intake: Intake;
  readonly telemetry: Telemetry;
  readonly budget: BodyBudget;
  /** As the settings say now. */
  readonly limits: () => IngestLimits;
}

const CONTENT_TYPE = 'application/x-ndjson';
const CHUNK_ID = /^[\w.:-]{1,128}$/;
const RETRY_AFTER = { 'retry-after': '1' };

interface Refusal {
  readonly status: number;
  readonly problem: ProblemKind;
  readonly reason: string;
  readonly sample?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function ingestHandler(options: IngestOptions): Handler {
  const { telemetry, limits } = options;
  let requests = 0;
  return async (request, response) => {
    const refusal = refusalOf(request) ?? (requests >= limits().queuedRequests ? TOO_MANY : undefined);
    if (refusal !== undefined) {
      refuseWith(response, refusal, telemetry);
      return;
    }
    requests += 1;
    try {
      await take(request, response, options);
    } finally {
      requests -= 1;
    }
  };
}

const TOO_MANY: Refusal = {
  status: 429,
  problem: 'requests-queued',
  reason: 'too many requests are waiting',
  headers: RETRY_AFTER,
};

/** Why the request is not one for this endpoint, read from its head alone. */
function refusalOf(request: IncomingMessage): Refusal | undefined {
  const { method = '', url = '', headers } = request;
  const path = url.split('?', 1)[0] ?? '';
  if (path !== INGEST_PATH) {
    return { status: 404, problem: 'unknown-path', reason: `there is only ${INGEST_PATH}`, sample: path };
  }
  if (method !== 'POST') {
    return { status: 405, problem: 'wrong-method', reason: 'use POST', sample: method, headers: { allow: 'POST' } };
  }
  const type = headers['content-type'] ?? '';
  if (type.split(';', 1)[0]?.trim().toLowerCase() !== CONTENT_TYPE) {
    return { status: 415, problem: 'wrong-content-type', reason: `content-type is not ${CONTENT_TYPE}`, sample: type };
  }
  if (!CHUNK_ID.test(chunkIdOf(request))) {
    const reason = `${CHUNK_ID_HEADER} is missing, or not 1 to 128 letters, digits and .:_-`;
    return { status: 400, problem: 'missing-chunk-id', reason, sample: chunkIdOf(request) };
  }
  return undefined;
}

async function take(request: IncomingMessage, response: ServerResponse, options: IngestOptions): Promise<void> {
  const { intake, telemetry, budget, limits } = options;
  const { bodyBytes, recordBytes } = limits();
  const received = await receiveBody(request, bodyBytes, budget);
  if (received.kind === 'gone') return;
  if (received.kind === 'refused') {
    refuseWith(response, received.status === 429 ? { ...received, headers: RETRY_AFTER } : received, telemetry);
    return;
  }
  const { body } = received;
  telemetry.metrics.ingestBytes.inc({ listener: 'ingest' }, body.bytes);
  try {
    answer(response, await intake.takeChunk(chunkIdOf(request), linesOf(body, recordBytes)));
  } finally {
    budget.release(body.bytes);
  }
}

function answer(response: ServerResponse, outcome: TakeOutcome): void {
  if (outcome.kind === 'unavailable') {
    refuse(response, 503, outcome.reason, RETRY_AFTER);
    return;
  }
  const text = JSON.stringify(outcome.kind === 'stored' ? { records: outcome.records } : { repeated: true });
  respond(response, 200, `${text}\n`, { 'content-type': 'application/json' });
}

function refuseWith(response: ServerResponse, refusal: Refusal, telemetry: Telemetry): void {
  telemetry.problem(refusal.problem, refusal.reason, refusal.sample);
  refuse(response, refusal.status, refusal.reason, refusal.headers);
}

function chunkIdOf(request: IncomingMessage): string {
  const value = request.headers[CHUNK_ID_HEADER];
  return typeof value === 'string' ? value : '';
}
