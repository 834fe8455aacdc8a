/**
 * A folder of tenants and workspaces, once through the controller and once through the doors that write: what stands in the cluster
 * is what they write, object by object and member by member.
 */

import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinds } from '../../constructs/kinds';
import { NAMESPACE } from '../../constructs/parts/resource-types';
import { canonicalJson } from '../../src/api/json';
import { type Manifest, referenceKey, referenceTo } from '../../src/api/object';
import { kindKey, type ResourceType } from '../../src/api/resource-type';
import { OWNER_UID_LABEL } from '../../src/api/well-known';
import { isForAnyCluster, kindOf, objectsOf } from '../conformance/cases';
import { Cdk8sDoor } from '../conformance/cdk8s-door';
import { PulumiDoor } from '../conformance/pulumi-door';
import { engineCrds, engineKinds } from '../support/engine';
import { eventually } from '../support/eventually';
import { Harness } from '../support/harness';
import { shipRoles } from '../support/shipped-roles';

jest.setTimeout(120_000);

const KINDS = engineKinds();
const APPLIED: ReadonlyMap<string, ResourceType> = new Map(
  kinds
    .filter(({ isTenancy }) => isTenancy === true)
    .flatMap(({ planner }) => planner?.applies ?? [])
    .map((type) => [kindKey(type), type]),
);
const SAMPLES = '../shared/seeds/samples/crownlabs';
// eslint-disable-next-line no-restricted-syntax -- the folder is beside the repository, not in it
const withSamples = existsSync(join(__dirname, '../..', SAMPLES)) ? test : test.skip;

const cdk8s = new Cdk8sDoor(tmpdir());
let pulumi: PulumiDoor;
let harness: Harness;
/** What was applied, with its type. */
let made: { readonly type: ResourceType; readonly object: Manifest }[];

beforeAll(async () => {
  pulumi = await PulumiDoor.open();
});
beforeEach(async () => {
  made = [];
  harness = await Harness.make(engineCrds());
  await shipRoles(harness.cluster);
  await harness.start(KINDS, { everywhere: true });
});
afterEach(async () => {
  for (const { type, object } of made.toReversed()) {
    // The volumes that the example shares would keep their workspace.
    const metadata = { annotations: { 'adrasteia.dev/delete-volumes': 'true' } };
    await harness.cluster.patch(type, object.metadata, { metadata }, { type: 'merge', fieldManager: 'test' });
    await harness.cluster.delete(type, object.metadata);
  }
  for (const { type, object } of made)
    await eventually(`${object.kind} ${object.metadata.name} is gone`, async () => {
      return (await harness.cluster.get(type, object.metadata)) === undefined;
    });
  await harness.close();
});

const canonical = (objects: readonly Manifest[]): readonly string[] =>
  objects.map((object) => `${referenceKey(referenceTo(object))} ${canonicalJson(object)}`).sort();
const keysOf = (objects: readonly Manifest[]): readonly string[] =>
  objects.map((object) => referenceKey(referenceTo(object))).sort();

/** Through the doors that write, which agree. */
async function written(name: string, objects: readonly Manifest[], form: 'CustomResources' | 'Expanded') {
  const one = cdk8s.write(name, objects, form);
  expect(canonical(await pulumi.write(name, objects, form))).toEqual(canonical(one));
  return one;
}

/** Applies what is served of the objects: those of the cluster first, since they make the namespaces of the others. */
async function applyAll(objects: readonly Manifest[]): Promise<void> {
  const served = objects.flatMap((object) => {
    const type = kindOf(object)?.type;
    return type === undefined ? [] : [{ type, object }];
  });
  for (const namespaced of [false, true])
    for (const one of served.filter(({ type }) => type.namespaced === namespaced)) {
      await eventually(`the namespace of ${one.object.metadata.name}`, () => isPlaceThere(one.object));
      await harness.apply(one.type, one.object);
      made.push(one);
    }
}

async function isPlaceThere({ metadata: { namespace } }: Manifest): Promise<boolean> {
  return namespace === undefined || (await harness.cluster.get(NAMESPACE, { name: namespace })) !== undefined;
}

/** Everything in the cluster that was made for these objects, as far as any cluster takes it. */
async function children(): Promise<readonly Manifest[]> {
  const uids = await Promise.all(
    made.map(async ({ type, object }) => (await harness.cluster.get(type, object.metadata))?.metadata.uid ?? ''),
  );
  const lists = await Promise.all(
    [...APPLIED.values()].map((type) =>
      harness.cluster.list(type, { labelSelector: `${OWNER_UID_LABEL} in (${uids.join()})` }),
    ),
  );
  return lists.flatMap(({ items }) => items).filter(isForAnyCluster);
}

async function expectWhatTheDoorsWrite(objects: readonly Manifest[]): Promise<void> {
  await applyAll(await written('given', objects, 'CustomResources'));
  const expanded = await written('given', objects, 'Expanded');
  expect(expanded).not.toEqual([]);
  const expected = keysOf(expanded).join('\n');
  await eventually(`the cluster holds ${expected}`, async () => keysOf(await children()).join('\n') === expected);
  const live = new Map((await children()).map((object) => [referenceKey(referenceTo(object)), object]));
  // The server adds members, and changes none.
  for (const object of expanded) expect(live.get(referenceKey(referenceTo(object)))).toMatchObject(object);
}

test('the controller makes of the example what the doors write of it', async () => {
  await expectWhatTheDoorsWrite(objectsOf('examples/tenancy'));
});

withSamples(
  'the controller makes of CrownLabs’ published tenants and workspaces what the doors write of them',
  async () => {
    await expectWhatTheDoorsWrite(objectsOf(SAMPLES).filter((object) => kindOf(object)?.isTenancy === true));
  },
);
