/**
 * A folder of images as the OCI image layout has them: blobs by their digest, and an index that names the images.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md
 */
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Transform, type TransformCallback, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { canonicalJson } from '../../src/api/json';

/** What tells one blob from all others. */
export interface Blob {
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly size: number;
}

/** A blob and what it is. @see https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md */
export interface Descriptor extends Blob {
  readonly mediaType: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: { readonly architecture: string; readonly os: string };
}

export const MEDIA_TYPES = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** The annotation by which an index names an image. */
const REFERENCE = 'org.opencontainers.image.ref.name';

interface Index {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
}

/** One image layout on disk. Several processes may write to it. */
export class OciLayout {
  constructor(readonly folder: string) {
    mkdirSync(join(folder, 'blobs', 'sha256'), { recursive: true });
    writeFileSync(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  }

  /** Where a blob lies. */
  pathOf({ digest }: Blob): string {
    return join(this.folder, 'blobs', ...digest.split(':'));
  }

  has(blob: Blob): boolean {
    return existsSync(this.pathOf(blob));
  }

  /** Takes what `write` sends to its destination as a blob. */
  async writeBlob(write: (destination: Writable) => Promise<void>): Promise<Blob> {
    const path = this.temporaryPath();
    const digesting = new DigestingStream();
    try {
      const written = pipeline(digesting, createWriteStream(path));
      // Where nobody sends, nothing arrives: the sender's error is the one to report.
      written.catch(() => undefined);
      await write(digesting);
      await written;
      const blob = { digest: digesting.digest, size: digesting.bytes };
      renameSync(path, this.pathOf(blob));
      return blob;
    } finally {
      rmSync(path, { force: true });
    }
  }

  /** Writes a value as JSON in its canonical form. */
  writeJson(mediaType: string, value: unknown): Descriptor {
    const content = Buffer.from(canonicalJson(value));
    const blob = { digest: digestOf(content), size: content.length };
    this.put(this.pathOf(blob), content);
    return { mediaType, ...blob };
  }

  /** Names an image in the index, instead of the one that had the name. */
  name(manifest: Descriptor, name: string): void {
    const named = { ...manifest, annotations: { [REFERENCE]: name } };
    const others = this.images().filter(({ annotations }) => annotations?.[REFERENCE] !== name);
    const nameOf = ({ annotations }: Descriptor): string => annotations?.[REFERENCE] ?? '';
    const manifests = [...others, named].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    const index: Index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests };
    this.put(this.indexPath, Buffer.from(`${JSON.stringify(index, undefined, 2)}\n`));
  }

  /** The manifest of a named image. */
  findManifest(name: string): Descriptor | undefined {
    return this.images().find(({ annotations }) => annotations?.[REFERENCE] === name);
  }

  private get indexPath(): string {
    return join(this.folder, 'index.json');
  }

  private images(): readonly Descriptor[] {
    if (!existsSync(this.indexPath)) return [];
    return (JSON.parse(readFileSync(this.indexPath, 'utf8')) as Index).manifests;
  }

  /** Whole or not at all, whoever else writes the same. */
  private put(path: string, content: Buffer): void {
    const temporary = this.temporaryPath();
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  }

  private temporaryPath(): string {
    return join(this.folder, `.${process.pid}-${randomBytes(6).toString('hex')}`);
  }
}

function digestOf(content: Buffer | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Passes on what it is given, and knows its digest and size at the end. */
export class DigestingStream extends Transform {
  bytes = 0;
  private readonly hash = createHash('sha256');

  /** Known once, at the end. */
  get digest(): string {
    return `sha256:${this.hash.copy().digest('hex')}`;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.bytes += chunk.length;
    this.hash.update(chunk);
    done(undefined, chunk);
  }
}
