/** Hashes that controllers put into names: FNV-1 of 32 bits, in letters that can't form words. */
import { canonicalJson } from '../../api/json';
import { withoutNothing } from './semantic-equality';

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;
/** Neither vowels nor what looks like one. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * A hash of a value, another one for each count of collisions. Which hash a template has isn't part of the API; that equal ones
 * have the same is.
 */
export function collidingHash(value: unknown, collisionCount: number | undefined): string {
  let hash = OFFSET;
  const bytes = Buffer.from(
    canonicalJson(withoutNothing(value)) + (collisionCount === undefined ? '' : String(collisionCount)),
  );
  for (const byte of bytes) hash = (Math.imul(hash, PRIME) ^ byte) >>> 0;
  return String(hash).replaceAll(/\d/g, (digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length] ?? '');
}
