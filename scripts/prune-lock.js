/**
 * Takes out of package-lock.json what only an accidental optional dependency of cdk8s and cdk8s-plus-27 needs (more than
 * a hundred packages, one with an install script). Run it after every `npm install` that changes the lock file; a test
 * checks the result.
 */
const fs = require('node:fs');
const path = require('node:path');

/** Released into the run-time manifests of both packages by mistake; nothing in them loads it. */
const UNWANTED = 'backport';

/** The lock path that `name` resolves to for the package at `from`, as Node would find it. */
function resolve(packages, from, name) {
  let base = from;
  for (;;) {
    const candidate = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`;
    if (packages[candidate] !== undefined) return candidate;
    if (base === '') return undefined;
    const cut = base.lastIndexOf('/node_modules/');
    base = cut === -1 ? '' : base.slice(0, cut);
  }
}

/** Every lock path that the root package needs. */
function reachable(packages) {
  const seen = new Set();
  const queue = [''];
  while (queue.length > 0) {
    const from = queue.pop();
    if (from === undefined || seen.has(from)) continue;
    seen.add(from);
    const entry = packages[from];
    const names = [
      'dependencies',
      'optionalDependencies',
      'peerDependencies',
      ...(from === '' ? ['devDependencies'] : []),
    ];
    for (const name of names.flatMap((kind) => Object.keys(entry[kind] ?? {})))
      queue.push(resolve(packages, from, name));
  }
  return seen;
}

function prune(lock) {
  for (const entry of Object.values(lock.packages)) {
    if (entry.optionalDependencies?.[UNWANTED] === undefined) continue;
    delete entry.optionalDependencies[UNWANTED];
    if (Object.keys(entry.optionalDependencies).length === 0) delete entry.optionalDependencies;
  }
  const keep = reachable(lock.packages);
  const gone = Object.keys(lock.packages).filter((entry) => !keep.has(entry));
  for (const entry of gone) delete lock.packages[entry];
  // Where a package was downloaded from is the business of the machine that installs it.
  for (const entry of Object.values(lock.packages)) delete entry.resolved;
  return gone;
}

if (require.main === module) {
  const file = path.join(__dirname, '..', 'package-lock.json');
  const lock = JSON.parse(fs.readFileSync(file, 'utf8'));
  const gone = prune(lock);
  fs.writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${gone.length} packages taken out of the lock file`);
}

module.exports = { prune, UNWANTED };
