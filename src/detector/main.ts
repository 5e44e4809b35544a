/** Entry of the detector process: reads the environment, starts the application, and turns signals into a clean stop. */
import { DETECTOR_PATHS } from '../contract/detector-config';
import { ConfigurationError, type Detector, startDetector } from './app';

/** Errors of a connection whose other end is gone; every connection is guarded, so this is the last resort. */
const SOCKET_ERRORS: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

async function main(): Promise<void> {
  // Nobody reads the log any more; detection goes on.
  process.stdout.on('error', () => undefined);
  const detector = await startDetector({
    settingsDir: process.env['SIEM_SETTINGS_DIR'] ?? DETECTOR_PATHS.settings,
    rulesDir: process.env['SIEM_RULES_DIR'] ?? DETECTOR_PATHS.rules,
    stateDir: process.env['SIEM_STATE_DIR'] ?? DETECTOR_PATHS.state,
  });
  process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
    detector.telemetry.log.fatal({ error }, 'uncaught error');
    if (!SOCKET_ERRORS.has(error.code ?? '')) process.exit(1);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(detector));
}

let isStopping = false;

/** A second signal does not wait. */
async function stop(detector: Detector): Promise<void> {
  if (isStopping) process.exit(1);
  isStopping = true;
  await detector.stop();
  process.exit(0);
}

main().catch((error: unknown) => {
  const text = error instanceof ConfigurationError || !(error instanceof Error) ? String(error) : error.stack;
  process.stderr.write(`the detector cannot start: ${text ?? 'unknown error'}\n`);
  process.exit(1);
});
