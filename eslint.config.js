/**
 * What needs types or a syntax tree to be seen; Biome sees to format and imports, dependency-cruiser to layers, knip to what
 * is unused, the compiler to the rest. There are no warnings: a rule is an error, or off with its reason beside it.
 */
const { builtinModules } = require('node:module');
const tseslint = require('typescript-eslint');

/** The same input gives the same bytes here: nothing may look at a clock, chance, the environment, files or the network. */
const PURE = [
  'src/api/**',
  'src/plan/**',
  'src/access/**',
  'src/model/**',
  'src/schema/**',
  'src/dialects/**',
  'src/synth/**',
  'constructs/**',
];

/** Files in which reads happen that may leave a plan by themselves. */
const PLANNERS = ['constructs/**/plan.ts', 'constructs/**/front-end.ts', 'src/dialects/**'];

const EVERYWHERE_SYNTAX = [
  { selector: 'ExportAllDeclaration', message: 'Name what is exported: with `export *` nobody sees the API grow.' },
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Export by name: a default has another name in every file that imports it.',
  },
  { selector: 'TSEnumDeclaration', message: 'Use a union of string literals: it is what the API holds.' },
];

const PURE_SYNTAX = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Ask the lookup’s clock: a plan’s time is recorded, so that it is woken again.',
  },
  {
    selector: "CallExpression[callee.name='Date']",
    message: 'Ask the lookup’s clock: a plan’s time is recorded, so that it is woken again.',
  },
  {
    selector: 'MemberExpression[property.name=/^(localeCompare|toLocale\\w+)$/]',
    message: 'The result depends on the locale of the machine: compare with < and >, format by hand.',
  },
];

const PLANNER_SYNTAX = [
  {
    selector: 'TryStatement',
    message:
      'A PlanInterruption thrown by a read must pass; catch nothing here. Parse what may fail in a file of its own.',
  },
];

const TEST_SYNTAX = [
  {
    selector: 'CallExpression[callee.name=/^(setTimeout|setInterval|sleep|delay)$/]',
    message: 'Turn the fake clock, or wait on a condition with test/support.',
  },
  {
    selector: 'MemberExpression[object.name=/^(describe|it|test)$/][property.name=/^(only|skip|todo)$/]',
    message: 'Run every test, or take it out.',
  },
  {
    selector: 'CallExpression[callee.name=/^(fit|fdescribe|xit|xtest|xdescribe)$/]',
    message: 'Run every test, or take it out.',
  },
];

const IMPURE_GLOBALS = [
  'process',
  'fetch',
  'performance',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'require',
  '__dirname',
  '__filename',
].map((name) => ({ name, message: 'This room is pure: take the value as an argument, or ask the lookup.' }));

const IMPURE_MODULES = builtinModules
  .filter((name) => !name.startsWith('_') && !name.startsWith('node:') && name !== 'crypto')
  .flatMap((name) => [name, `node:${name}`])
  .map((name) => ({ name, message: 'This room is pure: no I/O of Node’s.' }));

module.exports = tseslint.config(
  { ignores: ['lib/', 'dist/', 'coverage/', 'imports/', 'node_modules/'] },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...EVERYWHERE_SYNTAX],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/max-params': ['error', { max: 4 }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', caughtErrors: 'all', ignoreRestSiblings: true },
      ],

      // A number in a message is what is meant; `any` and objects stay refused.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => list.push(x)` reads better than a block around it.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // Off: a port’s method is async because the port says so, also where one implementation has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // Off: a caller that knows an object’s kind names its type: `lookup.get<TenantObject>(…)`.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Off: `T | undefined` parameters stand in maps and arrays of functions, where an overload can’t.
      '@typescript-eslint/unified-signatures': 'off',
    },
  },
  {
    files: PURE,
    rules: {
      'no-restricted-globals': ['error', ...IMPURE_GLOBALS],
      'no-restricted-properties': [
        'error',
        {
          object: 'Date',
          property: 'now',
          message: 'Ask the lookup’s clock: a plan’s time is recorded, so that it is woken again.',
        },
        {
          object: 'Math',
          property: 'random',
          message: 'The same input gives the same bytes: derive what must differ from the UID.',
        },
        { object: 'globalThis', message: 'This room is pure: take the value as an argument, or ask the lookup.' },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            ...IMPURE_MODULES,
            {
              name: 'node:crypto',
              allowImportNames: ['createHash', 'hash'],
              message: 'A digest is pure; keys and random numbers are not.',
            },
            { name: 'crypto', message: 'Import createHash from node:crypto.' },
          ],
        },
      ],
      'no-restricted-syntax': ['error', ...EVERYWHERE_SYNTAX, ...PURE_SYNTAX],
    },
  },
  {
    files: PLANNERS,
    rules: { 'no-restricted-syntax': ['error', ...EVERYWHERE_SYNTAX, ...PURE_SYNTAX, ...PLANNER_SYNTAX] },
  },
  {
    files: ['test/**'],
    rules: {
      'no-restricted-syntax': ['error', ...EVERYWHERE_SYNTAX, ...TEST_SYNTAX],
      // Off: a table of cases is long because the rule has many sides.
      'max-lines': 'off',
      // Off: the columns of a table of cases are taken apart by name, functions among them.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // What tests wait with, and the cluster they run against: programs, not tests.
    files: ['test/support/**', 'test/cluster/**'],
    rules: { 'no-restricted-syntax': ['error', ...EVERYWHERE_SYNTAX] },
  },
  {
    // Programs a person runs: what they print is what they are for.
    files: ['test/cluster/**', 'bench/**', 'docs/**'],
    rules: { 'no-console': 'off' },
  },
);
