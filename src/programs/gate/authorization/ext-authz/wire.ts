/** Messages of Protocol Buffers field by field, without a schema: enough for the few small ones of ext_authz. */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

const decodeText = (bytes: Uint8Array): string => bufferOf(bytes).toString('utf8');

/**
 * Calls back for each field: with a number for a varint (of which the lower 32 bits are read), with bytes for texts and
 * messages. Other fields are skipped. Throws where the bytes are no message.
 */
export function readFields(bytes: Uint8Array, onField: (field: number, value: number | Buffer) => void): void {
  const reader = new BinaryReader(bytes, decodeText);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (wireType === WireType.LengthDelimited) onField(field, bufferOf(reader.bytes()));
    else if (wireType === WireType.Varint) onField(field, reader.uint32());
    else reader.skip(wireType, field);
  }
}

/** The text that a field holds; empty where the field is of another type. */
export function textOf(value: number | Buffer): string {
  return typeof value === 'number' ? '' : value.toString('utf8');
}

/** The bytes of a message that a field holds; those of an empty one where the field is of another type. */
export function messageOf(value: number | Buffer): Buffer {
  return typeof value === 'number' ? EMPTY : value;
}

const EMPTY = Buffer.alloc(0);

/** Writes messages; fields with empty texts are left out, as Protocol Buffers has it. */
export class MessageWriter {
  readonly #writer = new BinaryWriter((text) => Buffer.from(text, 'utf8'));

  text(field: number, value: string): this {
    if (value !== '') this.#writer.tag(field, WireType.LengthDelimited).string(value);
    return this;
  }

  /** A 32-bit integer; zero is left out. */
  integer(field: number, value: number): this {
    if (value !== 0) this.#writer.tag(field, WireType.Varint).int32(value);
    return this;
  }

  /** A message inside; written also where it is empty, since its presence may mean something. */
  message(field: number, write: (writer: this) => void): this {
    this.#writer.tag(field, WireType.LengthDelimited).fork();
    write(this);
    this.#writer.join();
    return this;
  }

  finish(): Uint8Array {
    return this.#writer.finish();
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
