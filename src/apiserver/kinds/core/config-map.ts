/** ConfigMaps. */
import type { KubeObject } from '../../../api/object';
import { type FieldError, forbiddenField, invalidField, tooLongField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { hasKey, isSameValue, jsonOf, mapAt } from '../json-members';
import type { KindFacts } from '../kind-facts';
import { addProblems, configMapKeyProblems } from '../metadata';
import { memberCount } from '../table-cells';
import { columnsOf } from './column-definitions';
import { metadataErrors, metadataUpdateErrors } from './strategy-parts';

/** All values of a ConfigMap, or of a Secret, together. */
export const DATA_MAX_BYTES = 1024 * 1024;

const strategy: Strategy = {
  validate: dataErrors,
  validateUpdate: (next, old) => [
    ...metadataUpdateErrors(next, old),
    ...immutableDataErrors(next, old, ['data', 'binaryData']),
    ...metadataErrors(next, { namespaced: true }),
    ...dataErrors(next),
  ],
};

export const configMaps: KindFacts = {
  strategy,
  columns: columnsOf('configmaps', { Data: (map) => memberCount(map['data']) + memberCount(map['binaryData']) }),
};

/** Errors for changes of an object that says of itself that its data stay. */
export function immutableDataErrors(next: KubeObject, old: KubeObject, keys: readonly string[]): FieldError[] {
  const why = 'field is immutable when `immutable` is set';
  if (old['immutable'] !== true) return [];
  const errors = next['immutable'] === true ? [] : [forbiddenField('immutable', why)];
  for (const key of keys) {
    if (!isSameValue(jsonOf(next)[key], jsonOf(old)[key])) errors.push(forbiddenField(key, why));
  }
  return errors;
}

function dataErrors(map: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const data = mapAt(jsonOf(map), 'data');
  const binary = mapAt(jsonOf(map), 'binaryData');
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    addProblems(errors, `data[${key}]`, key, configMapKeyProblems(key));
    if (hasKey(binary, key)) errors.push(invalidField(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    size += Buffer.byteLength(value);
  }
  for (const [key, value] of Object.entries(binary)) {
    addProblems(errors, `binaryData[${key}]`, key, configMapKeyProblems(key));
    size += decodedLength(value);
  }
  if (size > DATA_MAX_BYTES) errors.push(tooLongField('[]', DATA_MAX_BYTES));
  return errors;
}

/** How many bytes a base64 text stands for. */
export function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.floor((base64.length * 3) / 4) - padding;
}
