/** Checks of the files that a volume makes of objects. */
import type { JsonObject } from '../../../api/json';
import { type FieldError, invalidField, requiredField } from '../../field-error';
import { objectAt, optionalNumberAt, textAt } from '../json-members';
import { addFieldRefErrors, addResourceFieldRefErrors } from './environment';
import { addLocalPathErrors } from './paths';

/** What a file may be told of its pod. */
const FILE_FIELDS: ReadonlySet<string> = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
]);
const MODE_MAX = 0o777;
const MODE_DETAIL = 'must be a number between 0 and 0777 (octal), both inclusive';

/** Adds what is wrong with the item that makes a file of a key. */
export function addKeyToPathErrors(errors: FieldError[], item: JsonObject, path: string): void {
  if (textAt(item, 'key') === '') errors.push(requiredField(`${path}.key`));
  if (textAt(item, 'path') === '') errors.push(requiredField(`${path}.path`));
  addLocalPathErrors(errors, textAt(item, 'path'), `${path}.path`);
  addModeErrors(errors, item, { key: 'mode', path });
}

/** Adds what is wrong with the mode of files. */
export function addModeErrors(
  errors: FieldError[],
  holder: JsonObject,
  { key, path }: { readonly key: string; readonly path: string },
): void {
  const mode = optionalNumberAt(holder, key);
  if (mode !== undefined && (mode > MODE_MAX || mode < 0))
    errors.push(invalidField(`${path}.${key}`, mode, MODE_DETAIL));
}

/** Adds what is wrong with a file that tells of the pod. */
export function addDownwardFileErrors(errors: FieldError[], file: JsonObject, path: string): void {
  if (textAt(file, 'path') === '') errors.push(requiredField(`${path}.path`));
  addLocalPathErrors(errors, textAt(file, 'path'), `${path}.path`);
  const fieldRef = objectAt(file, 'fieldRef');
  const resourceFieldRef = objectAt(file, 'resourceFieldRef');
  if (fieldRef !== undefined) {
    addFieldRefErrors(errors, fieldRef, { offered: FILE_FIELDS, path: `${path}.fieldRef` });
    if (resourceFieldRef !== undefined) {
      const detail = 'fieldRef and resourceFieldRef can not be specified simultaneously';
      errors.push(invalidField(path, 'resource', detail));
    }
  } else if (resourceFieldRef !== undefined) {
    addResourceFieldRefErrors(errors, resourceFieldRef, { isVolume: true, path: `${path}.resourceFieldRef` });
  } else {
    errors.push(requiredField(path, 'one of fieldRef and resourceFieldRef is required'));
  }
  addModeErrors(errors, file, { key: 'mode', path });
}
