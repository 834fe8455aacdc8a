import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../src/api/json';
import { jsonPatch, jsonPatchProblems } from '../../../src/apiserver/patch/json-patch';
import { mergePatch } from '../../../src/apiserver/patch/merge-patch';
import { strategicMergePatch } from '../../../src/apiserver/patch/strategic-merge-patch';
import type { SchemaNode } from '../../../src/apiserver/schema/schema-node';
import { StatusError } from '../../../src/apiserver/status-error';

function codeOf(attempt: () => unknown): number | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof StatusError) return error.status.code;
    throw error;
  }
}

const json: fc.Arbitrary<JsonValue> = fc.jsonValue({ maxDepth: 3 }).map((value) => value as JsonValue);
const object: fc.Arbitrary<JsonObject> = fc.dictionary(fc.string({ maxLength: 3 }), json, { maxKeys: 4 });

describe('JSON patches', () => {
  test('ten thousand operations are let through, one more is too many', () => {
    const operations = (count: number): JsonValue =>
      Array.from({ length: count }, () => ({ op: 'test', path: '/a', value: 1 }));
    expect(jsonPatch({ a: 1 }, operations(10_000))).toEqual({ a: 1 });
    expect(() => jsonPatch({ a: 1 }, operations(10_001))).toThrow(
      'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    );
  });

  test('copies may not make a document of any size', () => {
    const copy = { op: 'copy', from: '/a', path: '/a/-' };
    const doubling = Array.from({ length: 30 }, () => copy);
    expect(codeOf(() => jsonPatch({ a: ['x'.repeat(100)] }, doubling))).toBe(422);
  });

  test('a member called as the prototype is a member', () => {
    const patched = jsonPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: true } }]) as JsonObject;
    expect(JSON.stringify(patched)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as JsonObject)['polluted']).toBeUndefined();
    expect(codeOf(() => jsonPatch({}, [{ op: 'add', path: '/constructor/prototype/x', value: 1 }]))).toBe(422);
  });

  test('a value that is added twice is changed once', () => {
    const value = { n: [1] };
    const patch = [
      { op: 'add', path: '/a', value },
      { op: 'add', path: '/b', value },
      { op: 'add', path: '/a/n/-', value: 2 },
    ];
    expect(jsonPatch({}, patch)).toEqual({ a: { n: [1, 2] }, b: { n: [1] } });
    expect(value).toEqual({ n: [1] });
  });

  test('what is replaced by its parts is replaced', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
        const text = JSON.stringify(before);
        const removals = Object.keys(before).map((name) => ({ op: 'remove', path: `/${escaped(name)}` }));
        const additions = Object.entries(after).map(([name, value]) => ({
          op: 'add',
          path: `/${escaped(name)}`,
          value,
        }));
        expect(jsonPatch(before, [...removals, ...additions] as JsonValue)).toEqual(after);
        expect(JSON.stringify(before)).toBe(text);
      }),
    );
  });

  test('members that mean nothing are told', () => {
    expect(jsonPatchProblems([{ op: 'test', path: '', foo: 1 }, { Op: 1 }])).toEqual([
      'json patch unknown field "[0].foo"',
      'json patch unknown field "[1].Op"',
    ]);
  });
});

describe('merge patches', () => {
  test('a patch that is laid over its own result changes nothing', () => {
    fc.assert(
      fc.property(object, object, (document, patch) => {
        // In a list nulls stay or go by what the list takes the place of, as the next test shows.
        fc.pre(!/\[.*null/.test(JSON.stringify(patch)));
        const text = JSON.stringify(document);
        const once = mergePatch(document, patch) as JsonObject;
        expect(mergePatch(once, patch)).toEqual(once);
        expect(JSON.stringify(document)).toBe(text);
      }),
    );
  });

  test('nulls in lists that take the place of objects stay, others go', () => {
    const patch = { a: [{ b: null, c: 1 }], d: [{ b: null, c: 1 }, null] };
    expect(mergePatch({ a: { b: 1 }, d: [2] }, patch)).toEqual({ a: [{ b: null, c: 1 }], d: [{ c: 1 }, null] });
  });

  test('a member called as the prototype is a member', () => {
    const patch = JSON.parse('{"__proto__":{"polluted":true}}') as JsonObject;
    expect(JSON.stringify(mergePatch({}, patch))).toBe('{"__proto__":{"polluted":true}}');
    expect(JSON.stringify(strategicMergePatch({}, patch, {}))).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as JsonObject)['polluted']).toBeUndefined();
  });

  test('unchecked, a list takes the place of the document', () => {
    expect(mergePatch({ a: 1 }, [{ b: null }], 'Ignore')).toEqual([{}]);
    expect(codeOf(() => mergePatch({ a: 1 }, [{ b: null }], 'Strict'))).toBe(400);
  });
});

describe('strategic merge patches', () => {
  const text: SchemaNode = { type: 'string' };
  const schema: SchemaNode = {
    type: 'object',
    wire: { goType: 'v1.Sample' },
    properties: new Map<string, SchemaNode>([
      ['names', { type: 'array', items: text, patchStrategy: 'merge' }],
      ['matrix', { type: 'array', items: { type: 'array', items: text }, patchStrategy: 'merge' }],
      [
        'items',
        {
          type: 'array',
          patchStrategy: 'merge',
          patchMergeKey: 'name',
          items: { type: 'object', properties: new Map([['name', text]]) },
        },
      ],
      ['whole', { type: 'object', patchStrategy: 'replace', properties: new Map([['a', text]]) }],
      ['texts', { type: 'object', additionalProperties: text }],
      ['maps', { type: 'object', additionalProperties: { type: 'object', additionalProperties: text } }],
    ]),
  };

  const names: fc.Arbitrary<string[]> = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 6 });
  const named = (list: readonly string[]): JsonValue => list.map((name) => ({ name }));

  test('a merged list has what either side has, once, in the order of the patch where the patch names it', () => {
    fc.assert(
      fc.property(names, names, (original, patch) => {
        const { items } = strategicMergePatch({ items: named(original) }, { items: named(patch) }, schema);
        const merged = (items as readonly JsonObject[]).map(({ name }) => name as string);
        expect(new Set(merged)).toEqual(new Set([...original, ...patch]));
        expect(merged.length).toBe(new Set(merged).size);
        expect(merged.filter((name) => patch.includes(name))).toEqual(patch);
        const others = original.filter((name) => !patch.includes(name));
        expect(merged.filter((name) => !patch.includes(name))).toEqual(others);
      }),
    );
  });

  test('scalars are merged as items are', () => {
    fc.assert(
      fc.property(names, names, (original, patch) => {
        const scalars = strategicMergePatch({ names: original }, { names: patch }, schema)['names'];
        const { items } = strategicMergePatch({ items: named(original) }, { items: named(patch) }, schema);
        expect(scalars).toEqual((items as readonly JsonObject[]).map(({ name }) => name));
      }),
    );
  });

  test.each([
    [{ whole: { b: 'x' } }, { whole: { a: 'y' } }, { whole: { a: 'y' } }, 'the schema says so'],
    [{ texts: { a: 'x' } }, { texts: { b: 'y' } }, { texts: { a: 'x', b: 'y' } }, 'maps are merged'],
    [{}, { texts: { a: null, b: 'y' } }, { texts: { b: 'y' } }, 'nulls of what is new say nothing'],
    [{}, { items: [{ name: 'a', $patch: 'delete' }] }, { items: [] }, 'there is nothing to delete'],
    [{ texts: { a: 'x' } }, { texts: ['y'] }, { texts: ['y'] }, 'values of another kind replace'],
  ])('%j with %j is %j, because %s', (original, patch, expected, _because) => {
    expect(strategicMergePatch(original as JsonObject, patch as JsonObject, schema)).toEqual(expected);
  });

  test.each([
    [
      { maps: { a: { b: 'x' } } },
      { maps: { a: { b: 'y' } } },
      500,
      'merging an object in json but data type is not struct',
    ],
    [{ other: {} }, { other: {} }, 500, 'unable to find api field in struct Sample for the json field "other"'],
    [{ matrix: [['a']] }, { matrix: [['b']] }, 500, 'unexpected slice of slice'],
    [{ names: ['a'] }, { names: [['b']] }, 500, 'list element types are not identical: [[a] [[b]]]'],
  ])('%j with %j is refused with %d: %s', (original, patch, code, message) => {
    const attempt = () => strategicMergePatch(original, patch, schema);
    expect(attempt).toThrow(message);
    expect(codeOf(attempt)).toBe(code);
  });
});
