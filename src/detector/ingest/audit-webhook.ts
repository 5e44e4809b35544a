/**
 * The API server's audit webhook, over TLS with client certificates only. It is answered before anything is durable,
 * because a slow receiver fills the API server's memory: what is queued here when the process is killed is lost, and the
 * audit file that the agents read remains the way that loses nothing.
 */
import type { Json } from '../../contract/event';
import type { Intake } from '../intake';
import type { Telemetry } from '../telemetry';
import { type BodyBudget, type Body, receiveBody, unpacked } from './body';
import { type Handler, refuse, respond } from './listener';

const AUDIT_WEBHOOK_PATH = '/k8s-audit';

export interface AuditWebhookOptions {
  readonly intake: Intake;
  readonly telemetry: Telemetry;
  readonly budget: BodyBudget;
  readonly limits: () => { readonly bodyBytes: number; readonly queuedRequests: number };
  /** Pause before a batch that the queue file refused is tried again. */
  readonly retryMs: number;
}

const RETRY_AFTER = { 'retry-after': '1' };

/** Batches that are answered and wait for the engine, first come first served. */
export class AuditWebhook {
  private readonly waiting: Body[] = [];
  private worker: Promise<void> | undefined;
  private isStopping = false;

  public constructor(private readonly options: AuditWebhookOptions) {}

  public readonly handler: Handler = async (request, response) => {
    const { telemetry, budget, limits } = this.options;
    const path = (request.url ?? '').split('?', 1)[0];
    if (path !== AUDIT_WEBHOOK_PATH) {
      telemetry.problem('unknown-path', `there is only ${AUDIT_WEBHOOK_PATH}`, path);
      refuse(response, 404, `there is only ${AUDIT_WEBHOOK_PATH}`);
    } else if (request.method !== 'POST') {
      telemetry.problem('wrong-method', 'use POST', request.method);
      refuse(response, 405, 'use POST', { allow: 'POST' });
    } else if (this.waiting.length >= limits().queuedRequests) {
      telemetry.problem('requests-queued', 'too many batches are waiting');
      refuse(response, 429, 'too many batches are waiting', RETRY_AFTER);
    } else {
      const received = await receiveBody(request, limits().bodyBytes, budget);
      if (received.kind === 'gone') return;
      if (received.kind === 'refused') {
        telemetry.problem(received.problem, received.reason);
        refuse(response, received.status, received.reason, received.status === 429 ? RETRY_AFTER : {});
        return;
      }
      telemetry.metrics.ingestBytes.inc({ listener: 'audit-webhook' }, received.body.bytes);
      this.enqueue(received.body);
      respond(response, 200, '');
    }
  };

  /** Resolves when every batch that was answered is durable, or the queue file refuses it at the end. */
  public async drain(): Promise<void> {
    this.isStopping = true;
    await this.worker;
  }

  private enqueue(body: Body): void {
    this.waiting.push(body);
    this.worker ??= this.work().finally(() => {
      this.worker = undefined;
    });
  }

  private async work(): Promise<void> {
    const { telemetry, budget } = this.options;
    for (let body = this.waiting[0]; body !== undefined; body = this.waiting[0]) {
      try {
        await this.take(body);
      } catch (error) {
        telemetry.problem('webhook-body', 'no JSON, or failed on the way', undefined, error);
      }
      this.waiting.shift();
      budget.release(body.bytes);
    }
  }

  private async take(body: Body): Promise<void> {
    const { intake, retryMs, telemetry } = this.options;
    const parts: Buffer[] = [];
    for await (const part of unpacked(body)) parts.push(part);
    const text = Buffer.concat(parts).toString('utf8');
    const value = parsed(text);
    if (value === undefined) {
      telemetry.problem('webhook-body', 'not JSON', text);
      return;
    }
    while ((await intake.takeValue(value)).kind === 'unavailable' && !this.isStopping) {
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
