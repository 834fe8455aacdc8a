const NEWLINE = 0x0a;

/**
 * The lines of a stream of bytes, given chunk by chunk. Framing is done on bytes, so that a character whose bytes arrive in two
 * chunks stays whole. What follows the last newline is never given: the stream broke inside a line.
 */
export class LineSplitter {
  private pending: Uint8Array[] = [];

  /** The lines that end in this chunk, empty ones left out. */
  take(chunk: Uint8Array): readonly string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const piece = chunk.subarray(start, end);
      const whole = this.pending.length === 0 ? piece : Buffer.concat([...this.pending, piece]);
      if (this.pending.length > 0) this.pending = [];
      start = end + 1;
      if (whole.length > 0) lines.push(Buffer.from(whole.buffer, whole.byteOffset, whole.length).toString('utf8'));
    }
    if (start < chunk.length) this.pending.push(chunk.subarray(start));
    return lines;
  }
}
