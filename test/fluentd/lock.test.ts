import * as fs from 'node:fs';
import * as path from 'node:path';
import { withLock } from './support/lock';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';

afterAll(removeTemporaryFolders);

/** No process has it: identifiers end far below. */
const GONE = '99999999';

test('two runs follow one another, and the lock is gone afterwards', async () => {
  const file = path.join(temporaryFolder(), 'lock');
  const seen: string[] = [];
  const run = (name: string) =>
    withLock(file, () => {
      seen.push(name, String(fs.existsSync(file)));
    });
  fs.writeFileSync(file, String(process.ppid));
  const waiting = run('second');
  seen.push('first');
  fs.rmSync(file);
  await waiting;
  expect(seen).toEqual(['first', 'second', 'true']);
  expect(fs.existsSync(file)).toBe(false);
});

test('the lock of a process that is gone is taken over', async () => {
  const file = path.join(temporaryFolder(), 'lock');
  fs.writeFileSync(file, GONE);
  expect(await withLock(file, () => 'done')).toBe('done');
});
