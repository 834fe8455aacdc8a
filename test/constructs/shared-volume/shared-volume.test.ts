/** A SharedVolume as a plan: its claim, what is said of its volume, and what its deletion takes along. */
import { kinds } from '../../../constructs/kinds';
import { sharedVolumePlanner } from '../../../constructs/shared-volume';
import type { JsonObject, JsonValue } from '../../../src/api/json';
import { type KubeObject, type Manifest, referenceKey } from '../../../src/api/object';
import { FINALIZER, OWNER_UID_LABEL } from '../../../src/api/well-known';
import type { Lookup } from '../../../src/plan/lookup';
import type { Observed } from '../../../src/plan/plan';
import { renderTree } from '../../../src/synth';
import { objectLookup } from '../../dialects/object-lookup';

type Fields = Readonly<Record<string, unknown>>;

const UID = 'uid-lectures';
const lectures = (spec: Fields = {}, more: Fields = {}, metadata: Fields = {}): KubeObject & Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'SharedVolume',
  metadata: { name: 'lectures', namespace: 'workspace-tea', uid: UID, generation: 3, ...metadata },
  spec: { displayName: 'Lectures', size: '51200Mi', ...spec },
  ...more,
});
const claim = (spec: Fields = {}, uid = UID): Manifest => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'lectures', namespace: 'workspace-tea', labels: { [OWNER_UID_LABEL]: uid } },
  spec: { resources: { requests: { storage: '50Gi' } }, volumeName: 'pv', ...spec },
  status: { phase: 'Bound' },
});
const tenancy = (spec: Fields): Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Tenancy',
  metadata: { name: 'default' },
  spec,
});
const DRIVER = tenancy({ sharedVolumes: { driver: 'nfs.csi.k8s.io' } });
const SHARE = { server: 'nfs', path: '/lectures' };

function lookupOver(objects: readonly Manifest[], volume?: JsonValue): Lookup {
  return {
    ...objectLookup(objects),
    observe: () =>
      volume === undefined
        ? { state: 'Failed', message: 'asked in vain' }
        : { state: 'Known', value: volume, observedAt: 0 },
  };
}
const observed = (objects: readonly Manifest[], more: Partial<Observed> = {}): Observed => ({
  child: ({ kind, name }) => objects.find((object) => object.kind === kind && object.metadata.name === name),
  descendants: () => [],
  refusals: new Map(),
  ensured: new Map(),
  previous: {},
  ...more,
});
function seen(
  object: KubeObject,
  objects: readonly Manifest[],
  volume?: JsonValue,
  more: Partial<Observed> = {},
): { readonly fields: JsonObject; readonly ready: Fields } {
  const plan = sharedVolumePlanner.plan(object, lookupOver(objects, volume));
  const { fields, conditions } = plan.status(observed(objects, more));
  expect(conditions).toHaveLength(1);
  return { fields, ready: { ...conditions[0] } };
}

test('is one claim of its name, which nothing prunes', () => {
  const plan = sharedVolumePlanner.plan(lectures({ storageClassName: 'shared' }), lookupOver([]));
  if (plan.outcome !== 'apply') throw new Error(plan.outcome);
  const objects = renderTree(plan.tree);
  expect(objects.map(({ manifest }) => manifest)).toEqual([
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: 'lectures',
        namespace: 'workspace-tea',
        labels: { 'app.kubernetes.io/managed-by': 'adrasteia' },
      },
      spec: {
        accessModes: ['ReadWriteMany'],
        resources: { requests: { storage: '50Gi' } },
        storageClassName: 'shared',
      },
    },
  ]);
  expect(objects[0]?.handling).toMatchObject({ prune: 'Keep', adopt: false });
  expect(plan.finalize).toBe(true);
});

test('says where its volume is, and by which driver environments elsewhere mount it', () => {
  const { fields, ready } = seen(lectures(), [claim(), DRIVER], SHARE);
  expect(fields).toEqual({
    observedGeneration: 3,
    phase: 'Bound',
    claimName: 'lectures',
    volumeName: 'pv',
    ...SHARE,
    driver: 'nfs.csi.k8s.io',
  });
  expect(ready).toMatchObject({ type: 'Ready', status: 'True', reason: 'Ready' });
});

test('takes the driver of personal storage where the Tenancy names none of its own', () => {
  const { fields } = seen(lectures(), [claim(), tenancy({ personalStorage: { driver: 'nfs.csi.k8s.io' } })], SHARE);
  expect(fields['driver']).toBe('nfs.csi.k8s.io');
});

test('remembers a volume that it has asked for once, and asks for another', () => {
  const known = lectures({}, { status: { volumeName: 'pv', ...SHARE } });
  expect(seen(known, [claim(), DRIVER]).fields).toMatchObject(SHARE);
  const other = seen(known, [claim({ volumeName: 'other' }), DRIVER]);
  expect(other.ready).toMatchObject({ status: 'Unknown', reason: 'VolumeUnknown' });
  expect(other.fields).not.toHaveProperty('server');
});

test.each<[string, readonly Manifest[], JsonValue | undefined, Fields]>([
  ['its claim isn’t there', [DRIVER], undefined, { reason: 'Pending' }],
  ['its claim has no volume', [claim({ volumeName: '' }), DRIVER], undefined, { reason: 'Pending' }],
  ['its volume is no share', [claim(), DRIVER], {}, { reason: 'NotShareable' }],
  ['no driver is named', [claim()], { server: 'nfs', path: '/lectures' }, { reason: 'NoDriver' }],
  ['its volume can’t be asked for', [claim(), DRIVER], undefined, { status: 'Unknown', reason: 'VolumeUnknown' }],
])('isn’t ready where %s', (_, objects, volume, expected) => {
  expect(seen(lectures(), objects, volume).ready).toMatchObject({ status: 'False', ...expected });
});

test('tells nothing of a claim of its name that is somebody else’s', () => {
  const key = referenceKey({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    namespace: 'workspace-tea',
    name: 'lectures',
  });
  const refusals = new Map([[key, { reason: 'NameConflict' as const, message: 'belongs to another' }]]);
  const { fields, ready } = seen(lectures(), [claim({}, 'uid-other'), DRIVER], SHARE, { refusals });
  expect(fields).toEqual({ observedGeneration: 3, phase: 'Absent' });
  expect(ready).toMatchObject({ status: 'False', reason: 'NameConflict' });
});

test('only grows: a smaller size changes nothing, and says what to do', () => {
  const plan = sharedVolumePlanner.plan(lectures({ size: '1Gi' }), lookupOver([claim(), DRIVER]));
  expect(plan).toMatchObject({
    outcome: 'hold',
    reason: 'Invalid',
    message: 'spec.size: a volume only grows, and claim lectures has 50Gi already: ask for as much or more',
  });
  expect(sharedVolumePlanner.plan(lectures({ size: '60Gi' }), lookupOver([claim(), DRIVER])).outcome).toBe('apply');
});

test('changes nothing while it or the Tenancy is invalid', () => {
  expect(sharedVolumePlanner.plan(lectures({ size: 'much' }), lookupOver([])).outcome).toBe('hold');
  expect(sharedVolumePlanner.plan(lectures(), lookupOver([tenancy({ quota: 'all' })])).outcome).toBe('hold');
});

test('leaves its claim behind when it is deleted, unless it says otherwise', () => {
  const deleted = (annotations: Fields): KubeObject =>
    lectures({}, {}, { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [FINALIZER], annotations });
  expect(sharedVolumePlanner.plan(deleted({}), lookupOver([claim()]))).toMatchObject({
    outcome: 'teardown',
    steps: [],
  });
  expect(
    sharedVolumePlanner.plan(deleted({ 'adrasteia.dev/delete-volumes': 'true' }), lookupOver([claim()])),
  ).toMatchObject({ outcome: 'teardown', steps: [{ kinds: ['PersistentVolumeClaim'], includingKept: true }] });
});

test('is served with tenancy alone, whole, by the controller that looks after environments', () => {
  expect(kinds.find(({ type }) => type.kind === 'SharedVolume')).toMatchObject({
    isTenancy: true,
    withEnvironments: true,
  });
});
