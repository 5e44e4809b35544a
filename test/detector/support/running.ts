/** A whole detector inside the test: real files, real sockets, ports of its own. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  CHUNK_ID_HEADER,
  DEFAULT_SETTINGS,
  type DetectorSettings,
  INGEST_PATH,
  SETTINGS_FILE,
} from '../../../src/contract/detector-config';
import { type Detector, type DetectorOptions, startDetector } from '../../../src/detector/app';
import { GUIDE_RULES } from '../../support/guide-rules';
import { afterTest, scratch } from './scratch';

/** The rules that it runs with, unless a test gives others. */
export const RULES = `lists:\n  authorized_users: [alice@example.com, bob@example.com]\n${GUIDE_RULES}`;

export interface Files {
  readonly settingsDir: string;
  readonly rulesDir: string;
  readonly stateDir: string;
}

export function filesOf(settings: Partial<DetectorSettings> = {}, rules = RULES): Files {
  const root = scratch();
  const [settingsDir, rulesDir, stateDir] = ['settings', 'rules', 'state'].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const directory of [settingsDir, rulesDir, stateDir]) fs.mkdirSync(directory);
  const files = { settingsDir, rulesDir, stateDir };
  fs.writeFileSync(path.join(rulesDir, 'rules.yaml'), rules);
  writeSettings(files, settings);
  return files;
}

export function writeSettings({ settingsDir }: Files, change: Partial<DetectorSettings>): void {
  const local = { host: '127.0.0.1', port: 0 };
  const settings = { ...DEFAULT_SETTINGS, listeners: { ingest: local, admin: local }, ...change };
  fs.writeFileSync(path.join(settingsDir, SETTINGS_FILE), JSON.stringify(settings, null, 2));
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export class Running {
  private constructor(
    public readonly detector: Detector,
    public readonly files: Files,
    private readonly lines: readonly string[],
  ) {}

  public static async start(
    change: Partial<DetectorSettings> = {},
    options: Partial<DetectorOptions> = {},
  ): Promise<Running> {
    return Running.startOn(filesOf(change), options);
  }

  public static async startOn(files: Files, options: Partial<DetectorOptions> = {}): Promise<Running> {
    const lines: string[] = [];
    const log = { write: (line: string) => lines.push(line) };
    const timing = { settleMs: 20, pollMs: 100, backoffMs: 20, drainMs: 500, flushMs: 200, ...options.timing };
    const detector = await startDetector({ ...files, log, ...options, timing });
    afterTest(() => detector.stop());
    return new Running(detector, files, lines);
  }

  /** Log lines so far, decoded. */
  public get log(): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Log lines with this message. */
  public logged(message: string): Record<string, unknown>[] {
    return this.log.filter((line) => line['message'] === message);
  }

  public problems(kind: string): Record<string, unknown>[] {
    return this.log.filter((line) => line['kind'] === kind);
  }

  public async deliver(
    chunkId: string,
    body: string | Uint8Array | readonly string[],
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const bytes = Array.isArray(body) ? body.map((line) => `${String(line)}\n`).join('') : (body as string | Buffer);
    const response = await fetch(`http://127.0.0.1:${this.detector.ports.ingest}${INGEST_PATH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', [CHUNK_ID_HEADER]: chunkId, ...headers },
      body: bytes,
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  public async admin(page: string): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${this.detector.ports.admin}${page}`);
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  /** Value of one line of `/metrics`; 0 where it is not there yet. */
  public async metric(name: string): Promise<number> {
    const { text } = await this.admin('/metrics');
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1) ?? 0);
  }

  public async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 4_000;
    while (!(await condition())) {
      if (Date.now() > deadline)
        throw new Error(`waited in vain; the log ends with\n${this.lines.join('').slice(-2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
