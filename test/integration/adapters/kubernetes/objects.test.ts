import { connectCluster, KubernetesCluster } from '../../../../src/adapters/kubernetes/client';
import { apiStatusOf } from '../../../../src/adapters/kubernetes/errors';
import type { KubeObject } from '../../../../src/api/object';
import { rejection } from '../../../adapters/kubernetes/loopback-api';
import { testKubeconfig } from '../../../support/cluster';
import { CONFIG_MAPS, type ConfigMap, type ThrowAway, throwAwayNamespace } from './throw-away-namespace';

let room: ThrowAway;
let cluster: KubernetesCluster;

beforeAll(async () => {
  room = await throwAwayNamespace();
  cluster = room.cluster;
});

afterAll(() => room.remove());

function configMap(
  name: string,
  data: Readonly<Record<string, string>> = {},
  labels?: Readonly<Record<string, string>>,
): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: room.namespace, ...(labels === undefined ? {} : { labels }) },
    data,
  };
}

function named(name: string): { readonly name: string; readonly namespace: string } {
  return { name, namespace: room.namespace };
}

function dataOf(object: KubeObject | undefined): unknown {
  return object?.['data'];
}

describe('an object', () => {
  it('is created, read, replaced, patched and deleted', async () => {
    const created = await cluster.create(CONFIG_MAPS, configMap('life', { a: '1' }));
    expect(created.metadata.uid).toMatch(/^[-0-9a-f]{36}$/);
    expect(await cluster.get(CONFIG_MAPS, named('life'))).toEqual(created);
    expect(dataOf(await cluster.replace(CONFIG_MAPS, { ...created, data: { a: '2', b: '1' } }))).toEqual({
      a: '2',
      b: '1',
    });
    expect(
      dataOf(await cluster.patch(CONFIG_MAPS, named('life'), { data: { b: null, c: 'ünï → ✓' } }, { type: 'merge' })),
    ).toEqual({ a: '2', c: 'ünï → ✓' });
    expect(
      dataOf(await cluster.patch(CONFIG_MAPS, named('life'), [{ op: 'remove', path: '/data/a' }], { type: 'json' })),
    ).toEqual({ c: 'ünï → ✓' });
    await cluster.delete(CONFIG_MAPS, named('life'));
    expect(await cluster.get(CONFIG_MAPS, named('life'))).toBeUndefined();
    await cluster.delete(CONFIG_MAPS, named('life'));
  });

  it('that is there already is not created again', async () => {
    await cluster.create(CONFIG_MAPS, configMap('twice'));
    expect(await rejection(cluster.create(CONFIG_MAPS, configMap('twice')))).toMatchObject({
      code: 'ApiAlreadyExists',
    });
  });

  it('that changed meanwhile is not replaced', async () => {
    const created = await cluster.create(CONFIG_MAPS, configMap('stale'));
    await cluster.patch(CONFIG_MAPS, named('stale'), { data: { a: '1' } }, { type: 'merge' });
    expect(await rejection(cluster.replace(CONFIG_MAPS, created))).toMatchObject({ code: 'ApiConflict' });
  });

  it('of another UID or version is not deleted', async () => {
    const { metadata } = await cluster.create(CONFIG_MAPS, configMap('kept'));
    expect(await rejection(cluster.delete(CONFIG_MAPS, named('kept'), { uid: 'another' }))).toMatchObject({
      code: 'ApiConflict',
    });
    expect(await rejection(cluster.delete(CONFIG_MAPS, named('kept'), { resourceVersion: '1' }))).toMatchObject({
      code: 'ApiConflict',
    });
    await cluster.delete(CONFIG_MAPS, named('kept'), {
      uid: metadata.uid ?? '',
      resourceVersion: metadata.resourceVersion ?? '',
      propagation: 'Foreground',
    });
  });
});

describe('server-side apply', () => {
  it('creates, changes, and leaves the fields of others alone', async () => {
    await cluster.apply(CONFIG_MAPS, configMap('shared', { a: '1' }), { fieldManager: 'one' });
    await cluster.apply(CONFIG_MAPS, configMap('shared', { b: '1' }), { fieldManager: 'two' });
    expect(dataOf(await cluster.apply(CONFIG_MAPS, configMap('shared', { c: '1' }), { fieldManager: 'one' }))).toEqual({
      b: '1',
      c: '1',
    });
  });

  it('names the field of a conflict, and takes it over by force', async () => {
    await cluster.apply(CONFIG_MAPS, configMap('fought', { a: '1' }), { fieldManager: 'one' });
    const conflict = await rejection(
      cluster.apply(CONFIG_MAPS, configMap('fought', { a: '2' }), { fieldManager: 'two' }),
    );
    expect(conflict).toMatchObject({ code: 'ApiConflict' });
    expect(apiStatusOf(conflict)?.causes).toEqual([
      { reason: 'FieldManagerConflict', field: '.data.a', message: 'conflict with "one"' },
    ]);
    expect(
      dataOf(await cluster.apply(CONFIG_MAPS, configMap('fought', { a: '2' }), { fieldManager: 'two', force: true })),
    ).toEqual({ a: '2' });
  });

  it('tried dry changes nothing', async () => {
    expect(
      dataOf(await cluster.apply(CONFIG_MAPS, configMap('dry', { a: '1' }), { fieldManager: 'one', dryRun: true })),
    ).toEqual({ a: '1' });
    await cluster.create(CONFIG_MAPS, configMap('dry'), { dryRun: true });
    expect(await cluster.get(CONFIG_MAPS, named('dry'))).toBeUndefined();
  });
});

describe('refusals', () => {
  it.each([
    ['a name that is none', () => configMap('Not_a_name'), 'ApiInvalid'],
    [
      'annotations of more than 256 kB',
      () => ({ ...configMap('a'), metadata: { ...named('a'), annotations: { x: 'x'.repeat(300_000) } } }),
      'ApiTooLarge',
    ],
    ['an object of 1.2 MB', () => configMap('a', { x: 'x'.repeat(1_200_000) }), 'ApiTooLarge'],
    ['an object of 4 MB', () => configMap('a', { x: 'x'.repeat(4_000_000) }), 'ApiTooLarge'],
  ])('of %s have a code of their own', async (_what, object, code) => {
    expect(await rejection(cluster.create(CONFIG_MAPS, object()))).toMatchObject({ code });
  });

  it('of an account that may not are ApiForbidden, with its name', async () => {
    const nobody = connectCluster({
      kubeconfig: testKubeconfig(),
      impersonate: { user: 'nobody', groups: ['nogroup'] },
    });
    expect(await rejection(nobody.get(CONFIG_MAPS, named('x')))).toMatchObject({
      code: 'ApiForbidden',
      message: expect.stringContaining('User "nobody" cannot get resource "configmaps"') as string,
    });
    await nobody.close();
  });

  it('of a token that nobody knows are ApiUnauthorized', async () => {
    const { connection } = cluster;
    const stranger = new KubernetesCluster({ ...connection, user: { token: 'unknown' } });
    expect(await rejection(stranger.get(CONFIG_MAPS, named('x')))).toMatchObject({
      code: 'ApiUnauthorized',
      message: expect.not.stringContaining('unknown') as string,
    });
    await stranger.close();
  });
});

describe('a missing kind', () => {
  const absent = {
    group: 'absent.adrasteia.dev',
    version: 'v1',
    kind: 'Nothing',
    plural: 'nothings',
    namespaced: true,
  } as const;

  it('is not taken for an absent object', async () => {
    expect(await rejection(cluster.get(absent, named('x')))).toMatchObject({ code: 'ApiNotFound' });
    expect(await rejection(cluster.get({ ...absent, group: '' }, named('x')))).toMatchObject({ code: 'ApiNotFound' });
    expect(await rejection(cluster.list(absent, {}))).toMatchObject({ code: 'ApiNotFound' });
    expect(await rejection(cluster.delete(absent, named('x')))).toMatchObject({ code: 'ApiNotFound' });
  });
});

describe('a list', () => {
  it('of more than one page has every object once, with apiVersion and kind', async () => {
    const names = Array.from({ length: 1100 }, (_, index) => `page-${String(index).padStart(4, '0')}`);
    await Promise.all(names.map((name) => cluster.create(CONFIG_MAPS, configMap(name, {}, { paged: 'yes' }))));
    const { items, resourceVersion } = await cluster.list(CONFIG_MAPS, {
      namespace: room.namespace,
      labelSelector: 'paged=yes',
    });
    expect(items.map(({ metadata }) => metadata.name).sort()).toEqual(names);
    expect(items.every(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'ConfigMap')).toBe(true);
    expect(Number(resourceVersion)).toBeGreaterThan(0);
  }, 60_000);

  it('has only what the selectors take', async () => {
    await cluster.create(CONFIG_MAPS, configMap('chosen', {}, { chosen: 'yes' }));
    const byLabel = await cluster.list(CONFIG_MAPS, { labelSelector: 'chosen in (yes)', namespace: room.namespace });
    const byName = await cluster.list(CONFIG_MAPS, {
      namespace: room.namespace,
      fieldSelector: 'metadata.name=chosen',
    });
    expect(byLabel.items).toHaveLength(1);
    expect(byName.items).toEqual(byLabel.items);
  });
});
