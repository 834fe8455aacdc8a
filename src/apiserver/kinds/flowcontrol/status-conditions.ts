/** What the two kinds of flow control have in common: conditions of their own, and metadata that a status write leaves alone. */
import type { JsonObject } from '../../../api/json';
import { duplicateField, type FieldError, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { CLIENT_METADATA, statusPreparations } from '../checks/restore';
import { listAt, textAt } from '../json-members';

/** Generation, preparations and reset fields of both kinds. */
export const FLOW_CONTROL_BASE = {
  ...statusPreparations(CLIENT_METADATA),
  generation: 'spec',
  resetFields: { '': [['status']], status: [['metadata'], ['spec']] },
} as const satisfies Strategy;

/** Problems of `status.conditions`. */
export function flowConditionErrors(status: JsonObject): FieldError[] {
  const seen = new Set<string>();
  return listAt(status, 'conditions').flatMap((condition, index) => {
    const path = `status.conditions[${String(index)}].type`;
    const type = textAt(condition, 'type');
    const errors = seen.has(type) ? [duplicateField(path, type)] : [];
    seen.add(type);
    return type === '' ? [...errors, requiredField(path)] : errors;
  });
}
