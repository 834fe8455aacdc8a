import { type TSchema, Type } from '@sinclair/typebox';
import { valueAt } from '../../src/api/object';
import { crdOf, structuralSchema } from '../../src/schema/crd';
import { listMap, withRules } from '../../src/schema/keywords';
import { readSchema } from '../../src/schema/schema-node';
import { SPECIMEN } from './specimen';

const translate = (schema: TSchema): unknown => structuralSchema(readSchema(schema, 'spec'));

describe('schemas become structural', () => {
  test.each<readonly [string, TSchema, unknown]>([
    [
      'a union of literals is an enum',
      Type.Union([Type.Literal('A'), Type.Literal('B')]),
      { type: 'string', enum: ['A', 'B'] },
    ],
    ['a literal is an enum of one', Type.Literal(5), { type: 'integer', enum: [5] }],
    [
      'a union with null is nullable',
      Type.Union([Type.String({ maxLength: 3 }), Type.Null()]),
      { type: 'string', maxLength: 3, nullable: true },
    ],
    [
      'a record is a map',
      Type.Record(Type.String(), Type.Integer()),
      { type: 'object', additionalProperties: { type: 'integer' } },
    ],
    [
      'integer or string is one keyword',
      Type.Union([Type.Integer(), Type.String()]),
      { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
    ],
    [
      'scalars of several types are taken as they are',
      Type.Union([Type.Number(), Type.Boolean()]),
      { 'x-kubernetes-preserve-unknown-fields': true },
    ],
    [
      'an unknown value is taken as it is',
      Type.Unknown({ description: 'Any.' }),
      { description: 'Any.', 'x-kubernetes-preserve-unknown-fields': true },
    ],
    [
      'an open object keeps what it is given',
      Type.Object({}, { additionalProperties: true }),
      { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    ],
    [
      'a closed object is closed anyway',
      Type.Object({ a: Type.Optional(Type.String()) }, { additionalProperties: false }),
      { type: 'object', properties: { a: { type: 'string' } } },
    ],
    [
      'an exclusive limit is a limit and a flag',
      Type.Number({ exclusiveMinimum: 0 }),
      { type: 'number', minimum: 0, exclusiveMinimum: true },
    ],
    [
      'unique items are a set',
      Type.Array(Type.String(), { uniqueItems: true }),
      { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    ],
    [
      'an intersection is one object',
      Type.Intersect([Type.Object({ a: Type.String() }), Type.Object({ b: Type.Optional(Type.String()) })]),
      { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['a'] },
    ],
    [
      'a member with a default is not required',
      Type.Object({ a: Type.Integer({ default: 1 }), b: Type.Integer() }),
      { type: 'object', properties: { a: { type: 'integer', default: 1 }, b: { type: 'integer' } }, required: ['b'] },
    ],
    [
      'a list map keeps its keys',
      listMap(Type.Object({ name: Type.String() }), ['name']),
      {
        type: 'array',
        items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
    ],
    [
      'a rule keeps its CEL and loses its function',
      Type.Object(
        { a: Type.String() },
        withRules({ rule: "self.a != ''", message: 'must not be empty', holds: () => true }),
      ),
      {
        type: 'object',
        properties: { a: { type: 'string' } },
        required: ['a'],
        'x-kubernetes-validations': [{ rule: "self.a != ''", message: 'must not be empty' }],
      },
    ],
  ])('%s', (_, schema, expected) => {
    expect(translate(schema)).toEqual(expected);
  });

  test.each<readonly [string, TSchema]>([
    ['a union of objects', Type.Union([Type.Object({}), Type.Object({})])],
    ['literals of different types', Type.Union([Type.Literal('A'), Type.Literal(1)])],
    ['a tuple', Type.Tuple([Type.String(), Type.Integer()])],
    ['a reference', Type.Ref('other')],
    ['a negation', Type.Not(Type.String())],
    ['named members beside a map', Type.Object({ a: Type.String() }, { additionalProperties: Type.String() })],
  ])('%s has no place in a structural schema', (_, schema) => {
    expect(() => translate(schema)).toThrow(
      expect.objectContaining({
        code: 'SchemaUnsupported',
        message: expect.stringContaining('spec') as string,
      }) as Error,
    );
  });
});

describe('the CRD of a kind', () => {
  const crd = crdOf(SPECIMEN);
  const version = valueAt(crd, ['spec', 'versions', 0]);

  test('names the resource in every form', () => {
    expect(crd.metadata.name).toBe('specimens.specimen.adrasteia.dev');
    expect(valueAt(crd, ['spec', 'names'])).toEqual({
      categories: ['specimens'],
      kind: 'Specimen',
      listKind: 'SpecimenList',
      plural: 'specimens',
      shortNames: ['spcm'],
      singular: 'specimen',
    });
  });

  test('has a status subresource where the kind has a status', () => {
    expect(valueAt(version, ['subresources'])).toEqual({ status: {} });
    expect(
      valueAt(crdOf({ ...SPECIMEN, statusSubresource: false }), ['spec', 'versions', 0, 'subresources']),
    ).toBeUndefined();
  });

  test('shows columns of priority 0 always, and says so by saying nothing', () => {
    expect(valueAt(version, ['additionalPrinterColumns'])).toEqual([
      { name: 'Size', type: 'string', jsonPath: '.spec.size' },
      { name: 'Owner', type: 'string', jsonPath: '.spec.owner.name', priority: 1, description: 'Who owns it.' },
    ]);
  });

  test('blames a field in a rule only where the API server takes it', () => {
    expect(valueAt(version, ['schema', 'openAPIV3Schema', 'x-kubernetes-validations'])).toEqual([
      { rule: 'self.metadata.name.size() <= 20', message: 'must have at most 20 characters' },
      {
        rule: 'self.spec.owner == oldSelf.spec.owner',
        message: 'is fixed once the object is made',
        fieldPath: '.spec.owner',
      },
    ]);
  });
});
