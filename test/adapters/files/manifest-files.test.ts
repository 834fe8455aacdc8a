import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifests } from '../../../src/adapters/files/manifest-files';

describe('readManifests', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const object = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
  const names = (path: string): readonly string[] => readManifests(path).map(({ metadata }) => metadata.name);

  it('reads every document of a file and skips empty ones', () => {
    expect(names(write('a.yaml', `---\n${object('one')}---\n---\n${object('two')}`))).toEqual(['one', 'two']);
  });

  it('reads files below a folder in the order of their paths and leaves other files alone', () => {
    write('b.yaml', object('b'));
    write('a/z.yml', object('a-z'));
    write('a/c.json', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a-c"}}');
    write('README.md', '# not an object');
    expect(names(folder)).toEqual(['a-c', 'a-z', 'b']);
  });

  it('counts a List as its items', () => {
    const items =
      '[{apiVersion: v1, kind: Secret, metadata: {name: one}}, {apiVersion: v1, kind: Secret, metadata: {name: two}}]';
    expect(names(write('list.yaml', `apiVersion: v1\nkind: List\nitems: ${items}\n`))).toEqual(['one', 'two']);
  });

  it('gives nothing for an empty file', () => {
    expect(names(write('empty.yaml', ''))).toEqual([]);
  });

  it.each([
    { text: 'a: [', message: 'a.yaml": ', because: 'it is no YAML' },
    { text: '- 1', message: 'a.yaml": it holds no object', because: 'a list is no object' },
    {
      text: 'kind: Secret',
      message: 'it has no apiVersion, no metadata.name',
      because: 'all that is missing is said at once',
    },
    {
      text: `${object('one')}---\nkind: Secret`,
      message: 'a.yaml, document 2": it has no apiVersion',
      because: 'the document is named',
    },
  ])('refuses what is no object: $because', ({ text, message }) => {
    const path = write('a.yaml', text);
    expect(() => readManifests(path)).toThrow(
      expect.objectContaining({
        code: 'ManifestUnreadable',
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });

  it('says that a path is not there', () => {
    expect(() => readManifests(join(folder, 'none.yaml'))).toThrow(/none\.yaml": there is no such file$/);
  });
});
