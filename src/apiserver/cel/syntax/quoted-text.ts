/**
 * What the quotes of a string or bytes literal hold.
 * @see github.com/google/cel-go/parser/unescape.go, v0.26
 */

const SIMPLE: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
  ['\\', 92],
  ["'", 39],
  ['"', 34],
  ['`', 96],
  ['?', 63],
]);
const ESCAPE = /\\(?:[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|.)/gsu;

/** Why a literal cannot be read; the message is shown to whoever wrote it. */
export class InvalidLiteralError extends Error {
  override readonly name = 'InvalidLiteralError';
}

function isRaw(text: string): boolean {
  return text.startsWith('r') || text.startsWith('R');
}

function withoutQuotes(text: string): string {
  const quoted = isRaw(text) ? text.slice(1) : text;
  const width = quoted.length >= 6 && (quoted.startsWith("'''") || quoted.startsWith('"""')) ? 3 : 1;
  return quoted.slice(width, -width);
}

/** The number that an escape stands for, and whether it is a byte where bytes are meant. */
function codeOf(escape: string): { readonly code: number; readonly isByte: boolean; readonly isUnicode: boolean } {
  const letter = escape.charAt(1);
  const simple = SIMPLE.get(letter);
  if (simple !== undefined) return { code: simple, isByte: false, isUnicode: false };
  if (letter === 'x' || letter === 'X')
    return { code: Number.parseInt(escape.slice(2), 16), isByte: true, isUnicode: false };
  if (letter === 'u' || letter === 'U')
    return { code: Number.parseInt(escape.slice(2), 16), isByte: false, isUnicode: true };
  return { code: Number.parseInt(escape.slice(1), 8), isByte: true, isUnicode: false };
}

function isCodePoint(code: number): boolean {
  return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

/** The text of a string literal, with its quotes given. Throws `InvalidLiteralError`. */
export function stringOf(token: string): string {
  const inner = withoutQuotes(token.replace(/\r\n?/gu, '\n'));
  if (isRaw(token) || !inner.includes('\\')) return inner;
  return inner.replace(ESCAPE, (escape) => {
    const { code } = codeOf(escape);
    if (!isCodePoint(code)) throw new InvalidLiteralError('invalid unicode code point');
    return String.fromCodePoint(code);
  });
}

/** The bytes of a bytes literal without its `b`, with its quotes given. Throws `InvalidLiteralError`. */
export function bytesOf(token: string): Uint8Array {
  const inner = withoutQuotes(token.replace(/\r\n?/gu, '\n'));
  if (isRaw(token) || !inner.includes('\\')) return Buffer.from(inner);
  const parts: Buffer[] = [];
  let at = 0;
  for (const match of inner.matchAll(ESCAPE)) {
    parts.push(Buffer.from(inner.slice(at, match.index)));
    const { code, isUnicode } = codeOf(match[0]);
    if (isUnicode) throw new InvalidLiteralError('unable to unescape string');
    parts.push(Buffer.from([code]));
    at = match.index + match[0].length;
  }
  parts.push(Buffer.from(inner.slice(at)));
  return Buffer.concat(parts);
}
