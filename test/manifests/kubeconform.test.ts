/**
 * kubeconform finds every manifest to have the shape that a real API server publishes, our CRDs included, with no member that
 * is not in it: what somebody sees who checks the files without a cluster.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinds } from '../../constructs/kinds';
import { connectCluster } from '../../src/adapters/kubernetes/client';
import { testKubeconfig } from '../support/cluster';
import { eventually } from '../support/eventually';
import { Harness } from '../support/harness';
import { describeWithGo } from '../support/with-go';
import { toolPath } from './go-tools';
import { SCHEMA_PATH, writeSchemas } from './published-schemas';
import { writeManifests } from './written-manifests';

jest.setTimeout(600_000);

interface Report {
  readonly resources: readonly { readonly filename: string; readonly kind: string; readonly msg: string }[];
  readonly summary: {
    readonly valid: number;
    readonly invalid: number;
    readonly errors: number;
    readonly skipped: number;
  };
}

describeWithGo('kubeconform', () => {
  const folder = mkdtempSync(join(tmpdir(), 'adrasteia-kubeconform-'));
  const schemas = join(folder, 'schemas');
  const files = writeManifests(folder);
  let program: string;

  beforeAll(async () => {
    program = toolPath('kubeconform');
    const harness = await Harness.make(kinds.map((kind) => kind.crd()));
    const cluster = connectCluster({ kubeconfig: testKubeconfig() });
    try {
      // What is published follows a new CRD after a moment.
      await eventually('our kinds are published', async () => {
        const { paths } = (await cluster.raw('/openapi/v3')) as { paths: Record<string, unknown> };
        return kinds.every(({ type }) => paths[`apis/${type.group}/${type.version}`] !== undefined);
      });
      expect(await writeSchemas(cluster, schemas)).toBeGreaterThan(100);
    } finally {
      await cluster.close();
      await harness.close();
    }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function judge(paths: readonly string[]): Report {
    const args = ['-strict', '-summary', '-output=json', `-schema-location=${schemas}/${SCHEMA_PATH}`, ...paths];
    const { stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    if (error !== undefined) throw error;
    if (stderr !== '') throw new Error(stderr);
    return JSON.parse(stdout) as Report;
  }

  it('finds every manifest valid, and has a schema for each', () => {
    const { resources, summary } = judge(files.map(({ path }) => path));
    expect(resources).toEqual([]);
    const objects = files.flatMap((file) => file.objects);
    expect(summary).toEqual({ valid: objects.length, invalid: 0, errors: 0, skipped: 0 });
  });

  it.each([
    { because: 'a member of ours is misspelt', kind: 'Environment', change: { spec: { templateReference: {} } } },
    { because: 'a member of Kubernetes’ is misspelt', kind: 'Deployment', change: { spec: { replica: 2 } } },
    { because: 'a member has another type', kind: 'Deployment', change: { spec: { replicas: 'two' } } },
  ])('finds a manifest invalid where $because', ({ kind, change }) => {
    const object = files.flatMap((file) => file.objects).find((candidate) => candidate.kind === kind);
    const path = join(folder, 'changed.json');
    writeFileSync(path, JSON.stringify({ ...object, spec: { ...(object?.['spec'] as object), ...change.spec } }));
    const { resources, summary } = judge([path]);
    expect(summary).toMatchObject({ valid: 0, invalid: 1 });
    expect(resources[0]?.msg).toContain(Object.keys(change.spec)[0]);
  });
});
