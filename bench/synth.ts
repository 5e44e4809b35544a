import { performance } from 'node:perf_hooks';
import * as path from 'node:path';
import { App, Chart, Testing } from 'cdk8s';
import { HttpDestination, RulePack, SecretSource, SecurityMonitoring } from '../src';
import { round3 } from './interleaved';

const RULES = path.join(__dirname, '..', 'rules', 'threat-detection-rules.yaml');

/** One app with so many clusters, a chart each; returns the bytes of its manifests. */
function synthesize(clusters: number): number {
  const app = clusters === 1 ? Testing.app() : new App({ outdir: Testing.app().outdir });
  for (let index = 0; index < clusters; index += 1) {
    const clusterName = `cluster-${index}`;
    new SecurityMonitoring(new Chart(app, clusterName), 'Siem', {
      clusterName,
      destinations: [
        new HttpDestination({
          endpoint: 'https://siem.example.com/api/logs',
          apiKey: SecretSource.existing({ secretName: 'siem-api' }),
        }),
      ],
      rules: [RulePack.fromFile(RULES)],
    });
  }
  return app.synthYaml().length;
}

function timedMs(work: () => number): { ms: number; bytes: number } {
  const start = performance.now();
  const bytes = work();
  return { ms: performance.now() - start, bytes };
}

/** Synth of the reference stack, and of 100 clusters in one app as a multiple of it. */
export function synth(): object[] {
  synthesize(1);
  const one = timedMs(() => synthesize(1));
  const hundred = timedMs(() => synthesize(100));
  return [
    { case: 'synth-one', ratio: 1, of: 'the reference stack, warm', ms: round3(one.ms), bytes: one.bytes },
    {
      case: 'synth-100-clusters',
      ratio: round3(hundred.ms / one.ms),
      of: '100 clusters in one app over one cluster',
      ms: round3(hundred.ms),
      bytes: hundred.bytes,
      aimMs: 10_000,
    },
  ];
}
