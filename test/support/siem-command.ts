import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { buildSync } from 'esbuild';

export interface SiemRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The `siem` command as a process of its own, built from the sources, in a working directory of its own. */
export class SiemCommand {
  public readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'siem-cli-'));
  private readonly program = path.join(this.directory, 'siem.cjs');

  public constructor() {
    buildSync({
      entryPoints: [path.join(__dirname, '..', '..', 'src', 'cli', 'main.ts')],
      outfile: this.program,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      logLevel: 'error',
    });
  }

  /** Writes a file into the working directory and returns its name. */
  public file(name: string, content: string | Buffer): string {
    const file = path.join(this.directory, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    return name;
  }

  public run(args: readonly string[], input = ''): SiemRun {
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.program, ...args], {
      cwd: this.directory,
      input,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], NO_COLOR: '1' },
    });
    return { code: status, stdout, stderr };
  }

  /** The same while this process goes on, so that the command can talk to it. */
  public async runBeside(args: readonly string[]): Promise<SiemRun> {
    const child = spawn(process.execPath, [this.program, ...args], {
      env: { PATH: process.env['PATH'], NO_COLOR: '1' },
    });
    const [stdout, stderr, [code]] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { code, stdout, stderr };
  }

  public remove(): void {
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}
