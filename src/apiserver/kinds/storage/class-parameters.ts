/** What the kinds of classes share: who provides, and with which parameters. */
import type { JsonObject } from '../../../api/json';
import { type FieldError, invalidField, requiredField, tooLongField } from '../../field-error';
import { mapAt, textAt } from '../json-members';
import { addProblems, dnsSubdomainProblems, qualifiedNameProblems } from '../metadata';

const PARAMETERS_MAX = 512;
const PARAMETERS_MAX_BYTES = 256 * 1024;

/** Problems of the name of a provisioner or a driver. */
export function provisionerErrors(object: JsonObject, key: string): FieldError[] {
  const name = textAt(object, key);
  if (name === '') return [requiredField(key)];
  const errors: FieldError[] = [];
  for (const problem of qualifiedNameProblems(name.toLowerCase())) {
    errors.push(invalidField(key, name.toLowerCase(), problem));
  }
  return errors;
}

/** Problems of `parameters`. */
export function parametersErrors(object: JsonObject, mayBeEmpty: boolean): FieldError[] {
  const parameters = Object.entries(mapAt(object, 'parameters'));
  if (parameters.length > PARAMETERS_MAX) return [tooLongField('parameters', PARAMETERS_MAX)];
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of parameters) {
    if (key === '') errors.push(invalidField('parameters', key, 'field can not be empty.'));
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (size > PARAMETERS_MAX_BYTES) errors.push(tooLongField('parameters', PARAMETERS_MAX_BYTES));
  if (!mayBeEmpty && parameters.length === 0) {
    errors.push(requiredField('parameters', 'must contain at least one key/value pair'));
  }
  return errors;
}

/** Problems of the name of a CSI driver. */
export function csiDriverNameErrors(name: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (name === '') errors.push(requiredField(path));
  if (Buffer.byteLength(name) > 63) errors.push(tooLongField(path, 63));
  addProblems(errors, path, name, dnsSubdomainProblems(name.toLowerCase()));
  return errors;
}
