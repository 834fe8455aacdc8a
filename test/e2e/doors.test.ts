/**
 * The doors as they are used: the built tree, `cdk8s.yaml` and `Pulumi.yaml` as they are, each door a process of its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { canonicalJson } from '../../src/api/json';
import { type Manifest, referenceKey, referenceTo } from '../../src/api/object';
import { manifestsOf, type ProgramRun, type Registration, runProgram } from '../support/pulumi-monitor';

const ROOT = join(__dirname, '../..');
const CDK8S = join(dirname(require.resolve('cdk8s-cli/package.json')), 'bin/cdk8s');

describe('the doors, as processes', () => {
  let folder: string;
  let files: Readonly<Record<string, string>>;
  let run: ProgramRun;

  /** What `cdk8s synth` writes, by file name. */
  const synth = (environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
    const out = mkdtempSync(join(folder, 'dist-'));
    execFileSync(process.execPath, [CDK8S, 'synth', '--check-upgrade=false', '--output', out], {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      stdio: 'pipe',
    });
    return Object.fromEntries(readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'utf8')]));
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'doors-'));
    files = synth({});
    const config = { 'adrasteia:source': 'examples', 'adrasteia:tenancy': 'true' };
    run = await runProgram({ projectRoot: ROOT, stack: 'dev', config });
  }, 180_000);

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('cdk8s synth writes the platform and every example', () => {
    const examples = readdirSync(join(ROOT, 'examples'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(Object.keys(files).sort()).toEqual(
      ['platform', ...examples.map(({ name }) => name)].sort().map((name) => `${name}.k8s.yaml`),
    );
  });

  it('cdk8s synth writes the same bytes again, whatever its settings in the environment', () => {
    expect(synth({ CDK8S_DISABLE_SORT: '1', CDK8S_LEGACY_HASH: '1', TZ: 'Asia/Kolkata', LANG: 'tr_TR.UTF-8' })).toEqual(
      files,
    );
  }, 60_000);

  it('the Pulumi program runs to its end and warns of nothing', () => {
    const loud = run.logs.filter(({ severity }) => severity === 'Warning' || severity === 'Error');
    expect({ exitCode: run.exitCode, output: run.output, loud }).toEqual({ exitCode: 0, output: '', loud: [] });
  });

  it('registers what cdk8s synth writes', () => {
    const written = Object.values(files).flatMap((text) =>
      [...parseAllDocuments(text, { version: '1.1' })].map((document) => document.toJS() as Manifest),
    );
    expect(canonical(manifestsOf(run.registrations))).toEqual(canonical(written));
  });

  it('registers every object below a component, after what it needs', () => {
    const byUrn = new Map(run.registrations.map((registration) => [registration.urn, registration]));
    const component = (name: string): Registration | undefined =>
      run.registrations.find((candidate) => !candidate.custom && candidate.name === name);
    const objects = run.registrations.filter(({ custom }) => custom);
    expect(new Set(objects.map(({ parent }) => byUrn.get(parent)?.type))).toEqual(
      new Set(['adrasteia:platform:Platform', 'adrasteia:environment:Environment']),
    );
    const needs = ({ dependencies }: Registration): readonly string[] =>
      dependencies.map((urn) => byUrn.get(urn)?.name ?? '');
    const deployment = objects.find(({ type }) => type === 'kubernetes:apps/v1:Deployment');
    expect(deployment === undefined ? [] : needs(deployment)).toEqual(
      expect.arrayContaining([
        'adrasteia/adrasteia-system',
        'adrasteia/adrasteia-controller',
        'adrasteia/environments.adrasteia.dev',
      ]),
    );
    for (const environment of objects.filter(({ parent }) => parent === component('environments')?.urn)) {
      // What the whole component depends on: every object of the platform.
      expect(needs(environment)).toEqual(expect.arrayContaining(['adrasteia/environments.adrasteia.dev']));
    }
  });

  it('keeps CRDs and namespaces in the cluster when they leave the stack', () => {
    const kept = run.registrations.filter(({ retainOnDelete }) => retainOnDelete).map(({ type }) => type);
    expect(new Set(kept)).toEqual(
      new Set(['kubernetes:core/v1:Namespace', 'kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition']),
    );
  });

  it('gives the outputs that the program exports', () => {
    const stack = run.registrations.find(({ type }) => type === 'pulumi:pulumi:Stack');
    expect(run.outputs.get(stack?.urn ?? '')).toMatchObject({ platformVersion: expect.any(String) as string });
    const [platform] = run.registrations.filter(({ type }) => type === 'adrasteia:platform:Platform');
    expect(run.outputs.get(platform?.urn ?? '')).toMatchObject({ namespace: 'adrasteia-system' });
  });

  it('stops with the reason where the source can’t be read', async () => {
    const failed = await runProgram({
      projectRoot: ROOT,
      stack: 'dev',
      config: { 'adrasteia:source': 'no-such-folder' },
    });
    expect(failed.exitCode).not.toBe(0);
    expect(
      failed.logs
        .filter(({ severity }) => severity === 'Error')
        .map(({ message }) => message)
        .join('\n'),
    ).toContain('no-such-folder": there is no such file');
  }, 60_000);
});

function canonical(objects: readonly Manifest[]): readonly string[] {
  return objects.map((object) => `${referenceKey(referenceTo(object))} ${canonicalJson(object)}`).sort();
}
