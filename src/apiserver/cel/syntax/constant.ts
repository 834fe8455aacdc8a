/** The values of tokens. */
import { intOf, isInt64 } from '../values/integer';
import { Bytes, Double, Uint } from '../values/value';
import type { Constant } from './expression';
import type { Token } from './lexer';
import { bytesOf, InvalidLiteralError, stringOf } from './quoted-text';

/**
 * The value of a token, with the sign before it; undefined for a token that has none.
 * @throws InvalidLiteralError
 */
export function constantOf(token: Token, sign: string): Constant | undefined {
  switch (token.kind) {
    case 'int': {
      const magnitude = BigInt(token.text);
      const value = sign === '' ? magnitude : -magnitude;
      if (!isInt64(value)) throw new InvalidLiteralError('invalid int literal');
      return intOf(value);
    }
    case 'uint': {
      const value = BigInt(token.text.slice(0, -1));
      if (value >= 2n ** 64n) throw new InvalidLiteralError('invalid uint literal');
      return new Uint(value);
    }
    case 'double': {
      const value = Number(sign + token.text);
      if (!Number.isFinite(value)) throw new InvalidLiteralError('invalid double literal');
      return new Double(value);
    }
    case 'string':
      return stringOf(token.text);
    case 'bytes':
      return new Bytes(bytesOf(token.text.slice(1)));
    case 'sign':
      if (token.text === 'true') return true;
      if (token.text === 'false') return false;
      if (token.text === 'null') return null;
      return undefined;
    case 'identifier':
    case 'escapedIdentifier':
    case 'end':
      return undefined;
  }
}
