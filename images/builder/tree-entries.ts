/**
 * A layer's tree as the entries of its archive, in the one order that every machine gives: each folder before what is in it,
 * names by their code units.
 */
import { existsSync, lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { ExtendedAttributes } from './extended-attributes';
import { ImageProblem } from './problem';

/** One entry of a layer's archive. */
export interface TreeEntry {
  /** Relative, without a slash at its end. */
  readonly path: string;
  readonly type: 'directory' | 'file' | 'symlink' | 'link';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Of a symbolic link what it holds, of a hard link the path of the entry that has the content. */
  readonly target?: string;
  /** The capabilities of a program, as the kernel keeps them. */
  readonly capability?: Buffer;
  /** What the entry is made of; absent where it has no content. */
  readonly source?: string;
}

/** Prefix of the entry that removes one of a layer below. @see https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md#whiteouts */
const WHITEOUT = '.wh.';

/** The entry that hides all that layers below have in its folder. */
const OPAQUE = '.wh..wh..opq';

/**
 * The entries of a tree, which is a plain folder or the upper one of an overlay over the trees in `below`. Without root rights everything belongs to 0:0.
 * Throws `ImageProblem` for what no layer can hold: sockets, pipes, names that aren't UTF-8.
 */
export function treeEntries(
  root: string,
  { below, attributes }: { readonly below: readonly string[]; readonly attributes: ExtendedAttributes },
): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  const seen = new Map<number, string>();
  const visit = (folder: string): void => {
    for (const name of readdirSync(join(root, folder)).sort()) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (path.includes('\ufffd')) throw new ImageProblem(`"${path}" isn't named in UTF-8`);
      const stats = lstatSync(join(root, path));
      const owned = { path, mode: stats.mode & 0o7777, ...ownerOf(stats), size: 0 };
      if (stats.isDirectory()) {
        entries.push({ ...owned, type: 'directory' });
        // An overlay also marks new folders so, to spare itself a look below.
        if (attributes.opaque.has(path) && below.some((tree) => existsSync(join(tree, path)))) {
          entries.push({ ...owned, path: `${path}/${OPAQUE}`, mode: 0o644, type: 'file' });
        }
        visit(path);
      } else if (stats.isSymbolicLink()) {
        entries.push({ ...owned, mode: 0o777, type: 'symlink', target: readlinkSync(join(root, path)) });
      } else if (stats.isCharacterDevice() && stats.rdev === 0) {
        const whiteout = folder === '' ? `${WHITEOUT}${name}` : `${folder}/${WHITEOUT}${name}`;
        entries.push({ ...owned, path: whiteout, mode: 0o644, type: 'file' });
      } else if (stats.isFile()) {
        const first = seen.get(stats.ino);
        if (first !== undefined) {
          entries.push({ ...owned, type: 'link', target: first });
          continue;
        }
        if (stats.nlink > 1) seen.set(stats.ino, path);
        const capability = attributes.capabilities.get(path);
        entries.push({
          ...owned,
          type: 'file',
          size: stats.size,
          source: join(root, path),
          ...(capability === undefined ? {} : { capability }),
        });
      } else if (!stats.isCharacterDevice() && !stats.isBlockDevice()) {
        throw new ImageProblem(
          `"/${path}" is neither file, folder nor link: remove it at the end of the layer's build`,
        );
      }
    }
  };
  visit('');
  return entries;
}

function ownerOf({ uid, gid }: Stats): { readonly uid: number; readonly gid: number } {
  return process.getuid?.() === 0 ? { uid, gid } : { uid: 0, gid: 0 };
}
