import type { KubeObject } from '../../../src/api/object';
import { LiveLookup } from '../../../src/cli/plan/live-lookup';
import { AdrasteiaError } from '../../../src/errors';
import type { Cluster } from '../../../src/ports/cluster';

const TEMPLATE = {
  group: 'adrasteia.dev',
  version: 'v1alpha1',
  kind: 'EnvironmentTemplate',
  plural: 'environmenttemplates',
  namespaced: true,
};
const template = (name: string, origin: string): KubeObject => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'EnvironmentTemplate',
  metadata: { name, namespace: 'team-a', labels: { origin } },
});

function clusterWith(objects: readonly KubeObject[]): { readonly cluster: Cluster; readonly asked: string[] } {
  const asked: string[] = [];
  const cluster: Partial<Cluster> = {
    get: async (_type, { name }) => {
      asked.push(`get ${name}`);
      return objects.find(({ metadata }) => metadata.name === name);
    },
    list: async (_type, { labelSelector = '' }) => {
      asked.push(`list ${labelSelector}`);
      return { items: objects, resourceVersion: '1' };
    },
  };
  return { cluster: cluster as Cluster, asked };
}

const nameIn = { namespace: 'team-a', name: 'one' };

describe('a live lookup', () => {
  it('answers a plan that asks step by step, each question once', async () => {
    const { cluster, asked } = clusterWith([template('one', 'two'), template('two', 'end')]);
    const lookup = new LiveLookup(cluster, [], 0);
    const found = await lookup.answering((answers) => {
      const one = answers.get(TEMPLATE, nameIn);
      const next = one.found ? (one.object.metadata.labels?.['origin'] ?? '') : '';
      return answers.get(TEMPLATE, { namespace: 'team-a', name: next });
    });
    expect(found).toMatchObject({ found: true, object: { metadata: { name: 'two' } } });
    expect(asked).toEqual(['get one', 'get two']);
  });

  it('takes what is given before what the cluster has', async () => {
    const { cluster, asked } = clusterWith([template('one', 'cluster'), template('two', 'cluster')]);
    const lookup = new LiveLookup(cluster, [template('one', 'given')], 0);
    const listed = await lookup.answering(
      (answers) => [answers.get(TEMPLATE, nameIn), answers.list(TEMPLATE, { namespace: 'team-a' })] as const,
    );
    expect(listed[0]).toMatchObject({ object: { metadata: { labels: { origin: 'given' } } } });
    expect(listed[1].map(({ metadata }) => `${metadata.name} ${metadata.labels?.['origin'] ?? ''}`)).toEqual([
      'one given',
      'two cluster',
    ]);
    expect(asked).toEqual(['list ']);
  });

  it('says that there is none where the object or its kind is absent', async () => {
    const absent = clusterWith([]).cluster;
    const unserved: Cluster = { ...absent, get: () => Promise.reject(new AdrasteiaError('ApiNotFound', 'not served')) };
    for (const cluster of [absent, unserved]) {
      expect(await new LiveLookup(cluster, [], 0).answering((answers) => answers.get(TEMPLATE, nameIn))).toEqual({
        found: false,
      });
    }
  });

  it('fails where the cluster may not be asked', async () => {
    const cluster: Cluster = {
      ...clusterWith([]).cluster,
      get: () => Promise.reject(new AdrasteiaError('ApiForbidden', 'no')),
    };
    await expect(
      new LiveLookup(cluster, [], 0).answering((answers) => answers.get(TEMPLATE, nameIn)),
    ).rejects.toMatchObject({ code: 'ApiForbidden' });
  });

  it('sees of a Secret its keys and a digest', async () => {
    const secret: KubeObject = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'one', namespace: 'team-a' },
      data: { b: 'eA==', a: 'eQ==' },
    };
    const handle = await new LiveLookup(clusterWith([secret]).cluster, [], 0).answering((answers) =>
      answers.secret(nameIn),
    );
    expect(handle).toEqual({
      found: true,
      name: 'one',
      keys: ['a', 'b'],
      hash: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    });
  });

  it('gives up a plan that never has enough', async () => {
    let asked = 0;
    const endless = new LiveLookup(clusterWith([]).cluster, [], 0).answering((answers) =>
      answers.get(TEMPLATE, { namespace: 'team-a', name: `n${asked++}` }),
    );
    await expect(endless).rejects.toMatchObject({ code: 'TimedOut' });
  });
});
