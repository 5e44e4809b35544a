/** The packed package, installed into an app of its own. Needs a package registry: see setup.js. */
const unit = require('../../jest.config');

module.exports = {
  testEnvironment: 'node',
  rootDir: '../..',
  roots: ['<rootDir>/test/package'],
  testMatch: ['**/*.test.ts'],
  transform: unit.transform,
  globalSetup: '<rootDir>/test/package/setup.js',
  globalTeardown: '<rootDir>/test/package/teardown.js',
  testTimeout: 180_000,
};
