/** A definition's resource: names, versions, conversion, strategy. */
import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { customResource } from '../../../src/apiserver/custom-resources/custom-resource';
import type { CustomResourceDefinition, DefinitionVersion } from '../../../src/apiserver/custom-resources/definition';
import type { ValidationRules } from '../../../src/apiserver/custom-resources/validation-rules';
import { draftOf } from '../../../src/apiserver/draft';
import { invalidField } from '../../../src/apiserver/field-error';
import { CREATION, NOW, updateContext } from './context';

const OBJECT_SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    spec: { type: 'object', properties: { size: { type: 'integer', default: 1 }, color: { type: 'string' } } },
    status: { type: 'object', properties: { phase: { type: 'string' } } },
  },
};

function version(name: string, more: Partial<DefinitionVersion> = {}): DefinitionVersion {
  return { name, served: true, storage: name === 'v1', schema: { openAPIV3Schema: OBJECT_SCHEMA }, ...more };
}

function definition(
  versions: readonly DefinitionVersion[],
  more: Partial<CustomResourceDefinition['spec']> = {},
): CustomResourceDefinition {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
      versions,
      ...more,
    },
  };
}

function thing(more: JsonObject = {}, apiVersion = 'example.com/v1'): KubeObject {
  return { apiVersion, kind: 'Thing', metadata: { name: 'a', namespace: 'team' }, ...more };
}

describe('the versions of a custom resource', () => {
  it('are those that are served, the best first', () => {
    const names = ['v1alpha1', 'v2beta1', 'v1', 'v10', 'foo', 'v2'];
    const resource = customResource(
      definition([...names.map((name) => version(name)), version('v3', { served: false })]),
    );
    expect([...resource.versions.keys()]).toEqual(['v10', 'v2', 'v1', 'v2beta1', 'v1alpha1', 'foo']);
  });

  it('warn where they are deprecated, and name the best that is not', () => {
    const resource = customResource(
      definition([
        version('v1'),
        version('v1beta1', { deprecated: true }),
        version('v2beta1', { deprecated: true, deprecationWarning: 'gone soon' }),
        version('v2', { deprecated: true }),
      ]),
    );
    const warnings = [...resource.versions.values()].map(({ version: name, deprecation }) => [name, deprecation]);
    expect(Object.fromEntries(warnings)).toEqual({
      v1: undefined,
      v1beta1: 'example.com/v1beta1 Thing is deprecated; use example.com/v1 Thing',
      v2beta1: 'gone soon',
      v2: 'example.com/v2 Thing is deprecated',
    });
  });

  it('have the endpoints that they say', () => {
    const scale = { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' };
    const resource = customResource(
      definition([version('v1', { subresources: { status: {}, scale } }), version('v2')]),
    );
    expect([...(resource.versions.get('v1')?.subresources.keys() ?? [])]).toEqual(['status', 'scale']);
    expect(resource.versions.get('v1')?.subresources.get('scale')).toMatchObject({
      kind: 'Scale',
      group: 'autoscaling',
      scale,
    });
    expect(resource.versions.get('v2')?.subresources.size).toBe(0);
  });
});

describe('conversion', () => {
  const narrow: JsonObject = {
    type: 'object',
    properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
  };
  const resource = customResource(
    definition([version('v1'), version('v2'), version('v3', { schema: { openAPIV3Schema: narrow } })]),
  );

  it('changes the version and nothing else', () => {
    const object = thing({ spec: { size: 2, color: 'red' } });
    expect(resource.convert(object, 'v2')).toEqual({ ...object, apiVersion: 'example.com/v2' });
    expect(resource.convert(object, 'v1')).toBe(object);
  });

  it('leaves out what the other version does not know, and the object as it is', () => {
    const object = thing({ spec: { size: 2, color: 'red' } });
    expect(resource.convert(object, 'v3')).toEqual({ ...object, apiVersion: 'example.com/v3', spec: { size: 2 } });
    expect(object.spec).toEqual({ size: 2, color: 'red' });
  });

  it('by a webhook is refused', () => {
    const hooked = customResource(definition([version('v1'), version('v2')], { conversion: { strategy: 'Webhook' } }));
    expect(() => hooked.convert(thing(), 'v2')).toThrow('webhook conversion is not supported');
  });
});

describe('an object that was stored under another schema', () => {
  it('is read with the defaults of today and without what is unknown', () => {
    const resource = customResource(definition([version('v1')]));
    const old = { ...thing({ spec: { color: 'red', gone: true } }), metadata: { name: 'a', labels: { a: 1 } } };
    expect(resource.stored(old as unknown as KubeObject)).toEqual({
      apiVersion: 'example.com/v1',
      kind: 'Thing',
      metadata: { name: 'a' },
      spec: { color: 'red', size: 1 },
    });
  });
});

describe('the strategy of a custom resource', () => {
  const withStatus = customResource(definition([version('v1', { subresources: { status: {} } })]));
  const without = customResource(definition([version('v1')]));

  it('takes no status at creation where the status has an endpoint', () => {
    const objects = [withStatus, without].map(({ strategy }) => {
      const object = draftOf(thing({ status: { phase: 'x' } }) as unknown as JsonObject);
      strategy.prepareForCreate?.(object, CREATION);
      return object['status'];
    });
    expect(objects).toEqual([undefined, { phase: 'x' }]);
  });

  it('keeps the status when the object changes, and the rest when the status does', () => {
    const old = thing({ spec: { size: 1 }, status: { phase: 'old' } });
    const next = thing({ spec: { size: 2 }, status: { phase: 'new' } });
    const updated = ['', 'status'].map((subresource) => {
      const object = draftOf(next as unknown as JsonObject);
      withStatus.strategy.prepareForUpdate?.(object, old, updateContext(subresource));
      return { spec: object['spec'], status: object['status'] };
    });
    expect(updated).toEqual([
      { spec: { size: 2 }, status: { phase: 'old' } },
      { spec: { size: 1 }, status: { phase: 'new' } },
    ]);
  });

  it('lets a status update keep nothing but the managed fields of its metadata', () => {
    const old = { ...thing({ status: {} }), metadata: { name: 'a', labels: { a: 'old' } } };
    const managedFields = [{ manager: 'm' }];
    const object = draftOf({
      ...(thing() as unknown as JsonObject),
      metadata: { name: 'a', labels: { a: 'new' }, managedFields },
    });
    withStatus.strategy.prepareForUpdate?.(object, old, updateContext('status'));
    expect(object).toEqual({
      apiVersion: 'example.com/v1',
      kind: 'Thing',
      metadata: { name: 'a', labels: { a: 'old' }, managedFields },
    });
  });

  it('counts all changes but those of metadata and of a status with an endpoint', () => {
    const old = { ...thing({ spec: { size: 1 }, status: {} }), metadata: { name: 'a', generation: 4 } };
    const generation = (resource: typeof without, more: JsonObject, subresource = ''): unknown => {
      const object = draftOf({ ...(old as unknown as JsonObject), ...more });
      resource.strategy.prepareForUpdate?.(object, old, updateContext(subresource));
      return (object['metadata'] as JsonObject)['generation'];
    };
    const status = { status: { phase: 'x' } };
    expect(generation(withStatus, { spec: { size: 2 } })).toBe(5);
    expect(generation(withStatus, { metadata: { name: 'a', labels: { a: 'b' } } })).toBe(4);
    expect(generation(withStatus, status)).toBe(4);
    expect(generation(withStatus, status, 'status')).toBe(4);
    expect(generation(without, status)).toBe(5);
  });

  it('takes fields from nobody that the endpoint resets', () => {
    expect(withStatus.strategy.resetFields).toEqual({ '': [['status']], status: [['spec']] });
    expect(without.strategy.resetFields).toEqual({});
  });

  it('warns of finalizers that may meet those of others, once', () => {
    const warned = (finalizers: string[], old?: string[]): readonly string[] => {
      const object = { ...thing(), metadata: { name: 'a', finalizers } };
      const before = old === undefined ? undefined : { ...thing(), metadata: { name: 'a', finalizers: old } };
      return without.strategy.warnings?.(object, before, CREATION) ?? [];
    };
    expect(warned(['foo', 'a.b', 'x/y', 'orphan'])).toEqual([
      'metadata.finalizers: "a.b": prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers',
      'metadata.finalizers: "foo": prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers',
    ]);
    expect(warned(['foo'], ['foo'])).toEqual([]);
  });

  it('finds objects by the selectable fields of their version', () => {
    const selectableFields = [{ jsonPath: '.spec.color' }, { jsonPath: '.spec.size' }];
    const { strategy } = customResource(definition([version('v1', { selectableFields })]));
    expect(strategy.fieldNames).toEqual(['spec.color', 'spec.size']);
    expect(strategy.fields?.(thing({ spec: { size: 3 } }))).toEqual({ 'spec.color': '', 'spec.size': '3' });
  });

  it('evaluates rules, unless the object is too wrong for them', () => {
    const rules: ValidationRules = {
      compile: () => ({ evaluate: () => [invalidField('spec', 'object', 'told by a rule')] }),
      check: () => [],
    };
    const { strategy } = customResource(definition([version('v1')]), { rules });
    const told = (spec: JsonObject): unknown =>
      strategy.validate?.(thing({ spec }), CREATION).map(({ detail }) => detail);
    expect(told({ size: 1 })).toEqual(['told by a rule']);
    expect(told({ size: 'x' })).toEqual([
      'spec.size in body must be of type integer: "string"',
      'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
    ]);
  });
});

describe('a table of custom objects', () => {
  it('shows names and ages', () => {
    const columns = customResource(definition([version('v1')])).versions.get('v1')?.columns ?? [];
    const object = { ...thing(), metadata: { name: 'a', creationTimestamp: '2026-11-21T11:59:00Z' } };
    expect(columns.map((column) => column.cell(object, NOW))).toEqual(['a', '60s']);
  });
});
