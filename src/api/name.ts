/**
 * Names of Kubernetes objects.
 */
import { digest } from './json';

/** Longest DNS label, RFC 1123; also the longest label value. */
export const DNS_LABEL_MAX = 63;

/**
 * Longest name of a StatefulSet whose pods can be made: the label `controller-revision-hash` holds the name,
 * a dash and ten digits.
 */
export const STATEFUL_SET_NAME_MAX = 52;

/** A DNS label that starts with a letter, RFC 1035: what a Service may be called. */
export const DNS_1035_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/**
 * A name of at most `max` characters: the name itself where it fits, else its beginning, a dash and eight
 * hexadecimal digits of the whole name's digest, so that two long names don't meet.
 */
export function shortenName(name: string, max: number = DNS_LABEL_MAX): string {
  if (name.length <= max) return name;
  const suffix = digest(name).slice(0, 8);
  return `${name.slice(0, max - suffix.length - 1).replace(/[-.]+$/, '')}-${suffix}`;
}

/**
 * A DNS label that begins like `name`, holds no two dashes in a row, and ends with 16 hexadecimal digits of the digest of
 * `identity`: nobody finds another identity with the same one.
 */
function digestedLabel(name: string, identity: string): string {
  const suffix = digest(identity).slice(0, 16);
  const start = name.replace(/-+/g, '-').slice(0, DNS_LABEL_MAX - suffix.length - 1);
  return `${start.replace(/-+$/, '')}-${suffix}`;
}

/**
 * One DNS label for an object and its namespace: `NAME--NAMESPACE`. It can be told from every other: neither part of a plain one
 * holds two dashes in a row, and one with a digest, where it would be ambiguous or too long, holds no two dashes at all.
 */
export function flatLabel(name: string, namespace: string): string {
  const plain = `${name}--${namespace}`;
  const isPlain = !name.includes('--') && !namespace.includes('--') && plain.length <= DNS_LABEL_MAX;
  return isPlain ? plain : digestedLabel(`${name}-${namespace}`, `${namespace}/${name}`);
}

/** The candidate that is nearest to a word, within two edits; undefined where none is near. */
export function nearestName(word: string, candidates: readonly string[]): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const name of [...candidates].sort()) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance <= 2 && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
