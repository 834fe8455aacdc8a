/**
 * Three projects: what needs nothing but Node, what needs a cluster, and what starts processes. Types are the compiler's
 * business (`npm run typecheck`); here each file is only stripped of them.
 */
const SWC = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

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
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
      globalSetup: '<rootDir>/test/integration/global-setup.ts',
    },
    { ...EVERY_PROJECT, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'] },
  ],
};
