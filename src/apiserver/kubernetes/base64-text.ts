/**
 * Bytes in JSON: standard base64 with padding, read as strictly as Go reads it.
 */

export type ReadBytes = { readonly text: string } | { readonly problem: string };

const WELL_FORMED = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const LINE_BREAKS = /[\r\n]/g;

/** The canonical text of the same bytes; line breaks are passed over. */
export function readBase64(text: string): ReadBytes {
  if (WELL_FORMED.test(text)) {
    // Only the last group may hold bits that stand for nothing.
    return { text: text.endsWith('=') ? Buffer.from(text, 'base64').toString('base64') : text };
  }
  const joined = text.replace(LINE_BREAKS, '');
  if (WELL_FORMED.test(joined)) return { text: Buffer.from(joined, 'base64').toString('base64') };
  return { problem: `illegal base64 data at input byte ${String(firstIllegalByte(text))}` };
}

/** Where Go's decoder stops. */
function firstIllegalByte(text: string): number {
  const bytes = Buffer.from(text, 'utf8');
  let inGroup = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    if (byte === 0x0a || byte === 0x0d) continue;
    if (byte === 0x3d) return illegalPadding(bytes, index, inGroup);
    if (!isAlphabet(byte)) return index;
    inGroup = (inGroup + 1) % 4;
  }
  // The group that isn't whole begins here.
  return bytes.length - inGroup;
}

function illegalPadding(bytes: Buffer, index: number, inGroup: number): number {
  if (inGroup < 2) return index;
  let next = index + 1;
  const skipBreaks = (): void => {
    while (bytes[next] === 0x0a || bytes[next] === 0x0d) next += 1;
  };
  skipBreaks();
  if (inGroup === 2) {
    if (next === bytes.length) return bytes.length;
    if (bytes[next] !== 0x3d) return next - 1;
    next += 1;
    skipBreaks();
  }
  return next;
}

function isAlphabet(byte: number): boolean {
  return (
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2b ||
    byte === 0x2f
  );
}
