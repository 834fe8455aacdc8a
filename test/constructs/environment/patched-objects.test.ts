import { environmentPlanner } from '../../../constructs/environment';
import type { PodTemplateSpec } from '../../../constructs/parts/shapes';
import type { JsonObject } from '../../../src/api/json';
import { type Manifest, valueAt } from '../../../src/api/object';
import type { Observed, Plan } from '../../../src/plan/plan';
import type { PlannedObject } from '../../../src/plan/planned-object';
import { renderTree } from '../../../src/synth';
import { gate, kindOf, oidc, server } from '../../dialects/amalthea/jupyter-server/objects';
import { objectLookup } from '../../dialects/object-lookup';

const NOTHING: Observed = {
  child: () => undefined,
  descendants: () => [],
  refusals: new Map(),
  ensured: new Map(),
  previous: {},
};

function planOf(operations: readonly JsonObject[], others: readonly Manifest[] = [gate]) {
  const patches = [{ type: 'application/json-patch+json', patch: operations }] as const;
  const object = server({ auth: { oidc }, ...(operations.length === 0 ? {} : { patches }) });
  return environmentPlanner(kindOf(object).frontEnd).plan(object, objectLookup([object, ...others]));
}

function objectsOf(operations: readonly JsonObject[], others?: readonly Manifest[]): readonly PlannedObject[] {
  const plan = planOf(operations, others);
  if (plan.outcome !== 'apply') throw new Error(told(plan));
  return renderTree(plan.tree);
}

function told(plan: Plan<unknown>): string {
  return plan.status(NOTHING).conditions.find(({ type }) => type === 'Ready')?.message ?? '';
}

function find(objects: readonly PlannedObject[], kind: string, name = 'thesis'): PlannedObject {
  const object = objects.find(({ manifest }) => manifest.kind === kind && manifest.metadata.name === name);
  if (object === undefined) throw new Error(`no ${kind} ${name}`);
  return object;
}

const POD = '/statefulset/spec/template/spec';
const add = (path: string, value: JsonObject | string | boolean): JsonObject => ({ op: 'add', path, value });
const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'pull' }, type: 'Opaque' };
const templateOf = ({ manifest }: PlannedObject) =>
  valueAt(manifest, ['spec', 'template']) as unknown as PodTemplateSpec;

describe('patches on an environment', () => {
  test('change nothing where there is none', () => {
    expect(objectsOf([{ op: 'test', path: '/service/kind', value: 'Service' }])).toEqual(objectsOf([]));
  });

  test('reach the rendered objects', () => {
    const objects = objectsOf([add('/service/metadata/annotations/example.org~1a', 'b')]);
    expect(find(objects, 'Service').manifest.metadata.annotations).toEqual({ 'example.org/a': 'b' });
  });

  test('add objects with the environment’s labels, which its pods wait for', () => {
    const objects = objectsOf([add('/image_pull_secret', secret)]);
    const { manifest } = find(objects, 'Secret', 'pull');
    expect(manifest.metadata).toMatchObject({ namespace: 'team-a', labels: { 'amalthea.dev/parent-name': 'thesis' } });
    expect(find(objects, 'StatefulSet').dependsOn).toContain('Secret/team-a/pull');
  });

  test('add containers that are given what their Pod Security level asks for', () => {
    const objects = objectsOf([
      add(`${POD}/initContainers/-`, { name: 'clone', image: 'x:1', securityContext: { runAsUser: 1000 } }),
    ]);
    const { spec } = templateOf(find(objects, 'StatefulSet'));
    expect(spec?.initContainers?.map(({ name }) => name)).toEqual(['clone', 'oauth2-proxy']);
    expect(spec?.initContainers?.[0]?.securityContext).toEqual({
      runAsUser: 1000,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('start new pods where they change files', () => {
    const digestOf = (operations: readonly JsonObject[]) =>
      templateOf(find(objectsOf(operations), 'StatefulSet')).metadata?.annotations?.['adrasteia.dev/files'];
    const changed = digestOf([add('/configmap/data/more.py', 'c = 1')]);
    expect(changed).not.toBe(digestOf([]));
    expect(digestOf([add('/configmap/data/more.py', 'c = 1')])).toBe(changed);
  });

  test.each([
    {
      because: 'one does what it may not',
      operation: { op: 'remove', path: '/service' },
      message: 'spec.patches[0]: takes service out, which the server needs',
    },
    {
      because: 'the finished pod breaks its Pod Security level',
      operation: add(`${POD}/hostNetwork`, true),
      message: 'spec.patches: statefulset.spec.hostNetwork: must not be true (Pod Security Restricted)',
    },
  ])('hold the environment as it is where $because', ({ operation, message }) => {
    const plan = planOf([operation]);
    expect(plan.outcome).toBe('hold');
    expect(told(plan)).toBe(message);
  });

  test('open nothing that is closed', () => {
    const kinds = objectsOf([add('/service/metadata/annotations/a', 'b')], []).map(({ manifest }) => manifest.kind);
    expect(kinds).not.toContain('Service');
    expect(valueAt(find(objectsOf([], []), 'StatefulSet').manifest, ['spec', 'replicas'])).toBe(0);
  });
});
