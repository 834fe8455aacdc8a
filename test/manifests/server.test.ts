/**
 * A real API server takes every manifest as it is: no unknown member, no warning, and pods at the Pod Security level that is
 * documented for them. It says so in dry runs; only namespaces, CRDs and accounts are stored.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeObject, type Manifest } from '../../src/api/object';
import { DEFAULT_NAMESPACE } from '../../src/synth';
import { kubectl } from '../support/cluster';
import { type ManifestFile, podsOf, writeManifests } from './written-manifests';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'adrasteia-manifests-'));
const files = writeManifests(folder);

/** From the highest to the lowest. */
const HEIGHT = ['restricted', 'baseline', 'privileged'] as const;
type Level = (typeof HEIGHT)[number];

/** The Pod Security level that the README of its kind or the page of its dialect gives for what runs in each. */
const LEVELS: Readonly<Record<string, Level>> = {
  platform: 'restricted',
  opa: 'restricted',
  'examples/access': 'restricted',
  'examples/any-image': 'restricted',
  'examples/code-server': 'restricted',
  'examples/jupyterlab': 'restricted',
  'examples/kode': 'baseline',
  'examples/opa': 'restricted',
  'constructs/environment/cases/from-a-template': 'restricted',
  'constructs/environment/cases/jupyterlab-below-a-path': 'restricted',
  'test/dialects/kode/cases/behind-a-proxy': 'baseline',
  'test/dialects/kode/cases/code-server': 'baseline',
  'test/dialects/kode/cases/later-spellings': 'baseline',
  'test/dialects/kode/cases/webtop-from-cluster-template': 'privileged',
};
const workloads = files.filter(({ objects }) => podsOf(objects, '').length > 0);
const namespaceOf = (level: string): string => `manifests-${level}`;

beforeAll(() => {
  const platform = files.find(({ origin }) => origin === 'platform')?.objects ?? [];
  store(platform.filter(({ kind }) => kind === 'Namespace' || kind === 'CustomResourceDefinition'));
  kubectl(['wait', '--for=condition=Established', 'crd', '--selector', 'app.kubernetes.io/part-of=adrasteia']);
  const used = new Set(files.flatMap(({ objects }) => objects.flatMap(({ metadata }) => metadata.namespace ?? [])));
  const isThere = new Set([DEFAULT_NAMESPACE, ...platform.map(({ metadata }) => metadata.name)]);
  store([...used].filter((name) => !isThere.has(name)).map((name) => namespace(name)));
  for (const level of new Set(Object.values(LEVELS))) {
    store([namespace(namespaceOf(level), { 'pod-security.kubernetes.io/enforce': level })]);
    const accounts = new Set(workloads.flatMap(({ objects }) => podsOf(objects, namespaceOf(level)).map(accountOf)));
    store(
      [...accounts].map((name) => ({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name, namespace: namespaceOf(level) },
      })),
    );
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('an API server', () => {
  it.each(files)('takes $name ($origin) in a strict dry run, without a warning', ({ path }) => {
    expect(dryRun(['--filename', path]).stderr).toBe('');
  });

  it('knows what strict means: it refuses a member that no schema has', () => {
    const [file] = files.filter(({ origin }) => origin === 'example');
    const [object] = file?.objects ?? [];
    const input = JSON.stringify({ ...object, metadata: { ...object?.metadata, unknownMember: 'x' } });
    expect(kubectl([...DRY_RUN, '--filename=-'], { input, expectFailure: true }).stderr).toContain('unknownMember');
  });
});

describe('Pod Security', () => {
  it('has a level written down for everything that runs pods, and for nothing else', () => {
    expect(workloads.map(({ name }) => name).sort()).toEqual(Object.keys(LEVELS).sort());
  });

  it.each(workloads)('admits the pods of $name at its level, and says nothing', ({ name, objects }) => {
    const level = LEVELS[name] ?? 'restricted';
    const input = asList(podsOf(objects, namespaceOf(level)));
    expect(kubectl([...DRY_RUN, '--filename=-'], { input }).stderr).toBe('');
  });

  it.each(workloads.filter(({ name }) => higherThan(LEVELS[name]) !== undefined))(
    'refuses the pods of $name one level higher: the level written down is the highest that will do',
    ({ name, objects }) => {
      const higher = higherThan(LEVELS[name]) ?? '';
      const input = asList(podsOf(objects, namespaceOf(higher)));
      expect(kubectl([...DRY_RUN, '--filename=-'], { input, expectFailure: true }).stderr).toContain(
        `violates PodSecurity "${higher}:latest"`,
      );
    },
  );

  it('admits the platform where its namespace enforces restricted, as the platform itself says it does', () => {
    const platform = files.find((file: ManifestFile) => file.origin === 'platform')?.objects ?? [];
    const labels = platform.find(({ kind }) => kind === 'Namespace')?.metadata.labels;
    expect(labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': LEVELS['platform'] });
  });
});

function higherThan(level: Level | undefined): Level | undefined {
  return level === undefined ? undefined : HEIGHT[HEIGHT.indexOf(level) - 1];
}

const DRY_RUN = [
  'apply',
  '--server-side',
  '--field-manager=manifests',
  '--force-conflicts',
  '--dry-run=server',
  '--validate=strict',
];

function dryRun(args: readonly string[]) {
  return kubectl([...DRY_RUN, ...args]);
}

function store(objects: readonly Manifest[]): void {
  const stored = kubectl(['apply', '--server-side', '--force-conflicts', '--validate=strict', '--filename=-'], {
    input: asList(objects),
  });
  expect({ stored: objects.map(describeObject), warnings: stored.stderr }).toMatchObject({ warnings: '' });
}

function asList(items: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

function namespace(name: string, labels: Readonly<Record<string, string>> = {}): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function accountOf(pod: Manifest): string {
  return (pod['spec'] as { serviceAccountName?: string }).serviceAccountName ?? 'default';
}
