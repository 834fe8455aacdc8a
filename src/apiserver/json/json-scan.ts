/**
 * A slow reader of JSON that sees what the engine's own doesn't tell: members that are there twice, and integers that a double
 * doesn't hold.
 */
import type { JsonValue } from '../../api/json';
import { integerValue } from './int64';

export interface ScannedJson {
  readonly value: JsonValue;
  /** The places of members that were there before, in the order of the text: `spec.containers[0].name`. */
  readonly repeated: readonly string[];
  /** Of the objects that have such members: all their keys, in the order of the text. */
  readonly sequences: ReadonlyMap<object, readonly string[]>;
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const SCALAR = /[^,\]}\s]+/y;
const INTEGER = /^-?\d+$/;
const OWN_MEMBER = { configurable: true, enumerable: true, writable: true } as const;

/** Reads a text that is known to be JSON. */
export function scanJson(text: string): ScannedJson {
  const repeated: string[] = [];
  const sequences = new Map<object, readonly string[]>();
  let at = 0;
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? '';
    at += found.length;
    return found;
  };
  const skip = (): string | undefined => {
    match(SPACE);
    return text[at];
  };

  const list = (path: string): JsonValue => {
    const items: JsonValue[] = [];
    at += 1;
    for (let next = skip(); next !== ']'; next = skip()) {
      if (next === ',') at += 1;
      else items.push(value(`${path}[${String(items.length)}]`));
    }
    at += 1;
    return items;
  };

  const object = (path: string): JsonValue => {
    const members: Record<string, JsonValue> = {};
    const keys: string[] = [];
    at += 1;
    for (let next = skip(); next !== '}'; next = skip()) {
      if (next === ',') {
        at += 1;
        continue;
      }
      const key = JSON.parse(match(STRING)) as string;
      skip();
      at += 1;
      skip();
      const place = path === '' ? key : `${path}.${key}`;
      if (Object.hasOwn(members, key)) {
        repeated.push(place);
        sequences.set(members, keys);
      }
      keys.push(key);
      const member = value(place);
      // A plain assignment to this name would change the prototype.
      if (key === '__proto__') Object.defineProperty(members, key, { value: member, ...OWN_MEMBER });
      else members[key] = member;
    }
    at += 1;
    return members;
  };

  const value = (path: string): JsonValue => {
    const next = skip();
    if (next === '{') return object(path);
    if (next === '[') return list(path);
    return next === '"' ? (JSON.parse(match(STRING)) as string) : scalar(match(SCALAR));
  };

  return { value: value(''), repeated, sequences };
}

function scalar(literal: string): JsonValue {
  const read = JSON.parse(literal) as null | boolean | number;
  const isInexact = typeof read === 'number' && !Number.isSafeInteger(read) && INTEGER.test(literal);
  return isInexact ? integerValue(BigInt(literal)) : read;
}
