/** Unit, golden, property and architecture tests. The slower tiers have configurations of their own below test/. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // jest leaves one core free, which of two is half; tests that write through to a disk take their time on a busy one.
  maxWorkers: '100%',
  testTimeout: 20_000,
  testPathIgnorePatterns: ['<rootDir>/test/fluentd/', '<rootDir>/test/package/', '<rootDir>/test/cluster/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' }, keepClassNames: true },
        module: { type: 'commonjs' },
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/lib/', '<rootDir>/packages/'],
};
