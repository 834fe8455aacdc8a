/**
 * Generated data, as modules hold it: base64 of Brotli, so that it reaches the compiled tree without being copied.
 */
import { brotliDecompressSync } from 'node:zlib';

/** The bytes that were packed. */
export function unpack(data: string): Buffer {
  return brotliDecompressSync(Buffer.from(data, 'base64'));
}

/** The value whose JSON was packed. */
export function unpackJson(data: string): unknown {
  return JSON.parse(unpack(data).toString('utf8'));
}
