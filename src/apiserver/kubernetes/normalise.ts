/**
 * Brings drafts into the form in which they are written. Values are taken to be of the right types.
 */
import { type Draft, type DraftObject, isDraftObject } from '../draft';
import type { StructPlan, WirePlan } from './wire-plan';
import type { StoredForm } from './wire-reader';
import { isLeftOut, withZeroValues, zeroValue } from './zero-values';

/** Drops what is unknown or left out where it is zero, adds what is always written, in place. */
export function normaliseStruct(object: DraftObject, plan: StructPlan, storedForm: StoredForm): void {
  for (const key of Object.keys(object)) {
    const field = plan.fields.get(key);
    const member = object[key];
    if (field === undefined || member === undefined || (member === null && field.pointer)) {
      // A setter of this name would be the prototype's.
      Reflect.deleteProperty(object, key);
      continue;
    }
    const written = normalised(member, field.plan, storedForm);
    if (isLeftOut(written, field)) Reflect.deleteProperty(object, key);
    else if (written !== member) object[key] = written;
  }
  withZeroValues(object, plan);
}

/** The value as it is written; containers keep their identity. */
function normalised(value: Draft, plan: WirePlan, storedForm: StoredForm): Draft {
  if (value === null) return zeroValue(plan);
  switch (plan.form) {
    case 'struct':
      if (isDraftObject(value)) normaliseStruct(value, plan, storedForm);
      return value;
    case 'list':
      return Array.isArray(value) ? normalisedList(value, plan.item, storedForm) : value;
    case 'map':
      return isDraftObject(value) ? normalisedMap(value, plan.item, storedForm) : value;
    case 'schema-or':
      if (isDraftObject(value)) return normalised(value, plan.schema, storedForm);
      if (Array.isArray(value) && plan.other === 'schemas') return normalisedList(value, plan.schema, storedForm);
      return value;
    default:
      return value;
  }
}

function normalisedList(list: Draft[], item: WirePlan, storedForm: StoredForm): Draft {
  if (list.length === 0) return storedForm === 'protobuf' ? null : list;
  list.forEach((member, index) => {
    const written = normalised(member, item, storedForm);
    if (written !== member) list[index] = written;
  });
  return list;
}

function normalisedMap(map: DraftObject, item: WirePlan, storedForm: StoredForm): Draft {
  const keys = Object.keys(map);
  if (keys.length === 0) return storedForm === 'protobuf' ? null : map;
  for (const key of keys) {
    const member = map[key];
    if (member === undefined) continue;
    const written = normalised(member, item, storedForm);
    // An item of a map is there, also where it is empty.
    if (written !== member && written !== null) map[key] = written;
  }
  return map;
}
