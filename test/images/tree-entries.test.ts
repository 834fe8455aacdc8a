import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { NO_EXTENDED_ATTRIBUTES } from '../../images/builder/extended-attributes';
import { treeEntries } from '../../images/builder/tree-entries';
import { removeFolders, temporaryFolder } from './small-images';

afterEach(removeFolders);

const settings = { below: [], attributes: NO_EXTENDED_ATTRIBUTES };

test('each folder comes before what is in it, and names are in one order', () => {
  const root = temporaryFolder();
  for (const folder of ['b', 'a', 'a/b', 'a-b']) mkdirSync(join(root, folder));
  for (const file of ['b/x', 'a/b/x', 'a/B', 'c']) writeFileSync(join(root, file), '');
  symlinkSync('nowhere', join(root, 'a/link'));
  const paths = treeEntries(root, settings).map(({ path }) => path);
  expect(paths).toEqual(['a', 'a/B', 'a/b', 'a/b/x', 'a/link', 'a-b', 'b', 'b/x', 'c']);
});

test('of files that are one, the first has the content and the others lead to it', () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'm'), 'content');
  linkSync(join(root, 'm'), join(root, 'z'));
  linkSync(join(root, 'm'), join(root, 'a'));
  expect(treeEntries(root, settings)).toMatchObject([
    { path: 'a', type: 'file', size: 7 },
    { path: 'm', type: 'link', size: 0, target: 'a' },
    { path: 'z', type: 'link', size: 0, target: 'a' },
  ]);
});

test('a folder that hides what the layers below have in it says so, and says nothing where there is nothing to hide', () => {
  const [root, below] = [temporaryFolder(), temporaryFolder()];
  for (const folder of ['new', 'old']) mkdirSync(join(root, folder));
  mkdirSync(join(below, 'old'));
  const attributes = { ...NO_EXTENDED_ATTRIBUTES, opaque: new Set(['new', 'old']) };
  const paths = treeEntries(root, { below: [below], attributes }).map(({ path }) => path);
  expect(paths).toEqual(['new', 'old', 'old/.wh..wh..opq']);
});

test('what no layer can hold is refused by its name', async () => {
  const root = temporaryFolder();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(root, 'socket'), resolve));
  try {
    expect(() => treeEntries(root, settings)).toThrow('"/socket" is neither file, folder nor link');
  } finally {
    server.close();
  }
});
