import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs `work` while no other process does so under the same lock file; a lock whose owner is gone is taken over. */
export async function withLock<T>(file: string, work: () => T): Promise<T> {
  while (!tryLock(file)) {
    if (!isOwned(file)) fs.rmSync(file, { force: true });
    await sleep(500);
  }
  try {
    return work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isOwned(file: string): boolean {
  try {
    process.kill(Number(fs.readFileSync(file, 'utf8')), 0);
    return true;
  } catch (error) {
    // No such process, or the file went away in between. A process of another user is alive.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
