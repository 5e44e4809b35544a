import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { performance } from 'node:perf_hooks';
import { DetectorProcess } from '../scripts/support/detector-process';
import { freePort } from '../scripts/support/free-port';
import { localSettings, readManifests, unpackDetector } from '../scripts/support/synthesized';
import { median, round3 } from './interleaved';

const ROUNDS = 5;

/** Start of the synthesized detector until it says it is ready, over the start of Node with an empty program. */
export async function detectorStart(): Promise<object> {
  const manifests = readManifests(path.join(__dirname, '..', 'dist'));
  const starts: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'siem-bench-'));
    const ports = { ingest: await freePort(), admin: await freePort() };
    const files = unpackDetector(manifests, directory, (settings) => localSettings(settings, { ports, webhooks: [] }));
    let from = performance.now();
    const detector = await DetectorProcess.start(files, ports);
    starts.push(performance.now() - from);
    await detector.stop();
    from = performance.now();
    execFileSync(process.execPath, ['-e', '']);
    empty.push(performance.now() - from);
    fs.rmSync(directory, { recursive: true });
  }
  return {
    case: 'detector-start',
    ratio: round3(median(starts) / median(empty)),
    of: 'detector start to ready over an empty Node program',
    ms: round3(median(starts)),
    emptyMs: round3(median(empty)),
  };
}
