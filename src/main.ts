/** The reference app: `npm run synth` renders it into `dist/` and `node-config/`, where every change shows in review. */
import { App, Chart } from 'cdk8s';
import { HttpDestination, RulePack, SecretSource, SecurityMonitoring, writeHostFiles } from './index';

/** The stack of the README's first example. */
export function referenceStack(chart: Chart): SecurityMonitoring {
  return new SecurityMonitoring(chart, 'Siem', {
    clusterName: 'prod-eu',
    destinations: [
      new HttpDestination({
        endpoint: 'https://siem.example.com/api/logs',
        apiKey: SecretSource.existing({ secretName: 'siem-api' }),
      }),
    ],
    rules: [RulePack.fromFile(`${__dirname}/../rules/threat-detection-rules.yaml`)],
  });
}

if (require.main === module) {
  const app = new App();
  const stack = referenceStack(new Chart(app, 'siem'));
  app.synth();
  writeHostFiles(stack, 'node-config');
  for (const text of [...stack.notes, ...stack.warnings]) console.error(text);
}
