/**
 * Images from their definitions: each layer by itself, then configuration and manifest, in the image layout of the cache.
 */
import { packageVersion } from '../../src/adapters/files/package-version';
import { type BuiltLayer, buildLayer } from './build-layer';
import type { ImageConfig, ImageDefinition } from './image';
import { type ImageCache, openImageCache } from './image-cache';
import { type Descriptor, MEDIA_TYPES, OciLayout } from './oci-layout';
import { SOURCE_DATE } from './source-date';
import { DEFAULT_PATH } from './tree-command';

/** The part of every image's name in a registry that comes before its own. */
const REPOSITORY = 'adrasteia';

/** An image that lies in the cache's image layout. */
export interface BuiltImage {
  /** As in its definition: `controller`. */
  readonly name: string;
  /** `adrasteia/controller`. */
  readonly repository: string;
  readonly tag: string;
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  /** Lowest first. */
  readonly layers: readonly BuiltLayer[];
  readonly layout: OciLayout;
}

export interface BuildOptions {
  /** Default: the user's. */
  readonly cache?: ImageCache;
  /** Takes lines about progress. Default: nobody does. */
  readonly note?: (line: string) => void;
}

/** Builds images one after another, in the order given. Throws `ImageProblem`. */
export async function buildImages(
  definitions: readonly ImageDefinition[],
  { cache = openImageCache(), note = () => undefined }: BuildOptions = {},
): Promise<readonly BuiltImage[]> {
  const layout = new OciLayout(cache.layout);
  const images: BuiltImage[] = [];
  for (const definition of definitions) {
    const layers: BuiltLayer[] = [];
    for (const layer of definition.layers) {
      layers.push(await buildLayer(layer, { cache, layout, below: [...layers], note }));
    }
    images.push(assemble(definition, layers, layout));
  }
  return images;
}

/** The size of an image as it goes over the network: its layers, compressed. */
export function compressedBytes({ layers }: BuiltImage): number {
  return layers.reduce((sum, { blob }) => sum + blob.size, 0);
}

function assemble(definition: ImageDefinition, layers: readonly BuiltLayer[], layout: OciLayout): BuiltImage {
  const { name, tag = packageVersion() } = definition;
  const config = layout.writeJson(MEDIA_TYPES.config, imageConfig(definition, tag, layers));
  const manifest = layout.writeJson(MEDIA_TYPES.manifest, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config,
    layers: layers.map(({ blob }) => ({ mediaType: MEDIA_TYPES.layer, ...blob })),
  });
  const described = { ...manifest, platform: { architecture: architecture(), os: 'linux' } };
  const repository = `${REPOSITORY}/${name}`;
  layout.name(described, `${repository}:${tag}`);
  return { name, repository, tag, manifest: described, config, layers, layout };
}

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md */
function imageConfig({ name, description, config }: ImageDefinition, tag: string, layers: readonly BuiltLayer[]) {
  return {
    created: SOURCE_DATE,
    architecture: architecture(),
    os: 'linux',
    config: containerConfig(config, {
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.description': description,
      'org.opencontainers.image.version': tag,
      'org.opencontainers.image.licenses': 'Apache-2.0',
    }),
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map((layer) => ({ created: SOURCE_DATE, created_by: `adrasteia images: ${layer.name}` })),
  };
}

function containerConfig(config: ImageConfig, labels: Readonly<Record<string, string>>) {
  const environment = { PATH: DEFAULT_PATH, ...config.env };
  return {
    User: config.user,
    Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    Entrypoint: config.entrypoint,
    Cmd: config.cmd,
    WorkingDir: config.workingDir ?? '/',
    ExposedPorts: Object.fromEntries((config.exposedPorts ?? []).map((port) => [port, {}])),
    Labels: { ...labels, ...config.labels },
    StopSignal: config.stopSignal ?? 'SIGTERM',
  };
}

/** Of this machine, in the words of the image specification, which are Go's. */
function architecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}
