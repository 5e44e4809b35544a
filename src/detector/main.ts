/** Entry of the detector process: reads the environment, starts the application, and turns signals into a clean stop. */
import { DETECTOR_PATHS } from '../contract/detector-config';

const directories = {
  settingsDir: process.env['SIEM_SETTINGS_DIR'] ?? DETECTOR_PATHS.settings,
  rulesDir: process.env['SIEM_RULES_DIR'] ?? DETECTOR_PATHS.rules,
  stateDir: process.env['SIEM_STATE_DIR'] ?? DETECTOR_PATHS.state,
};

process.stderr.write(`the detector cannot start from ${directories.settingsDir}: no application is built in\n`);
process.exit(1);
