import { gzipSync } from 'node:zlib';
import { END_OF_ARCHIVE, entryHeader, padding } from '../../images/builder/tar-format';
import type { TreeEntry } from '../../images/builder/tree-entries';
import { type ArchivedEntry, readArchive } from './read-archive';
import { only } from './small-images';

const FILE: TreeEntry = { path: 'file', type: 'file', mode: 0o644, uid: 0, gid: 0, size: 0 };

function written(entry: TreeEntry): ArchivedEntry {
  return only(readArchive(gzipSync(Buffer.concat([entryHeader(entry), END_OF_ARCHIVE]))));
}

test.each([
  ['a name of 100 bytes', { path: 'n'.repeat(100) }],
  ['a name of 101 bytes', { path: 'n'.repeat(101) }],
  ['a name that isn’t ASCII', { path: 'größe/naïve' }],
  ['the largest user that ustar can say', { uid: 0o7777777 }],
  ['a user of a namespace', { uid: 4_294_967_294, gid: 2_097_152 }],
  ['no right for anybody', { mode: 0 }],
])('%s is read as it was written', (_, fields) => {
  expect(written({ ...FILE, ...fields })).toMatchObject(fields);
});

test('the capabilities of a program are kept, byte for byte', () => {
  const capability = Buffer.from('0100000200ff8081000000000000000000000000', 'hex');
  expect(written({ ...FILE, capability }).extended.get('SCHILY.xattr.security.capability')).toEqual(capability);
});

test.each([
  [0, 0],
  [1, 511],
  [511, 1],
  [512, 0],
  [513, 511],
])('content of %i bytes is filled up by %i', (content, filling) => {
  expect(padding(content)).toHaveLength(filling);
});
