/**
 * Zero values: what Go writes for a member that nobody set, and which values it leaves out.
 */
import { type Draft, type DraftObject, isDraftObject } from '../draft';
import { type FieldPlan, isGoStruct, type StructPlan, type WirePlan } from './wire-plan';

/** What is written for a value that nobody set; a new one each time. */
export function zeroValue(plan: WirePlan): Draft {
  switch (plan.form) {
    case 'struct':
      return withZeroValues({}, plan);
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'float':
    case 'int-or-string':
      return 0;
    case 'quantity':
      return '0';
    case 'schema-or':
      return plan.other === 'bool' ? false : null;
    default:
      return null;
  }
}

/** The zero value of a field, as it is written where it is always written. */
function zeroOfField({ plan, pointer }: FieldPlan): Draft {
  return pointer ? null : zeroValue(plan);
}

/** Adds what Go always writes and the object lacks, in place; gives the object back. */
export function withZeroValues(object: DraftObject, plan: StructPlan): DraftObject {
  for (const field of plan.always) {
    if (object[field.name] === undefined) object[field.name] = zeroOfField(field);
  }
  return object;
}

/** True for a value that the field leaves out. */
export function isLeftOut(value: Draft, { plan, pointer, omitEmpty, omitZero }: FieldPlan): boolean {
  if (omitZero && value === null) return true;
  if (!omitEmpty) return false;
  // A pointer is nothing or something: what it points at doesn't matter.
  if (pointer) return value === null;
  return !isGoStruct(plan) && isEmpty(value);
}

function isEmpty(value: Draft): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isDraftObject(value)) {
    for (const _ in value) return false;
    return true;
  }
  return value === null || value === '' || value === 0 || value === false;
}
