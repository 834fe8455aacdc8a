/**
 * One layer: taken from the cache, or built and put there.
 *
 * A layer is built in a folder of its own and moved when it is whole, so an interrupted build leaves nothing that counts, and
 * two processes that build the same layer at once both get it.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extendedAttributes, NO_EXTENDED_ATTRIBUTES } from './extended-attributes';
import type { LayerBuild, LayerDefinition } from './image';
import { type ImageCache, passingFolder, removeFolder } from './image-cache';
import { archiveLayer } from './layer-archive';
import { layerKey } from './layer-key';
import { LayerTree } from './layer-tree';
import { removeLeftOut } from './left-out';
import type { Blob, OciLayout } from './oci-layout';
import { ImageProblem } from './problem';
import { runInTree } from './tree-command';
import { treeEntries } from './tree-entries';

/** A layer that is in the cache. */
export interface BuiltLayer {
  readonly name: string;
  readonly key: string;
  readonly blob: Blob;
  readonly diffId: string;
  readonly uncompressedBytes: number;
}

/** What a layer is built with. */
export interface LayerContext {
  readonly cache: ImageCache;
  readonly layout: OciLayout;
  /** The layers below, lowest first. */
  readonly below: readonly BuiltLayer[];
  /** Takes lines about progress. */
  readonly note: (line: string) => void;
}

/** The layer of a definition. Throws `ImageProblem` where its build fails. */
export async function buildLayer(layer: LayerDefinition, context: LayerContext): Promise<BuiltLayer> {
  const { cache, below, note } = context;
  const key = await layerKey(
    layer,
    below.map((one) => one.key),
  );
  const known = findLayer(key, context);
  if (known !== undefined) return known;
  note(`building layer ${layer.name}`);
  const started = process.hrtime.bigint();
  const folder = passingFolder(cache, key.slice(0, 12));
  const root = join(folder, 'root');
  mkdirSync(root, { recursive: true });
  try {
    const building = new BuildingLayer(folder, root, context);
    await layer.build(building);
    removeLeftOut(root);
    const attributes = building.isOthersWork ? await extendedAttributes(root) : NO_EXTENDED_ATTRIBUTES;
    const entries = treeEntries(root, { below: treesOf(context), attributes });
    const { blob, diffId, uncompressedBytes } = await archiveLayer(entries, context.layout);
    const built = { name: layer.name, key, blob, diffId, uncompressedBytes };
    const kept = keep(built, { root, record: join(folder, 'record'), context });
    note(
      `built layer ${layer.name}: ${blob.size} bytes in ${Number((process.hrtime.bigint() - started) / 1_000_000n)} ms`,
    );
    return kept;
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error;
    throw new ImageProblem(`layer ${layer.name}: ${error.message}`, { cause: error });
  } finally {
    removeFolder(folder);
  }
}

/** The layer with a key, unless it or anything of it isn't there. */
function findLayer(key: string, { cache, layout }: LayerContext): BuiltLayer | undefined {
  const record = recordOf(key, cache);
  if (!existsSync(record) || !existsSync(join(cache.trees, key))) return undefined;
  const layer = JSON.parse(readFileSync(record, 'utf8')) as BuiltLayer;
  return layout.has(layer.blob) ? layer : undefined;
}

function recordOf(key: string, { layers }: ImageCache): string {
  return join(layers, `${key}.json`);
}

/** Puts a layer into the cache and gives the one that is there then. */
function keep(
  layer: BuiltLayer,
  { root, record, context }: { readonly root: string; readonly record: string; readonly context: LayerContext },
): BuiltLayer {
  try {
    renameSync(root, join(context.cache.trees, layer.key));
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    // Somebody else has built the same meanwhile: its files and its archive belong together.
    const known = findLayer(layer.key, context);
    if (known !== undefined) return known;
  }
  writeFileSync(record, JSON.stringify(layer));
  renameSync(record, recordOf(layer.key, context.cache));
  return layer;
}

function treesOf({ cache, below }: LayerContext): readonly string[] {
  return below.map(({ key }) => join(cache.trees, key));
}

/** What a definition is given to write its layer with. */
class BuildingLayer implements LayerBuild {
  /** True where programs may have written to the layer, or whoever asked where it is. */
  isOthersWork = false;
  readonly downloads: string;
  private readonly tree: LayerTree;
  private runs = 0;

  constructor(
    private readonly folder: string,
    root: string,
    context: LayerContext,
  ) {
    this.tree = new LayerTree(root, treesOf(context));
    this.downloads = context.cache.downloads;
  }

  get root(): string {
    this.isOthersWork = true;
    return this.tree.root;
  }

  readonly write: LayerBuild['write'] = async (...args) => this.tree.write(...args);
  readonly makeDirectory: LayerBuild['makeDirectory'] = async (...args) => this.tree.makeDirectory(...args);
  readonly link: LayerBuild['link'] = async (...args) => this.tree.link(...args);
  readonly copy: LayerBuild['copy'] = async (...args) => this.tree.copy(...args);

  readonly run: LayerBuild['run'] = async (command, options) => {
    this.isOthersWork = true;
    this.runs += 1;
    return runInTree(this.tree, command, { ...options, scratch: join(this.folder, `run-${this.runs}`) });
  };
}
