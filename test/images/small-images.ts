/** Images that are built in a blink, in caches of their own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuiltImage } from '../../images/builder/build-images';
import type { ImageConfig, ImageDefinition, LayerBuild, LayerDefinition } from '../../images/builder/image';
import { type ImageCache, openImageCache } from '../../images/builder/image-cache';
import { type ArchivedEntry, readArchive } from './read-archive';

const folders: string[] = [];

/** A folder that `removeFolders` removes. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'adrasteia-images-test-'));
  folders.push(folder);
  return folder;
}

/** Removes what `temporaryFolder` and `emptyCache` have made: for `afterEach`. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function emptyCache(): ImageCache {
  return openImageCache(temporaryFolder());
}

/** A layer by what it writes. */
export function layerOf(
  name: string,
  build: (layer: LayerBuild) => Promise<void>,
  settings: Partial<LayerDefinition> = {},
): LayerDefinition {
  return { name, inputs: 1, code: [], build, ...settings };
}

/** An image of layers. */
export function imageOf(
  name: string,
  layers: readonly LayerDefinition[],
  config: Partial<ImageConfig> = {},
): ImageDefinition {
  return { name, description: `What ${name} is.`, tag: '1.0', layers, config: { user: '1:1', ...config } };
}

/** The entries of a layer's archive. */
export function entriesOf({ layers, layout }: BuiltImage, index: number): readonly ArchivedEntry[] {
  const layer = layers[index];
  if (layer === undefined) throw new Error(`the image has no layer ${index}`);
  return readArchive(readFileSync(layout.pathOf(layer.blob)));
}

/** The only one of a list. */
export function only<Item>(items: readonly Item[]): Item {
  const [item, ...others] = items;
  if (item === undefined || others.length > 0) throw new Error(`one was expected, not ${items.length}`);
  return item;
}
