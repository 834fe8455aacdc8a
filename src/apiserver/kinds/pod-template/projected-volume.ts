/** Checks of a volume that is put together from several sources. */
import type { JsonObject } from '../../../api/json';
import { type FieldError, forbiddenField, invalidField, requiredField } from '../../field-error';
import { listAt, numberAt, objectAt, textAt } from '../json-members';
import { addLocalPathErrors } from './paths';
import { addDownwardFileErrors, addKeyToPathErrors } from './volume-files';

const TOKEN_MIN_SECONDS = 600;
const TOKEN_MAX_SECONDS = 2 ** 32;
const SOURCE_KEYS = ['secret', 'configMap', 'downwardAPI', 'serviceAccountToken'];

/** Adds what is wrong with the sources of a projected volume. */
export function addProjectedErrors(errors: FieldError[], projected: JsonObject, path: string): void {
  const files = new Set<string>();
  for (const [index, source] of listAt(projected, 'sources').entries()) {
    const at = `${path}.sources[${String(index)}]`;
    for (const key of ['secret', 'configMap']) addObjectErrors(errors, { source, key, files, volumePath: path }, at);
    for (const file of listAt(objectAt(source, 'downwardAPI'), 'items')) {
      addDownwardFileErrors(errors, file, `${at}.downwardAPI`);
      addSameFileErrors(errors, { file: textAt(file, 'path'), files, shown: textAt(file, 'path') }, path);
    }
    const token = objectAt(source, 'serviceAccountToken');
    if (token !== undefined) addTokenErrors(errors, { token, volumePath: path }, `${at}.serviceAccountToken`);
    if (SOURCE_KEYS.filter((key) => source[key] !== undefined).length > 1) {
      errors.push(forbiddenField(at, 'may not specify more than 1 volume type per source'));
    }
  }
}

interface ObjectSource {
  readonly source: JsonObject;
  readonly key: string;
  readonly files: Set<string>;
  readonly volumePath: string;
}

function addObjectErrors(errors: FieldError[], { source, key, files, volumePath }: ObjectSource, path: string): void {
  const named = objectAt(source, key);
  if (named === undefined) return;
  const name = textAt(named, 'name');
  if (name === '') errors.push(requiredField(`${path}.${key}.name`));
  for (const [index, item] of listAt(named, 'items').entries()) {
    addKeyToPathErrors(errors, item, `${path}.${key}.items[${String(index)}]`);
    addSameFileErrors(errors, { file: textAt(item, 'path'), files, shown: name }, volumePath);
  }
}

interface NamedFile {
  readonly file: string;
  readonly files: Set<string>;
  readonly shown: string;
}

function addSameFileErrors(errors: FieldError[], { file, files, shown }: NamedFile, path: string): void {
  if (file === '') return;
  if (files.has(file)) errors.push(invalidField(path, shown, 'conflicting duplicate paths'));
  files.add(file);
}

function addTokenErrors(
  errors: FieldError[],
  { token, volumePath }: { readonly token: JsonObject; readonly volumePath: string },
  path: string,
): void {
  const seconds = numberAt(token, 'expirationSeconds');
  if (seconds < TOKEN_MIN_SECONDS) {
    errors.push(invalidField(`${path}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes'));
  }
  if (seconds > TOKEN_MAX_SECONDS) {
    const detail = 'may not specify a duration larger than 2^32 seconds';
    errors.push(invalidField(`${path}.expirationSeconds`, seconds, detail));
  }
  const file = textAt(token, 'path');
  if (file === '') errors.push(requiredField(`${volumePath}.path`));
  else addLocalPathErrors(errors, file, `${volumePath}.path`);
}
