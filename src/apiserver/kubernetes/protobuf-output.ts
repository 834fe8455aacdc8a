/**
 * Bytes of protobuf messages, written from their end: where a message's length is to be said, its bytes are there already, and
 * nothing is copied. What comes last in a message is written first.
 */
const FIRST_SIZE = 4096;
const VARINT_MAX = 10;
const MORE = 0x80;

/** How the value after a tag is laid out. */
const VARINT = 0;
const BITS64 = 1;
const DELIMITED = 2;

export class ProtobufOutput {
  #buffer = Buffer.allocUnsafe(FIRST_SIZE);
  /** The place of the first byte that is written. */
  #start = FIRST_SIZE;

  /** What was written. The output is not to be used afterwards. */
  finish(): Buffer {
    return this.#buffer.subarray(this.#start);
  }

  text(number: number, text: string): void {
    const length = Buffer.byteLength(text);
    this.#reserve(length + VARINT_MAX);
    this.#start -= length;
    this.#buffer.write(text, this.#start, length, 'utf8');
    this.#varint(length);
    this.#tag(number, DELIMITED);
  }

  bytes(number: number, bytes: Uint8Array): void {
    this.#reserve(bytes.length + VARINT_MAX);
    this.#start -= bytes.length;
    this.#buffer.set(bytes, this.#start);
    this.#varint(bytes.length);
    this.#tag(number, DELIMITED);
  }

  /** An integer of 64 bits, a double only where that holds it exactly; negative ones take ten bytes. */
  integer(number: number, value: number | bigint): void {
    if (value < 0) this.#negative(value);
    else if (typeof value === 'number') this.#varint(value);
    else this.#large(value);
    this.#tag(number, VARINT);
  }

  flag(number: number, value: boolean): void {
    this.#varint(value ? 1 : 0);
    this.#tag(number, VARINT);
  }

  double(number: number, value: number): void {
    this.#reserve(8 + VARINT_MAX);
    this.#start -= 8;
    this.#buffer.writeDoubleLE(value, this.#start);
    this.#tag(number, BITS64);
  }

  /** A message that `write` writes, from its end. */
  message(number: number, write: () => void): void {
    const end = this.#buffer.length - this.#start;
    write();
    this.#varint(this.#buffer.length - this.#start - end);
    this.#tag(number, DELIMITED);
  }

  #tag(number: number, layout: number): void {
    this.#varint(number * 8 + layout);
  }

  #varint(value: number): void {
    this.#reserve(VARINT_MAX);
    let length = 1;
    for (let rest = value; rest >= MORE; rest = Math.floor(rest / MORE)) length += 1;
    this.#start -= length;
    let at = this.#start;
    let rest = value;
    for (; rest >= MORE; rest = Math.floor(rest / MORE)) this.#buffer[at++] = (rest % MORE) | MORE;
    this.#buffer[at] = rest;
  }

  #large(value: bigint): void {
    const bytes: number[] = [];
    for (let rest = value; rest > 0n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | (rest >> 7n > 0n ? MORE : 0));
    this.#reserve(VARINT_MAX);
    this.#start -= bytes.length;
    this.#buffer.set(bytes, this.#start);
  }

  #negative(value: number | bigint): void {
    this.#reserve(VARINT_MAX);
    this.#start -= VARINT_MAX;
    let rest = BigInt.asUintN(64, BigInt(value));
    for (let index = 0; index < VARINT_MAX; index++, rest >>= 7n) {
      this.#buffer[this.#start + index] = Number(rest & 0x7fn) | (index < VARINT_MAX - 1 ? MORE : 0);
    }
  }

  #reserve(length: number): void {
    if (this.#start >= length) return;
    const used = this.#buffer.length - this.#start;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, used + length));
    this.#buffer.copy(grown, grown.length - used, this.#start);
    this.#start = grown.length - used;
    this.#buffer = grown;
  }
}
