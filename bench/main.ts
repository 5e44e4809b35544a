/**
 * Prints one JSON line per case. Figures are ratios, measured side by side; absolute times are those of this machine.
 * `--fluentd` measures collection instead, which needs what the Fluentd tier needs.
 */
import { bundled } from './bundled';
import { collection } from './collection';
import { detectorStart } from './detector-start';
import { packageImport } from './package-import';
import { policyDecisions } from './policy-decisions';
import { synth } from './synth';

async function main(): Promise<void> {
  const print = (line: object): void => {
    console.log(JSON.stringify({ ...line, node: process.version }));
  };
  if (process.argv.includes('--fluentd')) {
    print(await collection());
    return;
  }
  const { detection, detectionPerRule } = await bundled<typeof import('./detection')>('detection.ts');
  print(detection('detection-metadata', 0));
  print(detection('detection-with-bodies', 1));
  print(detectionPerRule('detection-200-rules', 200));
  print(policyDecisions());
  print(packageImport());
  for (const line of synth()) print(line);
  print(await detectorStart());
}

void main();
