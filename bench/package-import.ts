import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import { median, round3 } from './interleaved';

const ROOT = path.join(__dirname, '..');
const PEERS = "require('cdk8s');require('cdk8s-plus-27');";
const ROUNDS = 9;

/** A new process that loads modules and prints how long that took, in milliseconds. */
function loadMs(statements: string): number {
  const script = `const t=process.hrtime.bigint();${statements}console.log(Number(process.hrtime.bigint()-t)/1e6)`;
  return Number(execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' }));
}

/** Importing the package over importing cdk8s and cdk8s-plus-27, which every user of it has loaded anyway. */
export function packageImport(): object {
  const ours = `${PEERS}require(${JSON.stringify(path.join(ROOT, 'lib', 'src', 'index.js'))});`;
  const pairs = Array.from({ length: ROUNDS }, () => ({ peers: loadMs(PEERS), all: loadMs(ours) }));
  return {
    case: 'import',
    ratio: round3(median(pairs.map(({ peers, all }) => all / peers))),
    of: 'import of the package with its peers over the peers alone',
    peersMs: round3(median(pairs.map(({ peers }) => peers))),
    moreMs: round3(median(pairs.map(({ peers, all }) => all - peers))),
    aimMoreMs: 60,
  };
}
