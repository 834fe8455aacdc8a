import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');
const CONFIG = join(ROOT, '.dependency-cruiser.js');
const CRUISER = join(ROOT, 'node_modules', '.bin', 'depcruise');

interface Sample {
  /** The rule that speaks, or undefined where none does. */
  readonly rule?: string;
  readonly from: string;
  /** A file of the sample, or a package. */
  readonly imports: string;
}

/** A sample for every rule; what is allowed beside it shows that the rule isn't simply always there. */
const SAMPLES: readonly Sample[] = [
  { rule: 'errors-stand-alone', from: 'src/errors.ts', imports: 'src/api/name.ts' },
  { rule: 'api-stands-alone', from: 'src/api/value.ts', imports: 'src/plan/plan.ts' },
  { rule: 'plan-knows-api', from: 'src/plan/answer.ts', imports: 'src/model/model.ts' },
  { rule: 'model-knows-plan', from: 'src/model/workload.ts', imports: 'src/schema/schema.ts' },
  { rule: 'schema-knows-api', from: 'src/schema/rule.ts', imports: 'src/model/model.ts' },
  { rule: 'access-is-pure', from: 'src/access/decision.ts', imports: 'src/model/model.ts' },
  { rule: 'tenancy-is-pure', from: 'src/tenancy/clever.ts', imports: 'src/model/model.ts' },
  { rule: 'ports-know-api', from: 'src/ports/port.ts', imports: 'src/adapters/files/files.ts' },
  { rule: 'dialects-translate', from: 'src/dialects/one/translation.ts', imports: 'constructs/tenant/index.ts' },
  { rule: 'constructs-are-pure', from: 'constructs/tenant/reading.ts', imports: 'src/ports/cluster.ts' },
  { rule: 'synth-is-pure', from: 'src/synth/reading.ts', imports: 'src/ports/cluster.ts' },
  { rule: 'runtime-knows-no-kind', from: 'src/runtime/special.ts', imports: 'constructs/tenant/index.ts' },
  { rule: 'runtime-knows-no-kind', from: 'src/runtime/modelled.ts', imports: 'src/model/model.ts' },
  { rule: 'adapters-fulfil-ports', from: 'src/adapters/files/clever.ts', imports: 'src/runtime/queue.ts' },
  { rule: 'apiserver-fulfils-ports', from: 'src/apiserver/clever.ts', imports: 'src/runtime/queue.ts' },
  { rule: 'log-fulfils-a-port', from: 'src/log.ts', imports: 'src/runtime/queue.ts' },
  { rule: 'programs-are-small', from: 'src/programs/gate/large.ts', imports: 'constructs/tenant/index.ts' },
  { rule: 'images-are-made-of-the-product', from: 'images/gate/tested.ts', imports: 'test/support/fake-clock.ts' },
  { rule: 'imports-are-generated', from: 'imports/edited.ts', imports: 'src/api/name.ts' },
  { rule: 'adapters-apart', from: 'src/adapters/files/neighbour.ts', imports: 'src/adapters/kubernetes/client.ts' },
  { rule: 'dialects-apart', from: 'src/dialects/one/neighbour.ts', imports: 'src/dialects/two/two.ts' },
  { rule: 'programs-apart', from: 'src/programs/gate/neighbour.ts', imports: 'src/programs/cloner/main.ts' },
  { rule: 'kinds-by-their-face', from: 'constructs/tenant/inside.ts', imports: 'constructs/workspace/plan.ts' },
  { rule: 'parts-know-no-kind', from: 'constructs/parts/knowing.ts', imports: 'constructs/tenant/index.ts' },
  { rule: 'roots-are-not-imported', from: 'src/runtime/rooted.ts', imports: 'src/controller/main.ts' },
  { rule: 'roots-apart', from: 'stacks/both.ts', imports: 'src/controller/main.ts' },
  { rule: 'roots-apart', from: 'src/controller/both.ts', imports: 'stacks/index.ts' },
  { rule: 'cli-without-stacks', from: 'src/cli/both.ts', imports: 'stacks/index.ts' },
  { rule: 'nothing-ships-tests', from: 'src/cli/tested.ts', imports: 'test/support/fake-clock.ts' },
  { rule: 'pulumi-only-in-stacks', from: 'src/cli/rollout.ts', imports: '@pulumi/pulumi' },
  { rule: 'cdk8s-only-where-trees-are-made', from: 'src/runtime/tree.ts', imports: 'cdk8s' },
  { rule: 'undici-only-in-adapters', from: 'src/runtime/network.ts', imports: 'undici' },
  { rule: 'browser-only-in-its-suites', from: 'test/e2e/browser.ts', imports: 'playwright-core' },
  { rule: 'bundler-only-in-images', from: 'src/cli/bundled.ts', imports: 'esbuild' },
  { rule: 'pino-only-in-log', from: 'src/runtime/speaking.ts', imports: 'pino' },
  { rule: 'commander-only-in-cli', from: 'src/controller/line.ts', imports: 'commander' },
  { rule: 'disk-store-only-in-storage', from: 'src/apiserver/registry/disk.ts', imports: 'lmdb' },
  { rule: 'certificates-in-one-room', from: 'src/apiserver/requests/tls.ts', imports: '@peculiar/x509' },
  {
    rule: 'openid-only-in-the-gate',
    from: 'src/programs/gate/pages/hasty.ts',
    imports: 'node_modules/openid-client/index.js',
  },
  {
    rule: 'keycloak-only-in-its-adapter',
    from: 'src/runtime/people.ts',
    imports: 'node_modules/@keycloak/keycloak-admin-client/lib/index.js',
  },
  {
    rule: 'provider-only-in-its-support',
    from: 'test/programs/gate/hasty.test.ts',
    imports: 'node_modules/oidc-provider/index.js',
  },
  { rule: 'metrics-only-in-adapters', from: 'src/runtime/counting.ts', imports: 'prom-client' },
  { rule: 'no-cycles', from: 'src/api/circle-one.ts', imports: 'src/api/circle-two.ts' },
  { rule: 'no-cycles', from: 'src/api/circle-two.ts', imports: 'src/api/circle-one.ts' },
  { rule: 'no-unresolvable', from: 'src/api/absent.ts', imports: 'not-declared' },
  { rule: 'no-grab-bags', from: 'src/api/vague.ts', imports: 'src/api/utils.ts' },

  { from: 'constructs/tenant/plan.ts', imports: 'constructs/workspace/index.ts' },
  { from: 'constructs/tenant/tenant.ts', imports: 'constructs/parts/quota.ts' },
  { from: 'constructs/tenant/chart.ts', imports: 'cdk8s' },
  { from: 'src/adapters/kubernetes/transport.ts', imports: 'undici' },
  { from: 'src/cli/up.ts', imports: 'src/controller/main.ts' },
  { from: 'src/runtime/apply.ts', imports: 'src/ports/cluster.ts' },
  { from: 'stacks/tenant.ts', imports: '@pulumi/pulumi' },
  { from: 'test/stacks/tenant.test.ts', imports: 'stacks/index.ts' },
];

const PACKAGES = [
  'esbuild',
  'playwright-core',
  'lmdb',
  '@peculiar/x509',
  '@pulumi/pulumi',
  'cdk8s',
  'undici',
  'pino',
  'commander',
  'prom-client',
];

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
  /** The files of a circle, which is reported once. */
  readonly cycle?: readonly { readonly name: string }[];
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function specifier(sample: Sample): string {
  if (!sample.imports.endsWith('.ts')) return sample.imports;
  const path = relative(dirname(sample.from), sample.imports).replace(/\.ts$/, '');
  return path.startsWith('.') ? path : `./${path}`;
}

describe('layers', () => {
  // The real path: the tool compares paths below its working directory, and a temporary directory may be a link.
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'adrasteia-layers-')));
  let violations: readonly Violation[] = [];

  beforeAll(() => {
    for (const name of PACKAGES) {
      write(join(directory, 'node_modules', name, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
      write(join(directory, 'node_modules', name, 'index.js'), 'exports.thing = 1;\n');
    }
    for (const { imports } of SAMPLES) {
      if (imports.endsWith('.ts')) write(join(directory, imports), 'export type Thing = string;\n');
    }
    for (const sample of SAMPLES) {
      const text = `import type { Thing } from '${specifier(sample)}';\nexport type Sample = Thing;\n`;
      write(join(directory, sample.from), text);
    }
    const run = spawnSync(CRUISER, ['--config', CONFIG, '--output-type', 'json', '.'], {
      cwd: directory,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (run.error !== undefined) throw run.error;
    violations = (JSON.parse(run.stdout) as { summary: { violations: Violation[] } }).summary.violations;
  }, 30_000);

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const spoken = (from: string): readonly string[] =>
    violations
      .filter((violation) => violation.from === from || violation.cycle?.some(({ name }) => name === from))
      .map((violation) => violation.rule.name);

  it.each(SAMPLES.filter(({ rule }) => rule !== undefined))(
    '$rule speaks when $from imports $imports',
    ({ rule, from }) => {
      expect(spoken(from)).toContain(rule);
    },
  );

  it.each(SAMPLES.filter(({ rule }) => rule === undefined))(
    'no rule speaks when $from imports $imports',
    ({ from }) => {
      expect(spoken(from)).toEqual([]);
    },
  );

  it('has a sample for every rule', () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the tool's own format is a CommonJS file without types
    const { forbidden } = require(CONFIG) as { forbidden: readonly { readonly name: string }[] };
    expect([...new Set(SAMPLES.flatMap(({ rule }) => rule ?? []))].sort()).toEqual(
      forbidden.map(({ name }) => name).sort(),
    );
  });
});
