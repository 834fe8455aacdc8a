/**
 * The disks that a power cut may leave, made from a record of what was written.
 *
 * Everything that a process writes to its data file is recorded, with every flush and with everything that it told. A disk
 * may then hold, at any moment, what was flushed, and of what was written since the last flush any part in any order.
 */
import type { TracedCall } from './traced-writer';

type Write = Extract<TracedCall, { readonly type: 'write' }>;

/** A disk, and what had been told when the power failed. */
export interface CutDisk {
  readonly file: Buffer;
  readonly told: string;
}

/** Disks for every moment of the record. `before`: the file as it was, flushed, when the record begins. */
export function* cutDisks(before: Buffer, calls: readonly TracedCall[]): Generator<CutDisk> {
  let flushed = before;
  let pending: Write[] = [];
  let told = '';
  for (const call of calls) {
    if (call.type === 'told') told += `${call.line}\n`;
    else if (call.type === 'flush') {
      flushed = written(flushed, pending);
      pending = [];
    } else pending.push(call);
    for (const file of disksOf(flushed, pending)) yield { file, told };
    if (call.type === 'write' && call.isFlushed) {
      flushed = written(flushed, [call]);
      pending = pending.filter((write) => write !== call);
    }
  }
}

/** What may be on the disk: none, all, all but one, one alone, and halves of what was written. */
function* disksOf(flushed: Buffer, pending: readonly Write[]): Generator<Buffer> {
  yield flushed;
  if (pending.length === 0) return;
  yield written(flushed, pending);
  for (const [index, write] of pending.entries()) {
    if (pending.length > 1) {
      yield written(flushed, [write]);
      yield written(
        flushed,
        pending.filter((_, other) => other !== index),
      );
    }
    // What is longer than a sector may be torn.
    if (write.bytes.length > 512) {
      const half = write.bytes.length >> 1;
      yield written(flushed, [{ ...write, bytes: write.bytes.subarray(0, half) }]);
      yield written(flushed, [{ ...write, bytes: write.bytes.subarray(half), offset: write.offset + half }]);
    }
  }
}

function written(disk: Buffer, writes: readonly Write[]): Buffer {
  const length = Math.max(disk.length, ...writes.map(({ offset, bytes }) => offset + bytes.length));
  const made = Buffer.alloc(length);
  disk.copy(made);
  for (const { offset, bytes } of writes) bytes.copy(made, offset);
  return made;
}
