import { kinds } from '../../../constructs/kinds';
import { tenancyKindPlanner } from '../../../constructs/tenancy';
import type { KubeObject, Manifest } from '../../../src/api/object';
import { describeObject, valueAt } from '../../../src/api/object';
import { OWNER_ANNOTATION } from '../../../src/api/well-known';
import type { Observed } from '../../../src/plan/plan';
import { renderTree } from '../../../src/synth';
import { objectLookup } from '../../dialects/object-lookup';

const tenancy = (spec: object = {}): KubeObject & Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Tenancy',
  metadata: { name: 'default', uid: 'uid-tenancy', generation: 2 },
  spec,
});
const namespace = (annotations: Readonly<Record<string, string>>): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'adrasteia-personal', annotations },
});
const UNSEEN: Observed = {
  child: () => undefined,
  descendants: () => [],
  refusals: new Map(),
  ensured: new Map(),
  previous: {},
};

function planned(spec: object, ...others: readonly Manifest[]) {
  const plan = tenancyKindPlanner.plan(tenancy(spec), objectLookup(others));
  if (plan.outcome !== 'apply') return { outcome: plan.outcome, objects: [], ready: plan.status(UNSEEN).conditions[0] };
  return { outcome: plan.outcome, objects: renderTree(plan.tree), ready: plan.status(UNSEEN).conditions[0] };
}

test('personal storage lies in a namespace in which nothing runs and nobody is bound, and which nothing removes', () => {
  const { objects, ready } = planned({ personalStorage: {} });
  expect(objects.map(({ manifest }) => describeObject(manifest))).toEqual([
    'Namespace adrasteia-personal',
    'ResourceQuota adrasteia-personal/adrasteia',
    'NetworkPolicy adrasteia-personal/adrasteia',
  ]);
  expect(objects.map(({ handling }) => handling.prune)).toEqual(['Keep', 'Keep', 'Keep']);
  const quota = objects.find(({ manifest }) => manifest.kind === 'ResourceQuota')?.manifest;
  expect(valueAt(quota, ['spec', 'hard'])).toEqual({ pods: '0' });
  expect(ready).toMatchObject({ status: 'True', reason: 'Ready' });
});

test('a namespace that the Tenancy has made stays its own, also when the Tenancy is made again', () => {
  const own = namespace({ [OWNER_ANNOTATION]: 'Tenancy.adrasteia.dev/default' });
  expect(planned({ personalStorage: {} }, own).objects).toHaveLength(3);
});

test('a namespace that somebody else has made is used as it is, and the Tenancy says so', () => {
  const { objects, ready } = planned({ personalStorage: {} }, namespace({}));
  expect(objects).toEqual([]);
  expect(ready).toMatchObject({ status: 'True', message: expect.stringContaining('made by somebody else') as string });
});

test('without personal storage nothing is made, and what is invalid changes nothing', () => {
  expect(planned({})).toMatchObject({ outcome: 'apply', objects: [] });
  expect(planned({ personalStorage: { size: 'much' } })).toMatchObject({
    outcome: 'hold',
    ready: { status: 'False', reason: 'Invalid' },
  });
});

test('is no tenant and no workspace: a platform without tenancy doesn’t serve it', () => {
  expect(kinds.find(({ type }) => type.kind === 'Tenancy')?.isTenancy).toBe(true);
});
