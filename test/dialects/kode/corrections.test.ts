import type { Manifest } from '../../../src/api/object';
import { kodeCorrections } from '../../../src/dialects/kode';
import { clusterTemplate, envoyConfig, template } from './objects';

const bare = (manifest: Manifest): Manifest => ({ ...manifest, apiVersion: 'v1alpha1' });
const referring = (reference: object, namespace?: string): Manifest => ({
  ...template({ envoyProxyRef: reference as never }),
  metadata: { name: 'small', ...(namespace === undefined ? {} : { namespace }) },
});

describe('a bare apiVersion', () => {
  it.each(['Kode', 'KodeTemplate', 'KodeClusterTemplate', 'EnvoyProxyConfig', 'EnvoyProxyClusterConfig'])(
    'of kind %s gets its group',
    (kind) => {
      expect(kodeCorrections({ apiVersion: 'v1alpha1', kind, metadata: { name: 'x' }, spec: {} }, [])).toEqual({
        manifest: { apiVersion: 'kode.jacero.io/v1alpha1', kind, metadata: { name: 'x' }, spec: {} },
        corrections: [{ path: 'apiVersion', message: '"v1alpha1" lacks the group: read as "kode.jacero.io/v1alpha1"' }],
      });
    },
  );

  it.each([
    {
      because: "it is kode-operator's where its fields are",
      spec: { api: 'ingress-api', routingType: 'domain', url: 'example.org' },
      to: 'kode.jacero.io/v1alpha1',
    },
    {
      because: 'another group has a kind of this name, with other fields',
      spec: { routing: 'Host', baseDomain: 'example.org' },
      to: 'v1alpha1',
    },
    { because: 'an empty one could be of either', spec: {}, to: 'v1alpha1' },
  ])('of an EntryPoint gets its group only where that is certain: $because', ({ spec, to }) => {
    expect(
      kodeCorrections({ apiVersion: 'v1alpha1', kind: 'EntryPoint', metadata: { name: 'x' }, spec }, []).manifest
        .apiVersion,
    ).toBe(to);
  });

  it.each([
    {
      because: 'another kind is nobody we know',
      manifest: { apiVersion: 'v1alpha1', kind: 'Widget', metadata: { name: 'x' } },
    },
    {
      because: 'another version is another API',
      manifest: { apiVersion: 'v1alpha2', kind: 'Kode', metadata: { name: 'x' } },
    },
    {
      because: 'another group is another API',
      manifest: { apiVersion: 'example.org/v1alpha1', kind: 'Kode', metadata: { name: 'x' } },
    },
  ])('is left where it is not ours: $because', ({ manifest }) => {
    expect(kodeCorrections(manifest, [])).toEqual({ manifest, corrections: [] });
  });
});

const ofCluster = (reference: object): Manifest => clusterTemplate({ envoyProxyRef: reference as never });

interface KindCase {
  readonly because: string;
  readonly manifest: Manifest;
  readonly others: readonly Manifest[];
  readonly kind: string | undefined;
}

describe('a reference to a proxy configuration without a kind', () => {
  const cases: readonly KindCase[] = [
    {
      because: 'a namespace says it',
      manifest: referring({ name: 'opa', namespace: 'team-a' }),
      others: [],
      kind: 'EnvoyProxyConfig',
    },
    {
      because: 'the one that is there says it',
      manifest: referring({ name: 'opa' }, 'team-a'),
      others: [envoyConfig('opa', 'team-a')],
      kind: 'EnvoyProxyConfig',
    },
    {
      because: 'a cluster-wide one says it too',
      manifest: referring({ name: 'opa' }, 'team-a'),
      others: [envoyConfig('opa', undefined)],
      kind: 'EnvoyProxyClusterConfig',
    },
    {
      because: 'of two the namespaced one is meant',
      manifest: referring({ name: 'opa' }, 'team-a'),
      others: [envoyConfig('opa', undefined), envoyConfig('opa', 'team-a')],
      kind: 'EnvoyProxyConfig',
    },
    {
      because: 'one that needs correction itself counts',
      manifest: referring({ name: 'opa' }),
      others: [bare(envoyConfig('opa', undefined))],
      kind: 'EnvoyProxyClusterConfig',
    },
    {
      because: 'one of another namespace does not',
      manifest: referring({ name: 'opa' }, 'team-a'),
      others: [envoyConfig('opa', 'team-b')],
      kind: undefined,
    },
    {
      because: 'a cluster template may find one in some namespaces only',
      manifest: ofCluster({ name: 'opa' }),
      others: [envoyConfig('opa', 'team-a'), envoyConfig('opa', undefined)],
      kind: undefined,
    },
    {
      because: 'a cluster template finds the cluster-wide one wherever it is used',
      manifest: ofCluster({ name: 'opa' }),
      others: [envoyConfig('opa', undefined)],
      kind: 'EnvoyProxyClusterConfig',
    },
    {
      because: 'where nothing decides it is left to the cluster',
      manifest: referring({ name: 'opa' }),
      others: [],
      kind: undefined,
    },
    {
      because: 'a kind that is given stays',
      manifest: referring({ kind: 'EnvoyProxyClusterConfig', name: 'opa', namespace: 'x' }),
      others: [],
      kind: 'EnvoyProxyClusterConfig',
    },
  ];

  it.each(cases)('is read so: $because', ({ manifest, others, kind }) => {
    const corrected = kodeCorrections(manifest, others);
    const reference = (corrected.manifest['spec'] as { envoyProxyRef: { kind?: string } }).envoyProxyRef;
    expect(reference.kind).toBe(kind);
    const before = (manifest['spec'] as { envoyProxyRef: { kind?: string } }).envoyProxyRef.kind;
    expect(corrected.corrections.map(({ path }) => path)).toEqual(kind === before ? [] : ['spec.envoyProxyRef.kind']);
  });

  it('is announced with the reason', () => {
    expect(kodeCorrections(referring({ name: 'opa', namespace: 'team-a' }), []).corrections).toEqual([
      { path: 'spec.envoyProxyRef.kind', message: 'missing: read as "EnvoyProxyConfig", since a namespace is given' },
    ]);
  });
});

describe('kodeCorrections', () => {
  it('does all it can in one pass, and nothing in a second', () => {
    const first = kodeCorrections(bare(referring({ name: 'opa', namespace: 'team-a' })), []);
    expect(first.corrections.map(({ path }) => path)).toEqual(['apiVersion', 'spec.envoyProxyRef.kind']);
    expect(kodeCorrections(first.manifest, [])).toEqual({ manifest: first.manifest, corrections: [] });
  });

  it('leaves the manifest that it is given as it was', () => {
    const manifest = bare(referring({ name: 'opa', namespace: 'team-a' }));
    const before = structuredClone(manifest);
    kodeCorrections(manifest, []);
    expect(manifest).toEqual(before);
  });

  it.each([undefined, null, 'text', []])('takes a spec that is %p', (spec) => {
    const manifest: Manifest = {
      apiVersion: 'kode.jacero.io/v1alpha1',
      kind: 'KodeTemplate',
      metadata: { name: 'x' },
      spec,
    };
    expect(kodeCorrections(manifest, [])).toEqual({ manifest, corrections: [] });
  });
});
