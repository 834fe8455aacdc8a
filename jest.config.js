/**
 * Four projects: what needs nothing but Node, the integration suites on the embedded API and on a real control plane, and what
 * starts processes. Types are the compiler's business (`npm run typecheck`); here each file is only stripped of them.
 */
const SWC = require('./test/support/swc-options');

const EVERY_PROJECT = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', SWC] },
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  // Compiled copies of the same modules.
  modulePathIgnorePatterns: ['<rootDir>/lib/'],
};

module.exports = {
  projects: [
    {
      ...EVERY_PROJECT,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/test/integration/', '/test/e2e/'],
    },
    {
      ...EVERY_PROJECT,
      displayName: 'embedded',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/embedded-cluster/global-setup.ts',
      setupFiles: ['<rootDir>/test/support/embedded-cluster/suite-setup.ts'],
    },
    {
      ...EVERY_PROJECT,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
      globalSetup: '<rootDir>/test/integration/global-setup.ts',
    },
    { ...EVERY_PROJECT, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'] },
  ],
};
