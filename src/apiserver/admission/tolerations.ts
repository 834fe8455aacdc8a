/** Tolerations of a pod, as few as say the same. */
import type { JsonObject } from '../../api/json';
import { numberAt, stringAt } from '../authentication/json-members';
import { canonicalJson } from '../json/json-text';

/** The list without those that another one makes superfluous; of equal ones the first stays. */
export function mergedTolerations(all: readonly JsonObject[]): readonly JsonObject[] {
  const merged: JsonObject[] = [];
  for (const [index, toleration] of all.entries()) {
    const isCovered = merged.some((kept) => covers(kept, toleration));
    const isCoveredLater = all
      .slice(index + 1)
      .some((later) => !isEqual(later, toleration) && covers(later, toleration));
    if (!isCovered && !isCoveredLater) merged.push(toleration);
  }
  return merged;
}

function isEqual(a: JsonObject, b: JsonObject): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

/** True if whatever the second tolerates, the first does too. */
function covers(first: JsonObject, second: JsonObject): boolean {
  if (isEqual(first, second)) return true;
  const key = stringAt(first, 'key');
  const operator = stringAt(first, 'operator');
  const effect = stringAt(first, 'effect');
  if (stringAt(second, 'key') !== key && (key !== '' || operator !== 'Exists')) return false;
  if (stringAt(second, 'effect') !== effect && effect !== '') return false;
  const seconds = numberAt(first, 'tolerationSeconds');
  if (effect === 'NoExecute' && seconds !== undefined) {
    const others = numberAt(second, 'tolerationSeconds');
    if (others === undefined || others > seconds) return false;
  }
  if (operator === 'Exists') return true;
  if (operator !== 'Equal' && operator !== '') return false;
  return stringAt(second, 'operator') === 'Equal' && stringAt(second, 'value') === stringAt(first, 'value');
}
