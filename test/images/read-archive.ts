/** Reads the archives of layers, without what wrote them: POSIX ustar with extended headers. */
import { gunzipSync } from 'node:zlib';

export interface ArchivedEntry {
  readonly path: string;
  readonly flag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly target: string;
  readonly content: Buffer;
  /** Records of the extended header before it. */
  readonly extended: ReadonlyMap<string, Buffer>;
}

/** The entries of a compressed archive, in its order. Throws where a header's sum is wrong. */
export function readArchive(compressed: Buffer): readonly ArchivedEntry[] {
  const bytes = gunzipSync(compressed);
  const entries: ArchivedEntry[] = [];
  let extended = new Map<string, Buffer>();
  for (let at = 0; bytes[at] !== 0; ) {
    const header = bytes.subarray(at, at + 512);
    checkSum(header);
    const size = octal(header, 124, 12);
    const content = bytes.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
    const flag = text(header, 156, 1);
    if (flag === 'x') {
      extended = records(content);
      continue;
    }
    entries.push({
      path: extended.get('path')?.toString() ?? text(header, 0, 100),
      flag,
      mode: octal(header, 100, 8),
      uid: Number(extended.get('uid') ?? octal(header, 108, 8)),
      gid: Number(extended.get('gid') ?? octal(header, 116, 8)),
      mtime: octal(header, 136, 12),
      target: extended.get('linkpath')?.toString() ?? text(header, 157, 100),
      content,
      extended,
    });
    extended = new Map();
  }
  return entries;
}

function checkSum(header: Buffer): void {
  const blank = Buffer.from(header);
  blank.fill(' ', 148, 156);
  const sum = blank.reduce((total, byte) => total + byte, 0);
  if (sum !== octal(header, 148, 8)) throw new Error(`the header of "${text(header, 0, 100)}" has a wrong sum`);
}

function text(header: Buffer, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? length : end).toString();
}

function octal(header: Buffer, from: number, length: number): number {
  return parseInt(text(header, from, length), 8);
}

function records(content: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (let at = 0; at < content.length; ) {
    const length = parseInt(content.toString('latin1', at, at + 20), 10);
    const space = content.indexOf(' ', at);
    const equals = content.indexOf('=', space);
    found.set(content.toString('utf8', space + 1, equals), content.subarray(equals + 1, at + length - 1));
    at += length;
  }
  return found;
}
