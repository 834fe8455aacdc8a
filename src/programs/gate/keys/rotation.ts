/** When keys begin, when they are succeeded, and when they are forgotten. All of it is pure. */
import type { GateKey } from './gate-key';

/** So long a new key is only read, so that every replica knows it before the first token is sealed by it. */
export const SETTLING_MS = 60_000;

/** A key is succeeded when it is this old. */
export const KEY_AGE_MS = 24 * 60 * 60 * 1000;

/** The key that seals: the newest one that has settled, or the oldest while none has. Keys are given oldest first. */
export function sealingKey(keys: readonly GateKey[], nowMs: number): GateKey | undefined {
  return keys.findLast(({ madeAtMs }) => madeAtMs <= nowMs - SETTLING_MS) ?? keys[0];
}

/** What rotation goes by. */
export interface Rotation {
  readonly nowMs: number;
  /** So long a token may be used after it was sealed: the longest session. */
  readonly longestTokenMs: number;
  readonly makeKey: () => GateKey;
}

/**
 * The keys as they shall be, oldest first, or undefined where they are so already: with a new one where the newest is of age or
 * there is none, and without those whose last token is over.
 */
export function rotatedKeys(keys: readonly GateKey[], rotation: Rotation): readonly GateKey[] | undefined {
  const { nowMs, longestTokenMs, makeKey } = rotation;
  const live = keys.filter((_key, index) => {
    const successor = keys[index + 1];
    // A key seals until its successor has settled everywhere; the same again covers clocks that differ.
    return successor === undefined || successor.madeAtMs + 2 * SETTLING_MS + longestTokenMs > nowMs;
  });
  const newest = live.at(-1);
  if (newest === undefined || newest.madeAtMs + KEY_AGE_MS <= nowMs) return [...live, makeKey()];
  return live.length === keys.length ? undefined : live;
}
