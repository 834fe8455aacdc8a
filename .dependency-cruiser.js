/**
 * The layers, one named rule each. A rule lists what a room may import; whatever else of ours it imports is an error, also
 * where only a type is meant. `test/layers.test.ts` shows each rule a sample that breaks it.
 *
 *     api < plan < model < dialects < constructs < synth
 *     api < ports < runtime          api < schema < access < model, programs/gate
 *     api < schema < tenancy < dialects, constructs
 *     api < ports < adapters/*       all of these < main, controller, cli, programs/*, stacks
 */

/** Everything that is ours, so that a rule about rooms says nothing about packages. */
const OURS = '^(src|constructs|images|imports|stacks|test|bench|docs)/';

/** A room and, after its own files, all that it may import of ours. */
function layer(name, from, allowed, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from },
    to: { path: OURS, pathNot: [from, ...allowed] },
  };
}

/** A package that only some rooms may import. */
function onlyIn(name, rooms, modules, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: OURS, pathNot: rooms },
    to: { path: modules.map((module) => `(^|/)node_modules/${module}/`) },
  };
}

const ERRORS = '^src/errors\\.ts$';
const LOG = '^src/log\\.ts$';
const API = '^src/api/';
const PLAN = '^src/plan/';
const MODEL = '^src/model/';
const SCHEMA = '^src/schema/';
const DIALECTS = '^src/dialects/';
const ACCESS = '^src/access/';
const TENANCY = '^src/tenancy/';
const PORTS = '^src/ports/';
const SYNTH = '^src/synth/';
const CONSTRUCTS = '^constructs/';
const IMPORTS = '^imports/';
const ADAPTERS = '^src/adapters/';

module.exports = {
  forbidden: [
    layer('errors-stand-alone', ERRORS, [], 'Every room throws from the catalogue, so the catalogue imports no room.'),
    layer(
      'api-stands-alone',
      API,
      [ERRORS],
      'Objects, names and values are the words all rooms share; a word that needs a room is that room’s.',
    ),
    layer(
      'plan-knows-api',
      PLAN,
      [API, ERRORS],
      'What a plan is, is agreed between kinds and runtime: it belongs to neither.',
    ),
    layer(
      'model-knows-plan',
      MODEL,
      [ACCESS, PLAN, API, ERRORS],
      'The model is richer than any API and knows none: a front end’s field would leak into every other.',
    ),
    layer(
      'schema-knows-api',
      SCHEMA,
      [API, PLAN, ERRORS],
      'How a kind is described holds for any kind, so that no kind is a special case.',
    ),
    layer(
      'access-is-pure',
      ACCESS,
      [SCHEMA, PLAN, API, ERRORS],
      'Who gets in is decided by the same words in the controller, which writes them, and in the gate, which acts by them.',
    ),
    layer(
      'tenancy-is-pure',
      TENANCY,
      [SCHEMA, PLAN, API, ERRORS],
      'Names, quotas and roles of tenants are the same words to every API that has tenants.',
    ),
    layer(
      'ports-know-api',
      PORTS,
      [API, PLAN, ERRORS],
      'A port says what the outside must do in our words; knowing who asks or who answers would make it neither’s.',
    ),
    layer(
      'dialects-translate',
      DIALECTS,
      [MODEL, ACCESS, TENANCY, SCHEMA, PLAN, API, ERRORS],
      'A dialect is a pure translation to the model and makes no objects: what it could make itself, the other front ends would lack.',
    ),
    layer(
      'constructs-are-pure',
      CONSTRUCTS,
      [DIALECTS, MODEL, ACCESS, TENANCY, SCHEMA, PLAN, API, IMPORTS, ERRORS],
      'All doors share the constructs, so these know no door, no cluster and no I/O.',
    ),
    layer(
      'synth-is-pure',
      SYNTH,
      [CONSTRUCTS, DIALECTS, MODEL, ACCESS, TENANCY, SCHEMA, PLAN, API, IMPORTS, ERRORS],
      'The one step from a plan to ordered manifests gives the same bytes through every door.',
    ),
    layer(
      'runtime-knows-no-kind',
      '^src/runtime/',
      [PORTS, PLAN, API, ERRORS],
      'The runtime is told its kinds; with a kind’s name in it, a new kind would mean changing the machinery.',
    ),
    layer(
      'adapters-fulfil-ports',
      ADAPTERS,
      [PORTS, PLAN, API, ERRORS],
      'An adapter turns one outside system into a port, and can be replaced without anybody noticing.',
    ),
    layer(
      'apiserver-fulfils-ports',
      '^src/apiserver/',
      [PORTS, SCHEMA, PLAN, API, ERRORS],
      'The embedded API serves any CRD and is reached like any other cluster.',
    ),
    layer('log-fulfils-a-port', LOG, [PORTS, API, ERRORS], 'The logger is passed in; only what makes one knows how.'),
    layer(
      'programs-are-small',
      '^src/programs/',
      [ADAPTERS, PORTS, ACCESS, SCHEMA, MODEL, PLAN, API, LOG, ERRORS],
      'What runs inside pods is one small image each: no constructs and no controller in it.',
    ),
    layer(
      'images-are-made-of-the-product',
      '^images/',
      ['^src/', CONSTRUCTS],
      'An image is made of what is shipped, and of no test.',
    ),
    layer('imports-are-generated', IMPORTS, [], 'Generated files know nothing of ours.'),
    {
      name: 'adapters-apart',
      comment:
        'Two outside systems know nothing of each other; what they share is a port, or the machine (the files beside the folders).',
      severity: 'error',
      from: { path: '^src/adapters/([^/.]+)/' },
      to: { path: '^src/adapters/[^/.]+/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'dialects-apart',
      comment: 'A dialect can be taken out by deleting its folder; what two share lies beside the folders.',
      severity: 'error',
      from: { path: '^src/dialects/([^/.]+)/' },
      to: { path: '^src/dialects/[^/.]+/', pathNot: '^src/dialects/$1/' },
    },
    {
      name: 'programs-apart',
      comment: 'Each program is an image of its own.',
      severity: 'error',
      from: { path: '^src/programs/([^/.]+)/' },
      to: { path: '^src/programs/[^/.]+/', pathNot: '^src/programs/$1/' },
    },
    {
      name: 'kinds-by-their-face',
      comment:
        'Of another kind only the face is known (index.ts, or kind.ts where the face would close a circle), so that a kind can be changed by reading one folder.',
      severity: 'error',
      from: { path: '^constructs/([^/.]+)/' },
      to: {
        path: '^constructs/[^/.]+/',
        pathNot: ['^constructs/(?:$1|parts)/', '^constructs/[^/]+/(?:index|kind)\\.ts$'],
      },
    },
    {
      name: 'parts-know-no-kind',
      comment: 'Parts are what kinds are made of.',
      severity: 'error',
      from: { path: '^constructs/parts/' },
      to: { path: '^constructs/', pathNot: '^constructs/parts/' },
    },
    {
      name: 'roots-are-not-imported',
      comment:
        'A composition root chooses adapters and starts things; whoever imports it has chosen too. The command line may run the controller.',
      severity: 'error',
      from: {
        path: '^(src|constructs|imports|stacks)/',
        pathNot: ['^src/(?:controller|cli|portal)/', '^stacks/', '^src/programs/'],
      },
      to: { path: ['^src/(?:index|main)\\.ts$', '^src/(?:controller|cli|portal)/', '^stacks/'] },
    },
    {
      name: 'roots-apart',
      comment: 'Each door opens without the others. Only the command line runs the controller.',
      severity: 'error',
      from: { path: ['^src/(controller|portal)/', '^(stacks)/'] },
      to: {
        path: ['^src/(?:index|main)\\.ts$', '^src/(?:controller|cli|portal)/', '^stacks/'],
        pathNot: ['^src/$1/', '^$1/'],
      },
    },
    {
      name: 'cli-without-stacks',
      comment: 'The command line loads in a blink: no Pulumi, and no program of another door.',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: ['^stacks/', '^src/(?:index|main)\\.ts$'] },
    },
    {
      name: 'nothing-ships-tests',
      comment: 'What is shipped runs without the tests.',
      severity: 'error',
      from: { path: '^(src|constructs|imports|stacks)/' },
      to: { path: '^(images|test|bench|docs)/' },
    },
    onlyIn(
      'pulumi-only-in-stacks',
      ['^stacks/', '^test/', '^bench/'],
      ['@pulumi/[^/]+'],
      'Whoever doesn’t use Pulumi doesn’t load it.',
    ),
    onlyIn(
      'cdk8s-only-where-trees-are-made',
      [CONSTRUCTS, SYNTH, IMPORTS, '^src/main\\.ts$', '^stacks/', '^test/', '^bench/'],
      ['cdk8s', 'cdk8s-plus-[0-9]+', 'constructs'],
      'The runtime sees rendered objects; plans, models and dialects are data.',
    ),
    onlyIn(
      'undici-only-in-adapters',
      [ADAPTERS, '^test/', '^bench/'],
      ['undici'],
      'The network is reached through ports.',
    ),
    onlyIn(
      'browser-only-in-its-suites',
      ['^test/support/browser/', '^test/node/'],
      ['playwright-core'],
      'A browser is slow to start: whoever can judge without one does.',
    ),
    onlyIn('bundler-only-in-images', ['^images/node/'], ['esbuild'], 'Only who builds images bundles.'),
    onlyIn('pino-only-in-log', [LOG, '^test/log\\.test\\.ts$'], ['pino'], 'Everything else is given a Logger.'),
    onlyIn(
      'commander-only-in-cli',
      ['^src/cli/', '^src/programs/'],
      ['commander'],
      'A command line is parsed at the door.',
    ),
    onlyIn(
      'disk-store-only-in-storage',
      ['^src/apiserver/storage/', '^test/apiserver/storage/', '^test/e2e/apiserver-crash/'],
      ['lmdb'],
      'How objects lie on disk is known where they are put there, so that another store can take its place.',
    ),
    onlyIn(
      'certificates-in-one-room',
      [
        '^src/apiserver/certificates/',
        '^src/apiserver/admission/certificate-signing-requests\\.ts$',
        '^test/apiserver/',
      ],
      ['@peculiar/x509', 'reflect-metadata'],
      'Whoever makes certificates decides who is believed; requests for them are only read.',
    ),
    onlyIn(
      'openid-only-in-the-gate',
      ['^src/programs/gate/oidc/'],
      ['openid-client'],
      'One room speaks OpenID Connect.',
    ),
    onlyIn(
      'keycloak-only-in-its-adapter',
      ['^src/adapters/keycloak/', '^test/support/keycloak/'],
      ['@keycloak/keycloak-admin-client'],
      'Another provider takes another adapter, and nothing else.',
    ),
    onlyIn(
      'provider-only-in-its-support',
      ['^test/support/oidc-provider/'],
      ['oidc-provider'],
      'Tests reach the provider as browsers do.',
    ),
    onlyIn(
      'metrics-only-in-adapters',
      [ADAPTERS, '^src/controller/', '^src/programs/', '^test/'],
      ['prom-client'],
      'The runtime counts through a port.',
    ),
    {
      name: 'no-cycles',
      comment: 'In a circle of files there is none to read first.',
      severity: 'error',
      from: { path: OURS },
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment:
        'An import that nothing answers is a typing error, or a package that is not declared. The peer has packages of its own.',
      severity: 'error',
      from: { path: OURS, pathNot: '^bench/peers/client-node/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-grab-bags',
      comment:
        'A file is called after its concept: nobody finds anything under these names, and everything ends up there.',
      severity: 'error',
      from: { path: OURS },
      to: { path: '/(util|utils|helper|helpers|common|misc|types)\\.ts$', pathNot: '(^|/)node_modules/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^lib/', '^test/.*/fixtures/'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'default', 'types'],
    },
  },
};
