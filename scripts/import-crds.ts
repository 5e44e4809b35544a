/** Regenerates `imports/` from the CRD files that `cdk8s.yaml` lists. Works offline. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.join(__dirname, '..');
const output = process.argv[2] ?? path.join(root, 'imports');
const result = spawnSync('npx', ['cdk8s', 'import', '--output', output, '--language', 'typescript'], {
  cwd: root,
  env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' },
  stdio: ['ignore', 'inherit', 'inherit'],
});
process.exitCode = result.status ?? 1;
