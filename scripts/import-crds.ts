/** Regenerates `imports/` from the CRD files that `cdk8s.yaml` lists. Works offline. */
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '..');

/** Writes the generated classes to a folder. */
export function importCrds(output: string): void {
  const command = path.join(ROOT, 'node_modules', '.bin', 'cdk8s');
  const result = spawnSync(command, ['import', '--output', output, '--language', 'typescript'], {
    cwd: ROOT,
    env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' },
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`cdk8s import failed: ${result.stderr}`);
}

if (require.main === module) importCrds(path.join(ROOT, 'imports'));
