import { installFluentd } from '../install';

/** Exit code of a tier that cannot run on this machine, as `.ci/run` reads it. */
const CANNOT_RUN = 3;

async function setUp(): Promise<void> {
  const installation = await installFluentd();
  if (installation.kind === 'missing') {
    process.stdout.write(`fluentd tier: cannot run: ${installation.reason}\n`);
    process.exit(CANNOT_RUN);
  }
  process.env['SIEM_FLUENTD_HOME'] = installation.gemHome;
}

export = setUp;
