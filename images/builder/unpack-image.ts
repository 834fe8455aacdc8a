/**
 * The files of a built image in a folder, as a container would see them: for a Dockerfile, and to start a program of the image
 * without a container.
 */
import { join } from 'node:path';
import type { BuiltImage } from './build-images';
import { execute } from './execute';
import { extendedAttributes } from './extended-attributes';
import { type ImageCache, openImageCache } from './image-cache';
import { ImageProblem } from './problem';
import { treeEntries } from './tree-entries';

/** Writes an image's files to a folder that is there and empty. Throws `ImageProblem` for an image whose layers remove files. */
export async function unpackImage(
  { name, layers }: BuiltImage,
  folder: string,
  cache: ImageCache = openImageCache(),
): Promise<void> {
  const trees = layers.map(({ key }) => join(cache.trees, key));
  for (const [index, tree] of trees.entries()) {
    const entries = treeEntries(tree, { below: trees.slice(0, index), attributes: await extendedAttributes(tree) });
    const removal = entries.find(({ path }) => /(?:^|\/)\.wh\./.test(path));
    if (removal !== undefined) {
      throw new ImageProblem(`image ${name} can't be unpacked: a layer of it removes files (${removal.path})`);
    }
    await execute(['cp', '--archive', `${tree}/.`, folder]);
  }
}
