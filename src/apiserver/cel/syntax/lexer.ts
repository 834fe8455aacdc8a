/** Cuts an expression into tokens. */
import type { Issue } from './source';

export type TokenKind =
  | 'sign'
  | 'identifier'
  | 'escapedIdentifier'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Verbatim; `<EOF>` at the end. Keywords (`in`, `true`, `false`, `null`) are signs. */
  readonly text: string;
  /** In UTF-16 units. */
  readonly offset: number;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  /** One for each piece that is no token. */
  readonly issues: readonly Issue[];
}

const HIDDEN = /(?:[\t \r\n\f]+|\/\/[^\n]*)+/uy;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/uy;
const ESCAPED_NAME = /`[A-Za-z0-9_./ -]+`/uy;
const DOUBLE = /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?/uy;
const INTEGER = /(?:0x[0-9a-fA-F]+|\d+)[uU]?/uy;
const ESCAPE =
  String.raw`\\(?:[abfnrtv"'\\?` +
  '`' +
  String.raw`]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})`;
const STRING = new RegExp(
  [
    `"""(?:${ESCAPE}|[^\\\\])*?"""`,
    `'''(?:${ESCAPE}|[^\\\\])*?'''`,
    `"(?:${ESCAPE}|[^\\\\"\\n\\r])*"`,
    `'(?:${ESCAPE}|[^\\\\'\\n\\r])*'`,
    '[rR]"""[^]*?"""',
    "[rR]'''[^]*?'''",
    '[rR]"[^"\\n\\r]*"',
    "[rR]'[^'\\n\\r]*'",
  ].join('|'),
  'uy',
);
const SIGN = /==|!=|<=|>=|&&|\|\||[<>[\]{}().,\-!?:+*/%]/uy;
const KEYWORDS: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null']);
const VALID_ESCAPE = new RegExp(ESCAPE, 'uy');
const ESCAPED_NAME_CHARACTER = /[A-Za-z0-9_./ -]/u;

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function tokenAt(text: string, offset: number): Token | undefined {
  const character = text.charAt(offset);
  const name = matchAt(NAME, text, offset);
  if (name !== undefined) {
    if ((name.startsWith('b') || name.startsWith('B')) && name.length <= 2) {
      const bytes = matchAt(STRING, text, offset + 1);
      if (bytes !== undefined) return { kind: 'bytes', text: character + bytes, offset };
    }
    if (name === 'r' || name === 'R') {
      const string = matchAt(STRING, text, offset);
      if (string !== undefined) return { kind: 'string', text: string, offset };
    }
    return { kind: KEYWORDS.has(name) ? 'sign' : 'identifier', text: name, offset };
  }
  const double = matchAt(DOUBLE, text, offset);
  const integer = matchAt(INTEGER, text, offset);
  if (double !== undefined && (integer === undefined || double.length > integer.length)) {
    return { kind: 'double', text: double, offset };
  }
  if (integer !== undefined) return { kind: /[uU]$/u.test(integer) ? 'uint' : 'int', text: integer, offset };
  const sign = matchAt(SIGN, text, offset);
  if (sign !== undefined) return { kind: 'sign', text: sign, offset };
  const string = matchAt(STRING, text, offset);
  if (string !== undefined) return { kind: 'string', text: string, offset };
  const escaped = matchAt(ESCAPED_NAME, text, offset);
  return escaped === undefined ? undefined : { kind: 'escapedIdentifier', text: escaped, offset };
}

/** The index of the first character at which no token can go on. */
function failureOf(text: string, offset: number): number {
  const first = text.charAt(offset);
  let at = offset + 1;
  if (first === '=' || first === '&' || first === '|') return at;
  if (first === '`') {
    while (ESCAPED_NAME_CHARACTER.test(text.charAt(at))) at += 1;
    return at;
  }
  if (first !== '"' && first !== "'") return offset;
  while (at < text.length && !/[\n\r]/u.test(text.charAt(at))) {
    if (text.charAt(at) !== '\\') {
      at += 1;
      continue;
    }
    const escape = matchAt(VALID_ESCAPE, text, at);
    if (escape === undefined) return failureOfEscape(text, at);
    at += escape.length;
  }
  return at;
}

const ESCAPE_DIGITS: Readonly<Record<string, { readonly count: number; readonly digit: RegExp }>> = {
  x: { count: 2, digit: /[0-9a-fA-F]/u },
  X: { count: 2, digit: /[0-9a-fA-F]/u },
  u: { count: 4, digit: /[0-9a-fA-F]/u },
  U: { count: 8, digit: /[0-9a-fA-F]/u },
};

function failureOfEscape(text: string, backslash: number): number {
  const letter = text.charAt(backslash + 1);
  const digits = /[0-3]/u.test(letter) ? { count: 2, digit: /[0-7]/u } : ESCAPE_DIGITS[letter];
  let at = backslash + 1;
  if (digits === undefined) return at;
  at += 1;
  for (let count = 0; count < digits.count && digits.digit.test(text.charAt(at)); count += 1) at += 1;
  return at;
}

/** The width of the character at an index: two units outside the basic plane. */
function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** Where what begins as no token ends. */
function endOfFailure(text: string, offset: number): number {
  const failure = failureOf(text, offset);
  return failure < text.length ? failure + widthAt(text, failure) : text.length;
}

/** All tokens of a text, the last of which is its end. */
export function tokensOf(text: string): Tokens {
  const tokens: Token[] = [];
  const issues: Issue[] = [];
  let at = 0;
  for (;;) {
    at += matchAt(HIDDEN, text, at)?.length ?? 0;
    if (at >= text.length) break;
    const token = tokenAt(text, at);
    if (token === undefined) {
      const end = endOfFailure(text, at);
      issues.push({ offset: at, message: `Syntax error: token recognition error at: '${text.slice(at, end)}'` });
      at = end;
    } else {
      tokens.push(token);
      at += token.text.length;
    }
  }
  tokens.push({ kind: 'end', text: '<EOF>', offset: text.length });
  return { tokens, issues };
}

/** The spaces and comments in a text between two tokens, without what is no token. */
export function hiddenText(text: string): string {
  let hidden = '';
  let at = 0;
  while (at < text.length) {
    const piece = matchAt(HIDDEN, text, at) ?? '';
    hidden += piece;
    at += piece.length;
    if (at < text.length) at = endOfFailure(text, at);
  }
  return hidden;
}
