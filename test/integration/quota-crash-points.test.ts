/** A controller that dies at any write around a reservation gives nothing twice and loses nothing. */
import { CLAIM, STATEFUL_SET } from '../../constructs/parts/resource-types';
import type { Manifest } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import { sweep } from '../support/crash-sweep';
import { anyEnvironment, anyTemplate, engineCrds, engineKinds, typeOf } from '../support/engine';

jest.setTimeout(600_000);

const ENVIRONMENT = typeOf('Environment');
const TEMPLATE = typeOf('EnvironmentTemplate');
const ALLOCATION = typeOf('QuotaAllocation');
const INVENTORY = typeOf('Inventory');

const placed = (manifest: Manifest, namespace: string): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, namespace },
});

/** There is room for one of two. */
const allocation: Manifest = {
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'QuotaAllocation',
  metadata: { name: 'quota' },
  spec: { hard: { cpu: '1' } },
};

test('a controller that dies around any write of a reservation gives nothing twice and loses nothing', async () => {
  const cases = await sweep(
    {
      name: 'a stop that lets another start',
      prepare: async (at) => {
        await at.apply(TEMPLATE, placed(anyTemplate(), at.namespace));
        await at.apply(ALLOCATION, placed(allocation, at.namespace));
        await at.apply(ENVIRONMENT, placed(anyEnvironment('one'), at.namespace));
        // A controller that hasn't seen the allocation yet would let both start.
        await at.until(ALLOCATION, 'quota', 'is given', (live) => valueAt(live, ['status', 'used', 'cpu']) === '1');
        await at.until(STATEFUL_SET, 'one', 'runs', (set) => valueAt(set, ['spec', 'replicas']) === 1);
        await at.apply(ENVIRONMENT, placed(anyEnvironment('two'), at.namespace));
        await at.until(
          ENVIRONMENT,
          'two',
          'waits',
          (object) => valueAt(object, ['status', 'blockedBy', 'reason']) === 'QuotaExceeded',
        );
      },
      act: async (at) => {
        await at.apply(ENVIRONMENT, placed(anyEnvironment('one', { desiredState: 'Stopped' }), at.namespace));
      },
      isDone: async (at) => {
        const [one, two] = await Promise.all(['one', 'two'].map((name) => at.get(ENVIRONMENT, name)));
        return (
          valueAt(one, ['status', 'phase']) === 'Stopped' &&
          JSON.stringify(valueAt(two, ['status', 'stages']) ?? '').includes('Admitted')
        );
      },
    },
    {
      kinds: () => engineKinds(),
      crds: engineCrds(),
      types: [ENVIRONMENT, ALLOCATION, INVENTORY, STATEFUL_SET, CLAIM],
      parallel: 4,
    },
  );
  const failed = cases.filter(({ differences }) => differences.length > 0);
  expect(failed).toEqual([]);
  expect(cases.length).toBeGreaterThanOrEqual(6);
});
