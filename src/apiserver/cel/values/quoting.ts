/** Text in double quotes, as Go writes it. */

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\u000b', '\\v'],
  ['\\', '\\\\'],
  ['"', '\\"'],
]);
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}

/** As Go's `%q`: what cannot be printed is escaped. */
export function quoted(text: string): string {
  let inner = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const short = SHORT.get(character);
    if (short !== undefined) inner += short;
    else if (PRINTABLE.test(character)) inner += character;
    else if (code < 0x80) inner += `\\x${hex(code, 2)}`;
    else inner += code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
  }
  return `"${inner}"`;
}
