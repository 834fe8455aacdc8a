/** Members of objects that are being made. */
import type { Draft, DraftObject } from '../draft';

/** A plain assignment would take `__proto__` for something else. */
export function setMember(object: DraftObject, key: string, value: Draft): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
  } else {
    object[key] = value;
  }
}
