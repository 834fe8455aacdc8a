/**
 * Which version is the better one: stable before beta before alpha, then the higher number, then other names by alphabet.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#version-priority
 */

const STABILITY: Readonly<Record<string, number>> = { alpha: 1, beta: 2, '': 3 };

/** Less than zero where `a` comes first, as the better version. */
export function compareVersions(a: string, b: string): number {
  const left = ranked(a);
  const right = ranked(b);
  if (left === undefined && right === undefined) return a < b ? -1 : a > b ? 1 : 0;
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  for (const [index, value] of left.entries()) {
    const difference = (right[index] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Stability, major and minor of `v1beta2`. */
function ranked(version: string): readonly [number, number, number] | undefined {
  const match = /^v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?$/.exec(version);
  if (match === null) return undefined;
  const [, major = '', stability = '', minor = '0'] = match;
  return [STABILITY[stability] ?? 0, Number(major), Number(minor)];
}
