/**
 * Space for what is about to be written, taken beforehand.
 *
 * A file that grows in the middle of a transaction may meet a full disk there. LMDB's binding for Node then writes its error
 * message past the end of a buffer (`mdb_page_flush`, lmdb 3.5), and the process may crash. So the file is always longer
 * than the next transaction can make it. A full disk is met here, where nothing depends on it; and as the file seldom
 * grows, flushing it is cheaper.
 */
import { type FileHandle, open } from 'node:fs/promises';

const MIN_STEP_BYTES = 1024 ** 2;
const MAX_STEP_BYTES = 64 * 1024 ** 2;

/** Keeps a file longer than what is in use of it. */
export class FileReserve {
  readonly #path: string;
  readonly #sync: boolean;
  #file: FileHandle | undefined;
  #length = 0;

  constructor(path: string, { sync }: { readonly sync: boolean }) {
    this.#path = path;
    this.#sync = sync;
  }

  /** Makes the file at least so long. Rejects where there is no space; the file may be longer then, which harms nobody. */
  async ensure(bytes: number): Promise<void> {
    if (bytes <= this.#length) return;
    this.#file ??= await open(this.#path, 'r+');
    this.#length = (await this.#file.stat()).size;
    if (bytes <= this.#length) return;
    const step = Math.min(Math.max(this.#length / 4, MIN_STEP_BYTES), MAX_STEP_BYTES);
    const end = Math.ceil((bytes + step) / MIN_STEP_BYTES) * MIN_STEP_BYTES;
    const zeros = Buffer.alloc(MIN_STEP_BYTES);
    for (let at = this.#length; at < end; ) {
      const { bytesWritten } = await this.#file.write(zeros, 0, Math.min(zeros.length, end - at), at);
      at += bytesWritten;
    }
    // Some file systems find out only now that they have no space.
    if (this.#sync) await this.#file.datasync();
    this.#length = end;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}
