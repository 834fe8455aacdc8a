/**
 * The files of a layer while it is built, over those of the layers below: what `LayerBuild` lets a definition write.
 */
import {
  chmodSync,
  chownSync,
  cpSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { Attributes } from './image';
import { ImageProblem } from './problem';

const isRoot = (): boolean => process.getuid?.() === 0;

export class LayerTree {
  /** `below` are the trees of the layers below, lowest first. */
  constructor(
    readonly root: string,
    readonly below: readonly string[],
  ) {}

  write(path: string, content: string | Buffer, attributes: Attributes = {}): void {
    const target = this.prepared(path);
    rmSync(target, { force: true });
    writeFileSync(target, content);
    settle(target, { mode: 0o644, ...attributes });
  }

  makeDirectory(path: string, attributes: Attributes = {}): void {
    const target = this.prepared(path);
    mkdirSync(target, { recursive: true });
    settle(target, { mode: 0o755, ...attributes });
  }

  link(path: string, target: string): void {
    const link = this.prepared(path);
    rmSync(link, { force: true });
    symlinkSync(target, link);
    if (isRoot()) lchownSync(link, 0, 0);
  }

  copy(source: string, path: string): void {
    const target = this.prepared(path);
    cpSync(source, target, { recursive: true, verbatimSymlinks: true, preserveTimestamps: false });
    if (isRoot()) giveToRoot(target);
  }

  /** Where a path of the image lies in this layer, with the folders above it there. */
  private prepared(path: string): string {
    if (!path.startsWith('/') || normalize(path) !== path || path.endsWith('/')) {
      throw new ImageProblem(`"${path}" isn't a plain absolute path in the image`);
    }
    this.makeFoldersAbove(path);
    return join(this.root, path);
  }

  private makeFoldersAbove(path: string): void {
    const folder = dirname(path);
    if (folder === '/') return;
    const target = join(this.root, folder);
    const here = lstatSync(target, { throwIfNoEntry: false });
    if (here?.isDirectory() === true) return;
    const like = here ?? this.findBelow(folder);
    if (like !== undefined && !like.isDirectory()) {
      throw new ImageProblem(`"${folder}" in the image isn't a folder (perhaps a link): write below what it leads to`);
    }
    this.makeFoldersAbove(folder);
    mkdirSync(target);
    settle(target, like === undefined ? { mode: 0o755 } : { mode: like.mode & 0o7777, uid: like.uid, gid: like.gid });
  }

  private findBelow(path: string): Stats | undefined {
    for (const tree of this.below.toReversed()) {
      const stats = lstatSync(join(tree, path), { throwIfNoEntry: false });
      if (stats !== undefined) return stats;
    }
    return undefined;
  }
}

function settle(path: string, { mode, uid = 0, gid = 0 }: Attributes): void {
  if (isRoot()) chownSync(path, uid, gid);
  else if (uid !== 0 || gid !== 0) throw new ImageProblem('giving a file to another user than 0 needs root');
  if (mode !== undefined) chmodSync(path, mode);
}

function giveToRoot(path: string): void {
  const stats = lstatSync(path);
  lchownSync(path, 0, 0);
  if (stats.isSymbolicLink()) return;
  // The owner's change takes special bits away.
  chmodSync(path, stats.mode & 0o7777);
  if (stats.isDirectory()) for (const name of readdirSync(path)) giveToRoot(join(path, name));
}
