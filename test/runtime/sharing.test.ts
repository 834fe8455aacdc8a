import { Sharing } from '../../src/runtime/sharing';

/** A text of its own, as a parser makes it: never the same as another that reads alike. */
function parsed<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

describe('what is shared', () => {
  test('equal structures are one, and unequal ones stay apart', () => {
    const sharing = new Sharing();
    const labels = { app: 'thesis', owner: '7c9e6679-7425-40de-944b-e07fc1f90ae7' };
    const first = sharing.structure(parsed(labels));
    expect(sharing.structure(parsed(labels))).toBe(first);
    for (const other of [{ ...labels, app: 'other' }, { app: 'thesis' }, { ...labels, more: 'x' }, ['thesis']]) {
      expect(sharing.structure(parsed(other))).toEqual(other);
      expect(sharing.structure(parsed(other))).not.toBe(first);
    }
  });

  test('a structure keeps its order of members, since nothing is made anew', () => {
    const sharing = new Sharing();
    sharing.structure({ b: 1, a: 2 });
    expect(Object.keys(sharing.structure({ a: 2, b: 1 }))).toEqual(['a', 'b']);
  });

  test('every value reads as before, however many have come through', () => {
    const sharing = new Sharing();
    const values = Array.from({ length: 20_000 }, (_, index) => ({
      name: `environment-${index % 9_001}`,
      list: [index % 7],
    }));
    for (const value of values) expect(sharing.structure(parsed(value))).toEqual(value);
    for (const { name } of values) expect(sharing.text(name)).toBe(name);
  });

  test('texts at any depth are shared in place', () => {
    const value = { text: 'a rather long text', list: [{ text: 'another long text' }], none: null, count: 1 };
    const copy = parsed(value);
    new Sharing().textsWithin(copy);
    expect(copy).toEqual(value);
  });
});
