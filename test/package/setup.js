/**
 * Packs the package and installs it into a new app that is laid out like `cdk8s init typescript-app`. Where no package
 * registry answers, this says so and ends with exit code 3: the tier cannot run, which is not the same as passing.
 */
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const ROOT = path.join(__dirname, '..', '..');
const TEMPLATE = path.join(__dirname, 'app');
const INSTALL_OPTIONS = [
  ...['--prefer-offline', '--omit=optional', '--no-audit', '--no-fund'],
  // What went wrong is read from its messages, also below a silent `npm run`.
  ...['--loglevel=error', '--fetch-retries=1', '--fetch-retry-mintimeout=2000'],
];

module.exports = function setup() {
  for (const built of ['.jsii', 'lib/src/index.js', 'assets/detector.cjs.gz']) {
    if (!fs.existsSync(path.join(ROOT, built))) throw new Error(`${built} is missing: run \`npm run build\``);
  }
  const app = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-siem-app-'));
  process.env.SIEM_PACKAGE_APP = app;
  try {
    install(app);
  } catch (error) {
    fs.rmSync(app, { recursive: true, force: true });
    if (registryAnswers()) throw error;
    console.error('the package tier cannot run: no package registry answers');
    process.exit(3);
  }
};

function install(app) {
  for (const file of fs.readdirSync(TEMPLATE)) {
    // A `.txt` keeps the app's sources out of this repository's own compile.
    fs.copyFileSync(path.join(TEMPLATE, file), path.join(app, file.replace(/\.txt$/, '')));
  }
  const pack = npm(ROOT, ['pack', '--ignore-scripts', '--silent', '--pack-destination', app]).trim().split('\n').pop();
  npm(app, ['install', ...INSTALL_OPTIONS, `./${pack}`]);
}

/** Asked only after an install failed: npm reports a registry that does not answer as many other things. */
function registryAnswers() {
  try {
    npm(ROOT, ['view', 'cdk8s', 'version', '--prefer-online', '--fetch-retries=0']);
    return true;
  } catch {
    return false;
  }
}

function npm(cwd, args) {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
