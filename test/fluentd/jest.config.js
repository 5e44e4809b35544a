const base = require('../../jest.config.js');

/** Real Fluentd: see CONTRIBUTING.md for what it needs. Exits with 3 where it cannot run. */
module.exports = {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/fluentd'],
  testPathIgnorePatterns: [],
  globalSetup: '<rootDir>/test/fluentd/support/global-setup.ts',
  testTimeout: 120_000,
};
