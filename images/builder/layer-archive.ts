/**
 * A layer's archive: a tar of its entries, compressed with gzip. The same entries give the same bytes; the compressed ones also
 * depend on the zlib of Node.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Blob, DigestingStream, type OciLayout } from './oci-layout';
import { ImageProblem } from './problem';
import { END_OF_ARCHIVE, entryHeader, padding } from './tar-format';
import type { TreeEntry } from './tree-entries';

/** A layer as it lies in the image layout. */
export interface LayerArchive {
  readonly blob: Blob;
  /** Digest of the archive before it is compressed. */
  readonly diffId: string;
  readonly uncompressedBytes: number;
}

/** Files up to this size are read at once. */
const AT_ONCE_BYTES = 1 << 20;

/** Packs entries into a blob of the layout. */
export async function archiveLayer(entries: readonly TreeEntry[], layout: OciLayout): Promise<LayerArchive> {
  const digesting = new DigestingStream();
  const blob = await layout.writeBlob(async (destination) => {
    await pipeline(
      Readable.from(archive(entries), { objectMode: false }),
      digesting,
      createGzip({ level: 6 }),
      destination,
    );
  });
  return { blob, diffId: digesting.digest, uncompressedBytes: digesting.bytes };
}

async function* archive(entries: readonly TreeEntry[]): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    if (entry.source === undefined) {
      yield entryHeader(entry);
    } else if (entry.size <= AT_ONCE_BYTES) {
      const content = await readFile(entry.source);
      agree(entry, content.length);
      yield Buffer.concat([entryHeader(entry), content, padding(content.length)]);
    } else {
      yield entryHeader(entry);
      let bytes = 0;
      for await (const chunk of createReadStream(entry.source, { highWaterMark: AT_ONCE_BYTES })) {
        bytes += (chunk as Buffer).length;
        yield chunk as Buffer;
      }
      agree(entry, bytes);
      yield padding(bytes);
    }
  }
  yield END_OF_ARCHIVE;
}

/** An archive whose headers don't tell the truth can't be unpacked. */
function agree({ path, size }: TreeEntry, bytes: number): void {
  if (bytes !== size) throw new ImageProblem(`"/${path}" was written to while it was packed`);
}
