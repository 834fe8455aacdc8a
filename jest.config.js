/**
 * What needs nothing but Node, the integration suites on the embedded API and on a real control plane, and what starts
 * processes. Crashes at every point take as long as all else on the embedded API, and are a project of their own there. Types are the compiler's business (`npm run typecheck`); here each file is only stripped of them.
 */
const SWC = require('./test/support/swc-options');

const ES_MODULES = [
  'openid-client',
  'oauth4webapi',
  'jose',
  '@keycloak/keycloak-admin-client',
  'camelize-ts',
  'url-template',
].join('|');

const EVERY_PROJECT = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': ['@swc/jest', SWC],
    // Packages that are ES modules only, which Node's require loads and Jest's doesn't.
    [`/node_modules/(${ES_MODULES})/.+\\.js$`]: ['@swc/jest', SWC],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${ES_MODULES})/)`],
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  // Compiled copies of the same modules.
  modulePathIgnorePatterns: ['<rootDir>/lib/'],
};

const ON_EMBEDDED_API = {
  ...EVERY_PROJECT,
  globalSetup: '<rootDir>/test/support/embedded-cluster/global-setup.ts',
  setupFiles: ['<rootDir>/test/support/embedded-cluster/suite-setup.ts'],
};

/** The ends of paths; the same as patterns and as globs. */
const CRASHES = ['crash-points.test.ts', 'quota-crash-points.test.ts'].map((name) => `/test/integration/${name}`);

module.exports = {
  projects: [
    {
      ...EVERY_PROJECT,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '/test/integration/',
        '/test/e2e/',
        '/test/node/',
        '/test/idle/',
        '/test/keycloak/',
        '/test/proxy/',
        '/test/rights/rights.test.ts',
        '/test/manifests/',
      ],
    },
    {
      ...ON_EMBEDDED_API,
      displayName: 'embedded',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...CRASHES],
    },
    { ...ON_EMBEDDED_API, displayName: 'embedded-crashes', testMatch: CRASHES.map((path) => `<rootDir>${path}`) },
    {
      ...EVERY_PROJECT,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
      // The same crashes as on the embedded API, at ten times the price.
      testPathIgnorePatterns: ['/node_modules/', '/test/integration/quota-crash-points.test.ts'],
      globalSetup: '<rootDir>/test/integration/global-setup.ts',
    },
    // A real Envoy, on loopback.
    { ...EVERY_PROJECT, displayName: 'proxy', testMatch: ['<rootDir>/test/proxy/**/*.test.ts'] },
    { ...EVERY_PROJECT, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'] },
    {
      ...EVERY_PROJECT,
      displayName: 'rights',
      testMatch: ['<rootDir>/test/rights/rights.test.ts'],
      globalSetup: '<rootDir>/test/rights/global-setup.ts',
    },
    {
      ...EVERY_PROJECT,
      displayName: 'manifests',
      testMatch: ['<rootDir>/test/manifests/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/control-plane-setup.ts',
    },
    {
      ...EVERY_PROJECT,
      displayName: 'node',
      testMatch: ['<rootDir>/test/node/**/*.test.ts'],
      globalSetup: '<rootDir>/test/node/global-setup.ts',
    },
    // Ten minutes in which nothing is done.
    {
      ...EVERY_PROJECT,
      displayName: 'idle',
      testMatch: ['<rootDir>/test/idle/**/*.test.ts'],
      globalSetup: '<rootDir>/test/node/global-setup.ts',
    },
    // A real Keycloak, on loopback.
    { ...EVERY_PROJECT, displayName: 'keycloak', testMatch: ['<rootDir>/test/keycloak/**/*.test.ts'] },
  ],
};
