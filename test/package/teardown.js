const fs = require('node:fs');

module.exports = function teardown() {
  fs.rmSync(process.env.SIEM_PACKAGE_APP, { recursive: true, force: true });
};
