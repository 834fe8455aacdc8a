import { Discovery } from '../../../src/adapters/kubernetes/discovery';
import { AdrasteiaError } from '../../../src/errors';
import { rejection } from './loopback-api';

type Answers = Readonly<Record<string, unknown>>;

/** A source that answers from a table, and counts. */
function sourceOf(answers: () => Answers): { raw: (path: string) => Promise<unknown>; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    raw: (path) => {
      asked.push(path);
      const answer = answers()[path];
      return answer === undefined
        ? Promise.reject(new AdrasteiaError('ApiInternal', `cannot get ${path}: unavailable`))
        : Promise.resolve(answer);
    },
  };
}

const aggregated = (...items: readonly unknown[]): unknown => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  items,
});
const resource = (plural: string, kind: string, shortNames: readonly string[] = [], scope = 'Namespaced'): unknown => ({
  resource: plural,
  singularResource: kind.toLowerCase(),
  responseKind: { group: '', version: '', kind },
  scope,
  verbs: ['get', 'list'],
  shortNames,
  subresources: [{ subresource: 'status' }],
});
const CORE = aggregated({
  metadata: {},
  versions: [
    {
      version: 'v1',
      resources: [
        resource('pods', 'Pod', ['po']),
        resource('nodes', 'Node', ['no'], 'Cluster'),
        resource('events', 'Event', ['ev']),
      ],
    },
  ],
});
const KODES = {
  metadata: { name: 'kode.jdomain.io' },
  versions: [
    { version: 'v1alpha2', resources: [resource('kodes', 'Kode')] },
    { version: 'v1alpha1', resources: [resource('kodes', 'Kode')] },
  ],
};
const EVENTS = {
  metadata: { name: 'events.k8s.io' },
  versions: [{ version: 'v1', resources: [resource('events', 'Event', ['ev'])] }],
};
const ALL: Answers = { '/api': CORE, '/apis': aggregated(EVENTS, KODES) };

describe('discovery', () => {
  it('finds a type by apiVersion and kind', async () => {
    const discovery = new Discovery(sourceOf(() => ALL));
    expect(await discovery.byKind('v1', 'Node')).toEqual({
      group: '',
      version: 'v1',
      kind: 'Node',
      plural: 'nodes',
      namespaced: false,
      singular: 'node',
      shortNames: ['no'],
      categories: [],
      verbs: ['get', 'list'],
    });
    expect(await discovery.byKind('kode.jdomain.io/v1alpha1', 'Kode')).toMatchObject({
      group: 'kode.jdomain.io',
      version: 'v1alpha1',
      namespaced: true,
    });
  });

  it.each([
    ['kodes', 'kode.jdomain.io/v1alpha2'],
    ['Kode', 'kode.jdomain.io/v1alpha2'],
    ['kode.kode.jdomain.io', 'kode.jdomain.io/v1alpha2'],
    ['kodes.v1alpha1.kode.jdomain.io', 'kode.jdomain.io/v1alpha1'],
    ['PO', '/v1'],
    ['ev', '/v1'],
    ['events', '/v1'],
    ['events.events.k8s.io', 'events.k8s.io/v1'],
  ])('finds what %s means on a command line', async (text, expected) => {
    const { group, version } = await new Discovery(sourceOf(() => ALL)).byName(text);
    expect(`${group}/${version}`).toBe(expected);
  });

  it('asks twice for everything, and once more for a name it does not have', async () => {
    let answers = { '/api': CORE, '/apis': aggregated() };
    const source = sourceOf(() => answers);
    const discovery = new Discovery(source);
    await Promise.all([discovery.byName('po'), discovery.byName('no'), discovery.all()]);
    expect(source.asked).toEqual(['/api', '/apis']);
    answers = { '/api': CORE, '/apis': aggregated(KODES) };
    const found = await Promise.all([discovery.byName('kodes'), discovery.byKind('kode.jdomain.io/v1alpha2', 'Kode')]);
    expect(found.map(({ plural }) => plural)).toEqual(['kodes', 'kodes']);
    expect(source.asked).toHaveLength(4);
  });

  it('asks again after a failure', async () => {
    let answers: Answers = {};
    const discovery = new Discovery(sourceOf(() => answers));
    expect(await rejection(discovery.all())).toMatchObject({ code: 'ApiInternal' });
    answers = ALL;
    expect(await discovery.all()).toHaveLength(6);
  });

  it.each([
    ['byName', ['kods'], 'the API serves no kods: did you mean kodes?'],
    ['byName', ['kods.kode.jdomain.io'], 'the API serves no kods.kode.jdomain.io: did you mean kodes.kode.jdomain.io?'],
    ['byName', ['mailboxes'], 'the API serves no mailboxes: check the name and its group, or install the CRD'],
    ['byKind', ['v1', 'Nod'], 'the API serves no Nod in v1: did you mean Node?'],
    ['byKind', ['v1', 'Mailbox'], 'the API serves no Mailbox in v1: check the kind'],
    [
      'byKind',
      ['kode.jdomain.io/v1', 'Kode'],
      'the API serves no Kode in kode.jdomain.io/v1: it is served in kode.jdomain.io/v1alpha1, kode.jdomain.io/v1alpha2',
    ],
    [
      'byKind',
      ['mail.io/v1', 'Mailbox'],
      'the API serves no Mailbox in mail.io/v1: install the CRD, or check apiVersion and kind',
    ],
  ] as const)('helps with %s(%j)', async (method, words, message) => {
    const discovery = new Discovery(sourceOf(() => ALL));
    const found = method === 'byName' ? discovery.byName(words[0]) : discovery.byKind(words[0], words[1]);
    expect(await rejection(found)).toMatchObject({ code: 'KindUnknown', message });
  });

  it('understands servers without aggregated discovery, and leaves out groups that are down', async () => {
    const listed = (...resources: readonly unknown[]): unknown => ({ kind: 'APIResourceList', resources });
    const discovery = new Discovery(
      sourceOf(() => ({
        '/api': { kind: 'APIVersions', versions: ['v1'] },
        '/api/v1': listed(
          { name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', verbs: ['get'], shortNames: ['po'] },
          { name: 'pods/log', singularName: '', namespaced: true, kind: 'Pod', verbs: ['get'] },
        ),
        '/apis': {
          kind: 'APIGroupList',
          groups: [
            { name: 'metrics.k8s.io', versions: [{ version: 'v1beta1' }], preferredVersion: { version: 'v1beta1' } },
            {
              name: 'a.io',
              versions: [{ version: 'v1beta1' }, { version: 'v1' }],
              preferredVersion: { version: 'v1' },
            },
          ],
        },
        '/apis/a.io/v1': listed({ name: 'as', singularName: 'a', namespaced: false, kind: 'A', verbs: [] }),
        '/apis/a.io/v1beta1': listed({ name: 'as', singularName: 'a', namespaced: false, kind: 'A', verbs: [] }),
      })),
    );
    expect(
      (await discovery.all()).map(({ group, version, plural, namespaced }) => [group, version, plural, namespaced]),
    ).toEqual([
      ['', 'v1', 'pods', true],
      ['a.io', 'v1', 'as', false],
      ['a.io', 'v1beta1', 'as', false],
    ]);
  });
});
