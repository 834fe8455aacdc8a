import { createHash } from 'node:crypto';
import {
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
} from '../../../src/apiserver/discovery';
import { builtinResources } from '../../../src/apiserver/kubernetes';
import { serverFacts } from '../../../src/apiserver/kubernetes/server-facts';
import recorded from './recorded-discovery.json';
import { resource } from './resources';

const builtins = builtinResources().map((facts) =>
  resource({ ...facts, versions: Object.fromEntries(facts.versions.map((v) => [v.version, v.subresources])) }),
);

describe('discovery of the built-in resources', () => {
  const facts = serverFacts();

  it('lists the groups that the real server lists, in its order', () => {
    expect(apiGroupList(builtins)).toEqual(facts.groups);
  });

  it.each(Object.keys(facts.resources))('lists the resources that the real server lists under %s', (path) => {
    const [group = '', version = ''] = path.startsWith('/api/') ? ['', path.slice(5)] : path.slice(6).split('/');
    expect(apiResourceList(builtins, group, version)).toEqual(facts.resources[path]);
  });

  it.each(['api', 'apis'] as const)('gives the document and the tag that the real server gives for /%s', (path) => {
    const { document, etag } = aggregatedDiscovery(builtins, `/${path}`);
    expect(JSON.stringify(document)).toBe(JSON.stringify(facts.aggregated[path]));
    const { metadata, items } = facts.aggregated[path];
    const digest = createHash('sha512').update(JSON.stringify({ metadata, items })).digest('hex');
    expect(etag).toBe(`"${digest.toUpperCase()}"`);
  });

  it('names the address of the server at /api', () => {
    expect(apiVersions(builtins, '10.0.0.1:6443')).toEqual({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '10.0.0.1:6443' }],
    });
  });
});

describe('discovery of custom resources', () => {
  const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
  const CHANGES = ['get', 'patch', 'update'];
  const scale = { name: 'scale', verbs: CHANGES, group: 'autoscaling', version: 'v1', kind: 'Scale' };
  const custom = [
    resource({
      group: 'openapi.example.com',
      kind: 'Widget',
      resource: 'widgets',
      singular: 'widget',
      namespaced: true,
      verbs: VERBS,
      shortNames: ['wd', 'wdg'],
      categories: ['all', 'toys'],
      storageVersion: 'v1',
      isCustom: true,
      versions: { v1: [{ name: 'status', verbs: CHANGES, kind: 'Widget' }, scale], v1alpha1: [] },
    }),
    resource({
      group: 'openapi.example.com',
      kind: 'Adget',
      resource: 'gadgets',
      singular: 'gadget',
      namespaced: false,
      verbs: VERBS,
      storageVersion: 'v1beta1',
      isCustom: true,
      versions: { v1: [{ name: 'status', verbs: CHANGES, kind: 'Adget' }], v1beta1: [] },
    }),
  ];
  const all = [...custom, ...builtins];

  it('orders the versions of a group as Kubernetes prefers them', () => {
    expect(apiGroup(all, 'openapi.example.com')).toEqual(recorded.group);
  });

  it.each(Object.entries(recorded.lists))('lists the resources of %s', (version, list) => {
    // The real server lists resources of the same group in no order.
    const inOrder = ({ resources }: { resources: readonly { name: string }[] }): unknown =>
      resources.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const given = apiResourceList(all, 'openapi.example.com', version) as unknown as typeof list;
    expect({ ...given, resources: inOrder(given) }).toEqual({ ...list, resources: inOrder(list) });
  });

  it('stand after the built-in groups in the aggregated document', () => {
    const { document } = aggregatedDiscovery(all, '/apis');
    expect((document['items'] as unknown[]).at(-1)).toEqual(recorded.aggregated);
  });

  it('are found in no group and no version that they do not have', () => {
    expect(apiGroup(all, 'nobody.example.com')).toBeUndefined();
    expect(apiResourceList(all, 'openapi.example.com', 'v2')).toBeUndefined();
  });
});
