import type { Construct } from 'constructs';
import { environmentPlanner, environmentTree } from '../../constructs/environment/plan';
import type { Manifest } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import type { EnvironmentModel } from '../../src/model/environment-model';
import type { FrontEnd } from '../../src/model/front-end';
import type { Kind, TreeSource } from '../../src/plan/kind';
import { expand, renderTree } from '../../src/synth';
import { environmentModel, layoutFor, workloadModel } from '../support/models';

const DESK: ResourceType = { group: 'example.org', version: 'v1', kind: 'Desk', plural: 'desks', namespaced: true };
const TEMPLATE: ResourceType = { ...DESK, kind: 'DeskTemplate', plural: 'desktemplates' };

/** A desk is an environment of its name; its template says what is changed. */
const frontEnd: FrontEnd = {
  type: DESK,
  reads: [TEMPLATE],
  translate(object, lookup) {
    const { name, namespace = '' } = object.metadata;
    const answer = lookup.get(TEMPLATE, { namespace, name: String(object['template']) });
    if (!answer.found) return { outcome: 'hold', reason: 'TemplateNotFound', message: 'not there' };
    if (answer.object['broken'] === true)
      return { outcome: 'hold', reason: 'Invalid', message: 'the template is broken' };
    const model = environmentModel({
      name,
      namespace,
      ...(answer.object['changes'] as Partial<EnvironmentModel> | undefined),
    });
    return { outcome: 'model', model, layout: layoutFor(model), notes: {} };
  },
  status: () => ({}),
};

const KINDS: readonly Kind<TreeSource<Construct>>[] = [
  {
    type: DESK,
    statusSubresource: true,
    crd: () => ({ apiVersion: 'v1', kind: 'Unused', metadata: { name: 'unused' } }),
    validate: (object) => (object['template'] === '' ? [{ path: 'template', message: 'must not be empty' }] : []),
    withDefaults: (object) => ({ template: 'lab', ...object }),
    planner: environmentPlanner(frontEnd),
  },
  {
    type: TEMPLATE,
    statusSubresource: true,
    crd: () => ({ apiVersion: 'v1', kind: 'Unused', metadata: { name: 'unused' } }),
    validate: () => [],
  },
];

const desk = (name: string, more: object = {}): Manifest => ({
  apiVersion: 'example.org/v1',
  kind: 'Desk',
  metadata: { name, namespace: 'team-a' },
  ...more,
});
const template = (name: string, more: object = {}): Manifest => ({
  apiVersion: 'example.org/v1',
  kind: 'DeskTemplate',
  metadata: { name, namespace: 'team-a' },
  ...more,
});
const words = (manifests: readonly Manifest[]): readonly string[] =>
  manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);

describe('the expanded form', () => {
  test('is the tree that the controller applies', () => {
    const model = environmentModel();
    const tree = renderTree(environmentTree(model, layoutFor(model))).map(({ manifest }) => manifest);
    const { manifests, problems } = expand([desk('thesis'), template('lab')], KINDS);
    expect(problems).toEqual([]);
    expect(manifests.filter(({ kind }) => kind !== 'DeskTemplate')).toEqual(tree);
  });

  test('passes other objects through, and is in apply order', () => {
    const namespace: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } };
    const { manifests } = expand([desk('thesis'), template('lab'), namespace], KINDS);
    expect(words(manifests)).toEqual([
      'Namespace team-a',
      'ServiceAccount thesis',
      'PersistentVolumeClaim thesis-home',
      'NetworkPolicy thesis',
      'Service thesis',
      'StatefulSet thesis',
      'DeskTemplate lab',
    ]);
  });

  test('doesn’t depend on the order of the input', () => {
    const input = [desk('a'), desk('b'), template('lab')];
    expect(expand([...input].reverse(), KINDS).manifests).toEqual(expand(input, KINDS).manifests);
  });

  test('places objects without a namespace where kubectl would', () => {
    const bare: Manifest = { ...desk('thesis'), metadata: { name: 'thesis' } };
    const { manifests } = expand([bare, { ...template('lab'), metadata: { name: 'lab' } }], KINDS);
    expect(new Set(manifests.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['default']));
  });

  test('of an object whose template wasn’t given is refused', () => {
    expect(() => expand([desk('thesis')], KINDS)).toThrow(
      expect.objectContaining({
        code: 'ReferenceMissing',
        message:
          'Desk team-a/thesis refers to DeskTemplate team-a/lab, which was not given: add it to the input, or correct the reference',
      }) as Error,
    );
  });

  test('of an object with a generated value is refused', () => {
    const changes = { secrets: [{ id: 'token', generate: { token: { bytes: 32, encoding: 'hex' } } }] };
    expect(() => expand([desk('thesis'), template('lab', { changes })], KINDS)).toThrow(
      expect.objectContaining({
        code: 'GeneratedValueNeeded',
        message: expect.stringContaining('Secret team-a/thesis-token') as string,
      }) as Error,
    );
  });

  test('doesn’t ask for storage classes, which change no tree', () => {
    const home = {
      type: 'claim',
      name: 'home',
      claim: { size: '1Gi', accessModes: ['ReadWriteOnce'], storageClassName: 'fast', reclaim: 'Retain' },
    } as const;
    const changes: Partial<EnvironmentModel> = { workloads: [workloadModel({ volumes: [home] })] };
    expect(expand([desk('thesis'), template('lab', { changes })], KINDS).problems).toEqual([]);
  });

  test('says what is wrong with an object and expands the others', () => {
    const { manifests, problems } = expand(
      [
        desk('bad', { template: '' }),
        desk('held', { template: 'broken' }),
        desk('good'),
        template('lab'),
        template('broken', { broken: true }),
      ],
      KINDS,
    );
    expect(problems.map(({ object, path, message }) => [object.name, path, message])).toEqual([
      ['bad', 'template', 'must not be empty'],
      ['held', '', 'Invalid: the template is broken'],
    ]);
    expect(words(manifests)).toContain('StatefulSet good');
    expect(words(manifests)).not.toContain('StatefulSet bad');
  });

  test('names two objects that make the same child', () => {
    const model = environmentModel({ name: 'thesis' });
    const account: Manifest = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: layoutFor(model).names.serviceAccount, namespace: 'team-a' },
    };
    const { problems } = expand([account, desk('thesis'), template('lab')], KINDS);
    expect(problems.map(({ object, message }) => [object.name, message])).toEqual([
      [
        'thesis',
        'NameConflict: makes ServiceAccount team-a/thesis, which ServiceAccount team-a/thesis makes as well: rename one of them',
      ],
    ]);
  });
});
