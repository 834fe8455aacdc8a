/**
 * What Go's encoding/json says of a text that isn't JSON.
 * @see https://pkg.go.dev/encoding/json#SyntaxError
 */

const END = 'unexpected end of JSON input';
/** Inside a literal, a number or an escape; not inside a text. */
const TAKES_NO_SPACE = /^(?:in (?!string literal)|after decimal point)/;
const LITERALS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

/** Thrown inside to leave the walk. */
class Found extends Error {}

/** The complaint about a text, `` for one that is JSON. */
export function jsonSyntaxProblem(text: string): string {
  try {
    walk(text);
    return '';
  } catch (error) {
    if (error instanceof Found) return error.message;
    throw error;
  }
}

function walk(text: string): void {
  let at = 0;
  const bad = (where: string): never => {
    if (text[at] !== undefined) throw new Found(`invalid character ${quotedCharacter(text, at)} ${where}`);
    // Go looks whether a space may come where the text ends.
    throw new Found(TAKES_NO_SPACE.test(where) ? `invalid character ' ' ${where}` : END);
  };
  const skip = (): string | undefined => {
    while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1;
    return text[at];
  };
  const digits = (where: string): void => {
    if (!isDigit(text[at])) bad(where);
    while (isDigit(text[at])) at += 1;
  };

  const string = (): void => {
    at += 1;
    for (;;) {
      const character = text[at];
      if (character === undefined || character < ' ') return bad('in string literal');
      at += 1;
      if (character === '"') return;
      if (character === '\\') escape();
    }
  };
  const escape = (): void => {
    const character = text[at];
    if (character === undefined || !'bfnrt\\/"u'.includes(character)) bad('in string escape code');
    at += 1;
    if (character !== 'u') return;
    for (let count = 0; count < 4; count++, at++) {
      if (!/[0-9a-fA-F]/.test(text.charAt(at))) bad('in \\u hexadecimal character escape');
    }
  };
  const number = (): void => {
    if (text[at] === '-') at += 1;
    if (text[at] === '0') at += 1;
    else digits('in numeric literal');
    if (text[at] === '.') {
      at += 1;
      digits('after decimal point in numeric literal');
    }
    if (text[at] === 'e' || text[at] === 'E') {
      at += 1;
      if (text[at] === '+' || text[at] === '-') at += 1;
      digits('in exponent of numeric literal');
    }
  };
  const literal = (word: string): void => {
    for (let index = 0; index < word.length; index++, at++) {
      if (text[at] !== word[index]) bad(`in literal ${word} (expecting '${word.charAt(index)}')`);
    }
  };
  const list = (): void => {
    at += 1;
    if (skip() === ']') {
      at += 1;
      return;
    }
    for (;;) {
      value();
      const next = skip();
      if (next !== ',' && next !== ']') bad('after array element');
      at += 1;
      if (next === ']') return;
    }
  };
  const object = (): void => {
    at += 1;
    if (skip() === '}') {
      at += 1;
      return;
    }
    for (;;) {
      if (skip() !== '"') bad('looking for beginning of object key string');
      string();
      if (skip() !== ':') bad('after object key');
      at += 1;
      value();
      const next = skip();
      if (next !== ',' && next !== '}') bad('after object key:value pair');
      at += 1;
      if (next === '}') return;
    }
  };
  const value = (): void => {
    const next = skip();
    const word = next === undefined ? undefined : LITERALS[next];
    if (next === '{') object();
    else if (next === '[') list();
    else if (next === '"') string();
    else if (word !== undefined) literal(word);
    else if (next === '-' || isDigit(next)) number();
    else bad('looking for beginning of value');
  };

  value();
  if (skip() !== undefined) bad('after top-level value');
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

/** Go looks at bytes: of a character beyond ASCII it shows the first. */
function quotedCharacter(text: string, at: number): string {
  const [byte = 0] = Buffer.from(text.slice(at, at + 2), 'utf8');
  const character = String.fromCharCode(byte);
  if (character === "'") return "'\\''";
  if (character === '"') return "'\"'";
  return `'${JSON.stringify(character).slice(1, -1).replace('\\u00', '\\x')}'`;
}
