/**
 * Equal values as one. Ten thousand children differ in little more than name, UID and version: labels and owners are those of their
 * environment, namespaces, times and states those of many.
 *
 * What is remembered is bounded: a value makes room for another that falls into the same place, so that a miss costs memory and
 * nothing ever grows.
 */

/** Values that are remembered, of texts and of structures each; a power of two. */
const PLACES = 8_192;

/** The longest texts that V8's parser shares by itself. */
const PARSER_SHARES = 10;

/** Longer texts are seldom said twice. */
const TEXT_MAX = 128;

export class Sharing {
  private readonly texts = new Array<string | undefined>(PLACES);
  private readonly structures = new Array<object | undefined>(PLACES);

  /** An equal text, the one seen before where it is remembered. */
  text(text: string): string {
    if (text.length > TEXT_MAX) return text;
    const place = placeOf(text);
    const known = this.texts[place];
    if (known === text) return known;
    this.texts[place] = text;
    return text;
  }

  /** An equal structure of JSON, the one seen before where it is remembered; else this one, with its texts shared. */
  structure<T extends object>(value: T): T {
    const place = placeOf(JSON.stringify(value));
    const known = this.structures[place];
    if (known !== undefined && isSame(known, value)) return known as T;
    this.structures[place] = value;
    this.textsWithin(value);
    return value;
  }

  /** Makes the texts at any depth of a value, which is nobody else's yet, shared ones. */
  textsWithin(value: object): void {
    const members = value as Record<string, unknown>;
    for (const key of Object.keys(members)) {
      const member = members[key];
      if (typeof member === 'string') {
        // The parser has shared short ones already.
        if (member.length > PARSER_SHARES) members[key] = this.text(member);
      } else if (typeof member === 'object' && member !== null) this.textsWithin(member);
    }
  }
}

/** From the length and the last characters, by which names and UIDs are told apart. */
function placeOf(text: string): number {
  let hash = text.length;
  for (let index = Math.max(0, text.length - 160); index < text.length; index++)
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return (hash ^ (hash >>> 15)) & (PLACES - 1);
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name]));
}
