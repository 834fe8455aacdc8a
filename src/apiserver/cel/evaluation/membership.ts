/** `x in [1, 2, 3]` with a list that is known beforehand: looked up, at no cost beyond that of `x`. */
import { listContains } from '../values/operators';
import { CelError, Double, isInt, ListValue, Uint, type Value } from '../values/value';
import type { Step } from './frame';

function isPrimitive(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value instanceof Double || value instanceof Uint;
}

/** Undefined where the list holds more than primitive values; false where it is empty. */
export function findConstantMembership(element: Step, list: Value): Step | false | undefined {
  if (!(list instanceof ListValue)) return undefined;
  if (list.size === 0) return false;
  const items = Array.from(list);
  if (!items.every((item) => isPrimitive(item) || isInt(item))) return undefined;
  const texts = new Set(items);
  const areTexts = items.every((item) => typeof item === 'string');
  return (frame) => {
    const value = element(frame);
    if (value instanceof CelError) return value;
    if (areTexts) return texts.has(value);
    return listContains(list, value);
  };
}
