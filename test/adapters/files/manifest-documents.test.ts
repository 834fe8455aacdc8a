import { manifestDocuments } from '../../../src/adapters/files/manifest-documents';

const object = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n${more}`;
const read = (text: string) => {
  const { manifests, problems } = manifestDocuments(text, 'in.yaml');
  return {
    found: manifests.map(({ manifest, where }) => `${manifest.metadata.name} in ${where}`),
    problems: problems.map(({ message }) => message),
  };
};

describe('documents', () => {
  it('say where each object was written', () => {
    expect(read(`---\n${object('one')}---\n---\n# nothing\n---\n${object('two')}`).found).toEqual([
      'one in in.yaml, document 1',
      'two in in.yaml, document 4',
    ]);
    expect(read(object('one')).found).toEqual(['one in in.yaml']);
  });

  it('may be JSON', () => {
    expect(read('{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}').found).toEqual(['a in in.yaml']);
  });

  it('give every problem at once, and what is right all the same', () => {
    expect(read(`a: [\n---\n${object('fine')}---\nkind: X\n---\n- 1\n`)).toEqual({
      found: ['fine in in.yaml, document 2'],
      problems: [
        expect.stringContaining('"in.yaml, document 1": Flow sequence') as string,
        'cannot read objects from "in.yaml, document 3": it has no apiVersion, no metadata.name',
        'cannot read objects from "in.yaml, document 4": it holds no object',
      ],
    });
  });

  it('count a List as its items, and name an item that is wrong', () => {
    expect(
      read(
        'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: a}}\n- {kind: Secret}\n',
      ),
    ).toEqual({
      found: ['a in in.yaml, item 1'],
      problems: ['cannot read objects from "in.yaml, item 2": it has no apiVersion, no metadata.name'],
    });
  });

  it('are refused where aliases would blow them up', () => {
    const levels = 'bcdefghij'
      .split('')
      .map(
        (name, index) =>
          `${name}: &${name} [${Array.from({ length: 10 }, () => `*${'abcdefghij'[index] ?? ''}`).join(',')}]`,
      );
    const { found, problems } = read(object('bomb', `a: &a [x,x,x,x,x,x,x,x,x,x]\n${levels.join('\n')}\n`));
    expect(found).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/in\.yaml": Excessive alias count/)]);
  });

  it.each([
    {
      because: 'a member would become a prototype',
      text: object('x', 'data: {__proto__: {a: b}}\n'),
      message: 'it has a member "__proto__"',
    },
    { because: 'an alias is its own parent', text: object('x', 'data: &a {b: *a}\n'), message: 'in.yaml": ' },
    { because: 'it is nested without end', text: '['.repeat(20_000), message: 'in.yaml": ' },
    {
      because: 'it is nested deeper than any object',
      text: object('x', `data: ${'{a: '.repeat(300)}1${'}'.repeat(300)}\n`),
      message: 'nested deeper than 256 levels',
    },
    { because: 'a key stands twice', text: object('x', 'kind: Secret\n'), message: 'Map keys must be unique' },
  ])('are refused where $because', ({ text, message }) => {
    const { found, problems } = read(text);
    expect(found).toEqual([]);
    expect(problems[0]).toContain(message);
    expect(problems[0]).not.toContain('\n');
  });

  it('are read up to the largest object that a cluster takes', () => {
    const { found } = read(`${object('large')}data:\n  big: ${'x'.repeat(1_500_000)}\n`);
    expect(found).toEqual(['large in in.yaml']);
  });

  it('are none in an empty text', () => {
    for (const text of ['', '\n', '# nothing\n', '---\n---\n']) expect(read(text)).toEqual({ found: [], problems: [] });
  });
});
