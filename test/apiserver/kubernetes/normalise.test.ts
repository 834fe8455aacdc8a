import type { DraftObject } from '../../../src/apiserver/draft';
import { builtinCodec, builtinSchema, normalise } from '../../../src/apiserver/kubernetes';

function schema(apiVersion: string, kind: string): NonNullable<ReturnType<typeof builtinSchema>> {
  const found = builtinSchema(apiVersion, kind);
  if (found === undefined) throw new Error(`${kind} has no schema`);
  return found;
}

describe('an object that a strategy has built', () => {
  it.each([
    {
      because: 'zero values that are left out go',
      draft: {
        metadata: { name: 'a', labels: {}, finalizers: [], generateName: '' },
        spec: { replicas: 0, paused: false },
      },
      written: { metadata: { name: 'a' }, spec: { replicas: 0 } },
    },
    {
      because: 'pointers to nothing go',
      draft: { spec: { replicas: null, progressDeadlineSeconds: null } },
      written: { metadata: {}, spec: {} },
    },
    {
      because: 'what nobody knows goes',
      draft: { spec: { foo: 1 }, bar: {} },
      written: { metadata: {}, spec: {} },
    },
    {
      because: 'structs inside lists are written whole',
      draft: { spec: { template: { spec: { containers: [{ name: 'a' }] } } } },
      written: { metadata: {}, spec: { template: { spec: { containers: [{ name: 'a', resources: {} }] } } } },
    },
  ])('is written as a Go server writes it: $because', ({ draft, written }) => {
    const object = draft as unknown as DraftObject;
    normalise(object, schema('apps/v1', 'Deployment'));
    expect(object).toMatchObject(written);
    expect(Object.keys(object)).toEqual(expect.arrayContaining(['metadata', 'spec', 'status']));
    expect(object['spec']).toMatchObject({ selector: null, strategy: {}, template: { metadata: {} } });
    const { foo, paused, bar } = { ...object, ...(object['spec'] as DraftObject) };
    expect([foo, paused, bar]).toEqual([undefined, undefined, undefined]);
  });

  it('is in the form that reading it gives', () => {
    const type = { group: 'apps', version: 'v1', kind: 'Deployment' };
    const node = schema('apps/v1', 'Deployment');
    const { object } = builtinCodec(node, type).decode({ spec: { template: { spec: { containers: [{}] } } } });
    const again = structuredClone(object);
    normalise(again, node);
    expect(again).toEqual(object);
  });

  it('keeps empty lists where objects are stored as JSON', () => {
    const object: DraftObject = { spec: { versions: [] } };
    normalise(object, schema('apiextensions.k8s.io/v1', 'CustomResourceDefinition'), 'json');
    expect(object['spec']).toMatchObject({ versions: [] });
  });
});

describe('a codec with defaults', () => {
  it('sets them on what is always written, and drops what they leave zero', () => {
    const codec = builtinCodec(schema('apps/v1', 'Deployment'), {
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      setDefaults: (object) => {
        const spec = object['spec'] as DraftObject;
        expect(spec['strategy']).toEqual({});
        spec['strategy'] = { type: 'RollingUpdate', rollingUpdate: null };
      },
    });
    expect(codec.decode({}).object['spec']).toMatchObject({ strategy: { type: 'RollingUpdate' } });
    expect(codec.decode({}).object['spec']).not.toMatchObject({ strategy: { rollingUpdate: null } });
  });
});
