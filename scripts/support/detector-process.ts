/** Starts the real detector as a child process and talks to it over its listeners. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { CHUNK_ID_HEADER, INGEST_PATH } from '../../src/contract/detector-config';
import type { DetectorFiles } from './synthesized';

const READY_WITHIN_MS = 20_000;
const POLL_MS = 25;

export interface DetectorPorts {
  readonly ingest: number;
  readonly admin: number;
}

export class DetectorProcess {
  /** What the process wrote to its log so far. */
  public log = '';

  private constructor(
    private readonly child: ChildProcess,
    public readonly ports: DetectorPorts,
  ) {
    const keep = (chunk: Buffer): void => {
      this.log += chunk.toString('utf8');
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
  }

  /** Starts the program and waits until it is ready. */
  public static async start(files: DetectorFiles, ports: DetectorPorts): Promise<DetectorProcess> {
    const child = spawn(process.execPath, [files.program], {
      env: {
        PATH: process.env['PATH'],
        SIEM_RULES_DIR: files.rules,
        SIEM_SETTINGS_DIR: files.settings,
        SIEM_STATE_DIR: files.state,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const detector = new DetectorProcess(child, ports);
    await detector.untilReady();
    return detector;
  }

  /** Delivers one chunk of newline-delimited JSON, as Fluentd would; returns the status. */
  public async deliver(chunkId: string, lines: readonly string[]): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.ports.ingest}${INGEST_PATH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', [CHUNK_ID_HEADER]: chunkId },
      body: lines.map((line) => `${line}\n`).join(''),
    });
    await response.arrayBuffer();
    return response.status;
  }

  public async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.ports.admin}/metrics`)).text();
  }

  /** Ends the process with `signal` and returns its exit code; null where the signal ended it. */
  public async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit') as Promise<[number | null]>;
    this.child.kill(signal);
    return (await exited)[0];
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (Date.now() < deadline) {
      if (this.child.exitCode !== null) throw new Error(`the detector ended with ${this.child.exitCode}:\n${this.log}`);
      const ready = await fetch(`http://127.0.0.1:${this.ports.admin}/readyz`).catch(() => undefined);
      if (ready?.ok === true) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    await this.stop('SIGKILL');
    throw new Error(`the detector was not ready within ${READY_WITHIN_MS} ms:\n${this.log}`);
  }
}
