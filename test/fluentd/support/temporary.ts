import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const made: string[] = [];

/** A new folder with a short name: sockets of Fluentd lie below it. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'siem-'));
  made.push(folder);
  return folder;
}

/** Removes the folders made so far; kept for a look when `SIEM_KEEP` is set. */
export function removeTemporaryFolders(): void {
  if (process.env['SIEM_KEEP'] !== undefined) return;
  for (const folder of made.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
}
