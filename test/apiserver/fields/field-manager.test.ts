import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { type DraftObject, draftOf, findObject } from '../../../src/apiserver/draft';
import { fieldManager } from '../../../src/apiserver/fields/default-field-manager';
import type { FieldManagedType, FieldWrite } from '../../../src/apiserver/fields/field-manager';
import { isStatusError } from '../../../src/apiserver/status-error';
import { managedType, SAMPLE_GROUP, schemaNode } from './schemas';

const VERSION = `${SAMPLE_GROUP}/v1`;
const NOW = new Date('2026-01-02T03:04:05.678Z');

function writeBy(manager: string, more: Partial<FieldWrite> = {}): FieldWrite {
  return {
    type: managedType('Sample'),
    apiVersion: VERSION,
    kind: 'Sample',
    manager,
    subresource: '',
    now: NOW,
    ...more,
  };
}

function sample(spec: JsonObject): JsonObject {
  return { apiVersion: VERSION, kind: 'Sample', metadata: { name: 's', uid: 'u' }, spec };
}

/** Without a spec where none is given. */
function config(spec: JsonObject | undefined): JsonObject {
  return { apiVersion: VERSION, kind: 'Sample', metadata: { name: 's' }, spec };
}

function stored(object: DraftObject): KubeObject {
  return object as unknown as KubeObject;
}

function created(spec: JsonObject, by: FieldWrite): KubeObject {
  const next = draftOf(sample(spec));
  fieldManager.update(undefined, next, by);
  return stored(next);
}

function updated(live: KubeObject, change: (next: DraftObject) => void, by: FieldWrite): KubeObject {
  const next = draftOf(live as unknown as JsonObject);
  change(next);
  fieldManager.update(live, next, by);
  return stored(next);
}

function applied(
  live: KubeObject | undefined,
  spec: JsonObject | undefined,
  by: FieldWrite,
  force = false,
): KubeObject {
  return stored(fieldManager.apply(live, config(spec), { ...by, force }));
}

/** What each manager owns, by name. */
function owned(object: KubeObject): Record<string, JsonValue> {
  const metadata = findObject(object as unknown as DraftObject, 'metadata');
  const entries = (metadata?.['managedFields'] ?? []) as readonly JsonObject[];
  return Object.fromEntries(entries.map((entry) => [entry['manager'] as string, entry['fieldsV1'] ?? null]));
}

const word = fc.constantFrom('a', 'b', 'c', '__proto__');
const words = fc.dictionary(word, word, { maxKeys: 3 });
const port = fc.record({ port: fc.constantFrom(80, 443, 8080), protocol: fc.constantFrom('TCP', 'UDP'), name: word });
const spec: fc.Arbitrary<JsonObject> = fc.record(
  {
    replicas: fc.nat(3),
    title: word,
    tags: fc.uniqueArray(word, { maxLength: 3 }),
    ports: fc.uniqueArray(port, { maxLength: 4, selector: (item) => `${item.port}/${item.protocol}` }),
    words: fc.array(word, { maxLength: 3 }),
    labels: words,
    color: fc.record({ red: fc.nat(2), green: fc.nat(2) }, { requiredKeys: [] }),
    free: fc.oneof(words, fc.record({ deep: words, list: fc.array(word, { maxLength: 2 }) })),
    any: fc.oneof(word, words, fc.array(word, { maxLength: 2 }), fc.constant(null)),
  },
  { requiredKeys: [] },
);

/** Without values that may be of several kinds: who replaces a map by a text takes its members without a conflict. */
const typedSpec = spec.map(({ any: _any, free: _free, ...typed }): JsonObject => typed);

describe('server-side apply', () => {
  test('applying the same again changes nothing, not even a time', () => {
    fc.assert(
      fc.property(spec, spec, (before, config) => {
        const live = created(before, writeBy('creator'));
        const once = applied(live, config, writeBy('applier'), true);
        const later = new Date(NOW.getTime() + 60_000);
        expect(applied(once, config, writeBy('applier', { now: later }), true)).toEqual(once);
      }),
    );
  });

  test('what is applied is held, whatever was there before', () => {
    fc.assert(
      fc.property(spec, spec, (before, config) => {
        const made = applied(created(before, writeBy('creator')), config, writeBy('applier'), true);
        const { replicas, title, color, words: list } = config;
        const held = made.spec as JsonObject;
        for (const [name, value] of Object.entries({ replicas, title, words: list })) {
          if (value !== undefined) expect(held[name]).toEqual(value);
        }
        if (color !== undefined && Object.keys(color as JsonObject).length > 0) expect(held['color']).toEqual(color);
      }),
    );
  });

  test('an applier that applies nothing more leaves what others own', () => {
    fc.assert(
      fc.property(typedSpec, typedSpec, (before, config) => {
        const live = created(before, writeBy('creator'));
        let made: KubeObject;
        try {
          made = applied(live, config, writeBy('applier'));
        } catch (error) {
          // What is in conflict isn't applied at all.
          expect(isStatusError(error, 'Conflict')).toBe(true);
          return;
        }
        const left = applied(made, undefined, writeBy('applier'));
        for (const [name, value] of Object.entries(before)) {
          // An applier may have put shared items into another order; a map that it empties becomes null.
          const isLeft = name !== 'ports' && name !== 'tags' && JSON.stringify(value) !== '{}';
          if (isLeft) expect((left.spec as JsonObject)[name]).toEqual(value);
        }
      }),
    );
  });

  test('two appliers without conflict own what each applies', () => {
    fc.assert(
      fc.property(typedSpec, typedSpec, (first, second) => {
        const alone = applied(undefined, first, writeBy('one'));
        let both: KubeObject;
        try {
          both = applied(alone, second, writeBy('two'));
        } catch (error) {
          expect(isStatusError(error, 'Conflict')).toBe(true);
          return;
        }
        expect(owned(both)['one']).toEqual(owned(alone)['one']);
        expect(owned(both)['two']).toEqual(owned(applied(undefined, second, writeBy('two')))['two']);
      }),
    );
  });

  test('forcing never fails and takes what differs', () => {
    fc.assert(
      fc.property(spec, spec, (first, second) => {
        const alone = applied(undefined, first, writeBy('one'));
        const taken = applied(alone, second, writeBy('two'), true);
        expect(owned(taken)['two']).toEqual(owned(applied(undefined, second, writeBy('two')))['two']);
        // After that neither has to force what the other holds.
        expect(applied(taken, second, writeBy('two'))).toEqual(taken);
      }),
    );
  });

  test('neither the live object nor what is applied is changed', () => {
    fc.assert(
      fc.property(spec, spec, (before, wanted) => {
        const live = created(before, writeBy('creator'));
        const [liveText, configText] = [JSON.stringify(live), JSON.stringify(wanted)];
        applied(live, wanted, writeBy('applier'), true);
        expect([JSON.stringify(live), JSON.stringify(wanted)]).toEqual([liveText, configText]);
      }),
    );
  });

  test('members called as the prototype are members', () => {
    const labels = JSON.parse('{"__proto__":"x"}') as JsonObject;
    const made = applied(undefined, { labels }, writeBy('one'));
    expect(JSON.stringify((made.spec as JsonObject)['labels'])).toBe('{"__proto__":"x"}');
    expect(({} as JsonObject)['x']).toBeUndefined();
    expect(owned(made)['one']).toEqual({ 'f:spec': { 'f:labels': { 'f:__proto__': {} } } });
  });
});

describe('updates', () => {
  test('an update owns what it changes, and the union of owners is what was owned and what is new', () => {
    fc.assert(
      fc.property(spec, spec, (before, after) => {
        const live = created(before, writeBy('creator'));
        const next = updated(live, (draft) => Object.assign(draft, { spec: draftOf(after) }), writeBy('updater'));
        // An object created in this state has the same fields.
        const fresh = owned(created(after, writeBy('all')))['all'] ?? {};
        const all = Object.values(owned(next)).map((fields) => fieldsOf(fields));
        expect(new Set(all.flat())).toEqual(new Set(fieldsOf(fresh)));
        // No two updaters own the same field.
        expect(new Set(all.flat()).size).toBe(all.flat().length);
      }),
    );
  });

  test('an update without a change leaves the managed fields as they are', () => {
    fc.assert(
      fc.property(spec, (before) => {
        const live = created(before, writeBy('creator'));
        expect(updated(live, () => undefined, writeBy('updater'))).toEqual(live);
      }),
    );
  });

  test('objects that cannot be compared are owned by nobody, and stored', () => {
    const live = created({ title: 'a' }, writeBy('creator'));
    const next = updated(
      live,
      (draft) => Object.assign(draft, { spec: { tags: [{ name: 'x' }] } }),
      writeBy('updater'),
    );
    expect(owned(next)).toEqual({});
    expect(next.spec).toEqual({ tags: [{ name: 'x' }] });
  });

  test('items that are there twice are owned as one', () => {
    const live = created({ tags: ['a', 'b', 'a'] }, writeBy('creator'));
    expect(owned(live)['creator']).toMatchObject({ 'f:spec': { 'f:tags': { 'v:"a"': {}, 'v:"b"': {} } } });
    const next = updated(live, (draft) => Object.assign(draft, { spec: { tags: ['a', 'b'] } }), writeBy('updater'));
    expect(owned(next)).toMatchObject({ creator: { 'f:spec': { 'f:tags': { '.': {}, 'v:"b"': {} } } } });
  });

  test('more than ten updaters of one second become ten', () => {
    let live = created({}, writeBy('manager-0'));
    for (let i = 1; i < 15; i++) {
      const change = (draft: DraftObject): void =>
        void Object.assign(draft, { spec: { ...(draft['spec'] as DraftObject), labels: { [`l${i}`]: 'x' } } });
      live = updated(live, change, writeBy(`manager-${i}`));
    }
    expect(Object.keys(owned(live)).length).toBeLessThanOrEqual(10);
  });

  test('an endpoint may let little be owned', () => {
    const type: FieldManagedType = { ...managedType('Sample'), ownableFields: [['spec', 'ports', '*', 'name']] };
    const live = created({ title: 'a', ports: [{ port: 80, protocol: 'TCP', name: 'x' }] }, writeBy('one', { type }));
    expect(owned(live)['one']).toEqual({
      'f:spec': { '.': {}, 'f:ports': { '.': {}, 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:name': {} } } },
    });
  });
});

/** The paths of a field set as `managedFields` holds it. */
function fieldsOf(encoded: JsonValue, path = ''): string[] {
  const entries = Object.entries(encoded as JsonObject);
  const below = entries.flatMap(([name, inner]) => (name === '.' ? [] : fieldsOf(inner ?? {}, `${path}/${name}`)));
  const isMember = path !== '' && (entries.length === 0 || entries.some(([name]) => name === '.'));
  return isMember ? [path, ...below] : below;
}

describe('several versions', () => {
  const OLD = 'test.example/v1alpha1';
  const NEW = 'test.example/v1';
  const RETIRED = 'test.example/v0';
  const text = { type: 'string' };
  /** In the old version a field has another name. */
  const type: FieldManagedType = {
    schemaOf: (version) => SCHEMAS.get(version),
    // It may be given what is left of an object.
    convert: (object, apiVersion) => {
      const { title, name, ...rest } = (object.spec ?? {}) as JsonObject;
      const value = title ?? name;
      const renamed = value === undefined ? {} : apiVersion === OLD ? { name: value } : { title: value };
      return { ...object, apiVersion, spec: { ...rest, ...renamed } };
    },
    resetFields: [],
  };
  const schemaWith = (property: string) =>
    schemaNode({
      type: 'object',
      properties: { spec: { type: 'object', properties: { [property]: text, other: text } } },
    });
  const SCHEMAS = new Map([
    [OLD, schemaWith('name')],
    [NEW, schemaWith('title')],
  ]);
  const by = (manager: string, apiVersion: string): FieldWrite => ({
    type,
    apiVersion,
    manager,
    subresource: '',
    now: NOW,
  });
  const applyIn = (live: KubeObject | undefined, apiVersion: string, manager: string, wanted: JsonObject) =>
    stored(
      fieldManager.apply(
        live,
        { apiVersion, kind: 'K', metadata: { name: 'k' }, spec: wanted },
        { ...by(manager, apiVersion), force: false },
      ),
    );

  test('a field is in conflict with its owner in another version, in the words of that version', () => {
    const live = type.convert(applyIn(undefined, OLD, 'old', { name: 'x' }), NEW);
    expect(() => applyIn(live, NEW, 'new', { title: 'y' })).toThrow(
      'Apply failed with 1 conflict: conflict with "old": .spec.name',
    );
  });

  test('what an applier of another version no longer applies is removed', () => {
    const live = type.convert(applyIn(undefined, OLD, 'one', { name: 'x', other: 'y' }), NEW);
    expect(applyIn(live, NEW, 'one', { other: 'y' }).spec).toEqual({ other: 'y' });
    expect(applyIn(live, NEW, 'one', { title: 'x', other: 'y' }).spec).toEqual({ title: 'x', other: 'y' });
  });

  test('entries of versions no longer served go with the next change', () => {
    const live = applyIn(undefined, NEW, 'one', { title: 'x' });
    const entry = {
      manager: 'gone',
      operation: 'Update',
      apiVersion: RETIRED,
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:title': {} } },
    };
    const metadata = { ...live.metadata, managedFields: [...(live.metadata.managedFields ?? []), entry] };
    const aged = { ...live, metadata } as unknown as KubeObject;
    expect(Object.keys(owned(applyIn(aged, NEW, 'two', { other: 'z' })))).toEqual(['one', 'two']);
  });
});

describe('schemas that change', () => {
  const typeWith = (mapType: string, listType: string): FieldManagedType => {
    const schema = schemaNode({
      type: 'object',
      properties: {
        spec: {
          type: 'object',
          properties: {
            map: { type: 'object', 'x-kubernetes-map-type': mapType, additionalProperties: { type: 'string' } },
            list: { type: 'array', 'x-kubernetes-list-type': listType, items: { type: 'string' } },
          },
        },
      },
    });
    return { schemaOf: () => schema, convert: (object) => object, resetFields: [] };
  };

  test('fields below what has become one value are owned as that value', () => {
    const granular = typeWith('granular', 'set');
    const atomic = typeWith('atomic', 'atomic');
    const wanted = { map: { a: '1' }, list: ['x'] };
    const live = applied(undefined, wanted, writeBy('one', { type: granular }));
    expect(owned(live)['one']).toEqual({ 'f:spec': { 'f:list': { 'v:"x"': {} }, 'f:map': { 'f:a': {} } } });
    const next = updated(
      live,
      (draft) => Object.assign(draft, { spec: { ...wanted, list: ['y'] } }),
      writeBy('two', { type: atomic }),
    );
    expect(owned(next)).toEqual({ one: { 'f:spec': { 'f:map': {} } }, two: { 'f:spec': { 'f:list': {} } } });
  });
});
