import type { KubeObject, ObjectMeta } from '../../src/api/object';
import { OWNER_ANNOTATION, OWNER_UID_LABEL } from '../../src/api/well-known';
import { DEFAULT_HANDLING, type PlannedObject } from '../../src/plan/planned-object';
import { conflictOf, OwnershipIndex, withOwner } from '../../src/runtime/ownership';

const owner = {
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Environment',
  metadata: { name: 'thesis', namespace: 'team', uid: 'owner-uid' },
};

function live(metadata: Partial<ObjectMeta>): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'thesis', namespace: 'team', uid: 'live', ...metadata },
  };
}

function planned(namespace: string, prune: 'Delete' | 'Keep' = 'Delete'): PlannedObject {
  return {
    manifest: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'thesis', namespace } },
    dependsOn: [],
    readyWhen: [],
    handling: { ...DEFAULT_HANDLING, prune },
  };
}

const controller = (uid: string) => [{ apiVersion: 'v1', kind: 'Other', name: 'other', uid, controller: true }];

describe('who may write an object', () => {
  test.each([
    ['its controller', live({ ownerReferences: controller('owner-uid') }), undefined],
    ['the owner whose UID it is labelled with', live({ labels: { [OWNER_UID_LABEL]: 'owner-uid' } }), undefined],
    [
      'an owner of the kind and name that it remembers',
      live({
        labels: { [OWNER_UID_LABEL]: 'before' },
        annotations: { [OWNER_ANNOTATION]: 'Environment.adrasteia.dev/thesis' },
      }),
      undefined,
    ],
    [
      'nobody else, where it has another controller',
      live({ ownerReferences: controller('somebody') }),
      'Service team/thesis belongs to Other other',
    ],
    [
      'nobody else, where its controller is another, whatever its labels say',
      live({ ownerReferences: controller('somebody'), labels: { [OWNER_UID_LABEL]: 'owner-uid' } }),
      'Service team/thesis belongs to Other other',
    ],
    [
      'nobody else, where it remembers another owner',
      live({ annotations: { [OWNER_ANNOTATION]: 'Environment.adrasteia.dev/other' } }),
      'Service team/thesis holds the data of Environment.adrasteia.dev/other',
    ],
    ['nobody, where it bears no mark', live({}), 'Service team/thesis was not made by Adrasteia'],
  ])('%s', (_who, object, conflict) => {
    expect(conflictOf(object, owner, { adopt: false })).toBe(conflict);
  });

  test('the plan that says so, where it bears no mark', () => {
    expect(conflictOf(live({}), owner, { adopt: true })).toBeUndefined();
    expect(conflictOf(live({ ownerReferences: controller('somebody') }), owner, { adopt: true })).toBeDefined();
  });
});

describe('the marks of an owner', () => {
  test('an object in the same namespace is the garbage collector’s when the owner goes', () => {
    const manifest = withOwner(planned('team'), owner);
    expect(manifest.metadata.ownerReferences).toEqual([
      { apiVersion: 'adrasteia.dev/v1alpha1', kind: 'Environment', name: 'thesis', uid: 'owner-uid', controller: true },
    ]);
    expect(manifest.metadata.labels).toEqual({ [OWNER_UID_LABEL]: 'owner-uid' });
  });

  test.each([
    ['what holds data', planned('team', 'Keep')],
    ['what lives in another namespace', planned('elsewhere')],
  ])('%s carries no owner reference', (_what, object) => {
    const manifest = withOwner(object, owner);
    expect(manifest.metadata.ownerReferences).toBeUndefined();
    expect(manifest.metadata.annotations).toEqual({ [OWNER_ANNOTATION]: 'Environment.adrasteia.dev/thesis' });
  });
});

describe('OwnershipIndex', () => {
  const change = (before: KubeObject | undefined, after: KubeObject | undefined) => {
    const entry = (object: KubeObject | undefined) => (object === undefined ? undefined : { object, owned: undefined });
    return {
      type: { group: '', version: 'v1', kind: 'Service', plural: 'services', namespaced: true },
      before: entry(before),
      after: entry(after),
      isOwn: false,
    };
  };
  const set = live({ name: 'set', uid: 'set', labels: { [OWNER_UID_LABEL]: 'owner-uid' } });
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'set-0', namespace: 'team', uid: 'pod', ownerReferences: controller('set') },
  };

  test('a change far below concerns the custom resource at the top', () => {
    const index = new OwnershipIndex();
    expect(index.take(change(undefined, set))).toEqual(['owner-uid']);
    expect(index.take(change(undefined, pod))).toEqual(['owner-uid']);
    expect(index.descendants('owner-uid', 'Pod')).toEqual([pod]);
    expect(index.take(change(pod, undefined))).toEqual(['owner-uid']);
    expect(index.descendants('owner-uid', 'Pod')).toEqual([]);
  });

  test('objects of nobody concern nobody', () => {
    expect(new OwnershipIndex().take(change(undefined, live({})))).toEqual([]);
  });

  test('a forged ring of owners ends', () => {
    const index = new OwnershipIndex();
    const a = live({ name: 'a', uid: 'a', ownerReferences: controller('b') });
    const b = live({ name: 'b', uid: 'b', ownerReferences: controller('a') });
    index.take(change(undefined, a));
    index.take(change(undefined, b));
    index.take(change(a, a));
    expect(index.descendants('owner-uid', 'Service')).toEqual([]);
    expect(() => index.descendants('a', 'Service')).not.toThrow();
  });
});
