/** Directories and clean-ups that last for one test. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

type CleanUp = () => unknown;

const cleanUps: CleanUp[] = [];

/** Runs after the test, last-in first-out. */
export function afterTest(cleanUp: CleanUp): void {
  cleanUps.push(cleanUp);
}

/** A directory of its own, removed after the test. */
export function scratch(): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'siem-detector-'));
  afterTest(() => {
    fs.rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

afterEach(async () => {
  for (let cleanUp = cleanUps.pop(); cleanUp !== undefined; cleanUp = cleanUps.pop()) await cleanUp();
});
