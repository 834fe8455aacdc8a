import type { KubernetesCluster } from '../../../../src/adapters/kubernetes/client';
import { Discovery } from '../../../../src/adapters/kubernetes/discovery';
import { rejection } from '../../../adapters/kubernetes/loopback-api';
import { CRDS, type ThrowAway, throwAwayNamespace } from './throw-away-namespace';

let room: ThrowAway;
let cluster: KubernetesCluster;

beforeAll(async () => {
  room = await throwAwayNamespace();
  cluster = room.cluster;
});

afterAll(() => room.remove());

describe('discovery', () => {
  it('finds what is served, alike with and without aggregated discovery', async () => {
    const aggregated = await new Discovery(cluster).all();
    const listed = await new Discovery({ raw: (path) => cluster.raw(path) }).all();
    const keys = (types: typeof listed): string[] =>
      types
        .map(({ group, version, plural, kind, namespaced }) => `${group}/${version} ${plural} ${kind} ${namespaced}`)
        .sort();
    expect(keys(aggregated)).toEqual(keys(listed));
    expect(keys(aggregated)).toContain('apps/v1 deployments Deployment true');
  });

  it('finds a kind whose CRD came later', async () => {
    const group = `${room.namespace}.adrasteia.dev`;
    const discovery = new Discovery(cluster);
    expect(await rejection(discovery.byKind(`${group}/v1`, 'Widget'))).toMatchObject({ code: 'KindUnknown' });
    const name = `widgets.${group}`;
    const created = await cluster.create(CRDS, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'widgets', singular: 'widget', kind: 'Widget', shortNames: ['wdg'] },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    });
    try {
      await established(name, created.metadata.resourceVersion ?? '');
      const type = await discovered(discovery, group);
      expect(type).toMatchObject({ group, version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true });
      expect(await cluster.get(type, { namespace: room.namespace, name: 'absent' })).toBeUndefined();
    } finally {
      await cluster.delete(CRDS, { name });
    }
  }, 60_000);
});

/** Waits until a CRD is established. */
async function established(name: string, resourceVersion: string): Promise<void> {
  const abort = new AbortController();
  for await (const event of cluster.watch(CRDS, {
    fieldSelector: `metadata.name=${name}`,
    resourceVersion,
    timeoutSeconds: 30,
    signal: abort.signal,
  })) {
    if (event.type === 'BOOKMARK') continue;
    const { conditions = [] } = (event.object.status ?? {}) as { conditions?: { type: string; status: string }[] };
    if (conditions.some(({ type, status }) => type === 'Established' && status === 'True')) abort.abort();
  }
}

/** Discovery and the handler of a new kind follow `Established` a moment later: asked again until both are there. */
async function discovered(discovery: Discovery, group: string): ReturnType<Discovery['byKind']> {
  for (;;) {
    try {
      const type = await discovery.byName(`wdg.${group}`);
      await cluster.list(type, { namespace: room.namespace });
      return type;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'KindUnknown' && (error as { code?: unknown }).code !== 'ApiNotFound')
        throw error;
    }
  }
}
