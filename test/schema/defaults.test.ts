import { Type } from '@sinclair/typebox';
import fc from 'fast-check';
import { applyDefaults, withDefaults } from '../../src/schema/defaults';
import { readSchema } from '../../src/schema/schema-node';
import { SPECIMEN, specimen } from './specimen';

const node = readSchema(
  Type.Object({
    state: Type.String({ default: 'Running' }),
    note: Type.Optional(Type.String()),
    nullable: Type.Optional(Type.Unsafe<string | null>({ type: 'string', nullable: true, default: 'x' })),
    inner: Type.Optional(Type.Object({ depth: Type.Integer({ default: 3 }) })),
    filled: Type.Optional(Type.Object({ depth: Type.Integer({ default: 4 }) }, { default: {} })),
    items: Type.Optional(Type.Array(Type.Object({ protocol: Type.String({ default: 'TCP' }) }))),
    map: Type.Optional(Type.Record(Type.String(), Type.Object({ size: Type.Integer({ default: 1 }) }))),
  }),
  'spec',
);
const base = { state: 'Running', nullable: 'x', filled: { depth: 4 } };

describe('defaults are filled in as the API server does it', () => {
  test.each<readonly [string, object, object]>([
    ['a missing member gets its default', {}, base],
    ['a given member stays', { state: 'Stopped' }, { ...base, state: 'Stopped' }],
    ['a null gets the default', { state: null }, base],
    ['a null without a default is taken out', { note: null }, base],
    ['a null that may be null stays', { nullable: null }, { ...base, nullable: null }],
    ['a missing object is not made for the defaults in it', {}, base],
    ['an object that is there gets the defaults in it', { inner: {} }, { ...base, inner: { depth: 3 } }],
    [
      'items get their defaults',
      { items: [{}, { protocol: 'UDP' }] },
      { ...base, items: [{ protocol: 'TCP' }, { protocol: 'UDP' }] },
    ],
    ['values of a map get their defaults', { map: { a: {}, b: null } }, { ...base, map: { a: { size: 1 } } }],
    ['unknown members stay', { other: 1 }, { ...base, other: 1 }],
    ['values of another type stay', { items: 'x', inner: 5 }, { ...base, items: 'x', inner: 5 }],
  ])('%s', (_, value, expected) => {
    expect(withDefaults(node, value)).toEqual(expected);
  });

  test('filling in twice changes nothing, whatever is given', () => {
    fc.assert(
      fc.property(
        fc.object({ key: fc.constantFrom('state', 'inner', 'items', 'map', 'depth', 'x'), withNullPrototype: false }),
        (value) => {
          const once = withDefaults(node, value);
          expect(withDefaults(node, once)).toEqual(once);
        },
      ),
    );
  });

  test('the object given stays as it was', () => {
    const object = specimen({ nested: {} });
    const before = JSON.stringify(object);
    const defaulted = applyDefaults(SPECIMEN, object);
    expect(defaulted['spec']).toEqual({ owner: { name: 'ada' }, nested: { depth: 3 }, size: 'small', replicas: 1 });
    expect(JSON.stringify(object)).toBe(before);
  });
});
