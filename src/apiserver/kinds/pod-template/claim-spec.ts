/** Checks of the spec of a claim, on its own and as a template inside a volume. */
import type { JsonObject } from '../../../api/json';
import { compareQuantities } from '../../../api/quantity';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../../field-error';
import { entryAt, mapAt, objectAt, optionalTextAt, textAt, textsAt } from '../json-members';
import {
  addProblems,
  dnsSubdomainProblems,
  isDnsLabelName,
  isDnsSubdomainName,
  labelSelectorErrors,
} from '../metadata';
import { addAmountErrors } from './resources';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const VOLUME_MODES = ['Block', 'Filesystem'];

/** Adds what is wrong with the spec of a claim. */
export function addClaimSpecErrors(errors: FieldError[], spec: JsonObject, path: string): void {
  const modes = textsAt(spec, 'accessModes');
  if (modes.length === 0) errors.push(requiredField(`${path}.accessModes`, 'at least 1 access mode is required'));
  errors.push(...labelSelectorErrors(objectAt(spec, 'selector'), `${path}.selector`));
  addAccessModeErrors(errors, modes, `${path}.accessModes`);
  addStorageErrors(errors, entryAt(mapAt(objectAt(spec, 'resources'), 'requests'), 'storage'), path);
  addClassErrors(errors, optionalTextAt(spec, 'storageClassName'), `${path}.storageClassName`);
  addVolumeModeErrors(errors, spec, path);
  addDataSourceErrors(errors, spec, path);
  addClassErrors(errors, optionalTextAt(spec, 'volumeAttributesClassName'), `${path}.volumeAttributesClassName`);
}

/** Adds what is wrong with access modes, but for their lack. */
export function addAccessModeErrors(errors: FieldError[], modes: readonly string[], path: string): void {
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) errors.push(notSupportedField(path, mode, ACCESS_MODES));
  const isShared = modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode));
  if (isShared && modes.includes('ReadWriteOncePod')) {
    errors.push(forbiddenField(path, 'may not use ReadWriteOncePod with other access modes'));
  }
}

/** Adds what is wrong with `volumeMode`. */
export function addVolumeModeErrors(errors: FieldError[], spec: JsonObject, path: string): void {
  const mode = optionalTextAt(spec, 'volumeMode');
  if (mode !== undefined && !VOLUME_MODES.includes(mode)) {
    errors.push(notSupportedField(`${path}.volumeMode`, mode, VOLUME_MODES));
  }
}

/** Adds what is wrong with the name of a class; none, or an empty one, is good. */
export function addClassErrors(errors: FieldError[], name: string | undefined, path: string): void {
  if (name !== undefined && name !== '') addProblems(errors, path, name, isDnsSubdomainName(name, false));
}

function addStorageErrors(errors: FieldError[], amount: string | undefined, path: string): void {
  const at = `${path}.resources[storage]`;
  if (amount === undefined) errors.push(requiredField(at));
  else if (compareQuantities(amount, '0') <= 0) errors.push(invalidField(at, amount, 'must be greater than zero'));
  else addAmountErrors(errors, 'storage', { amount, path: at });
}

function addDataSourceErrors(errors: FieldError[], spec: JsonObject, path: string): void {
  const source = objectAt(spec, 'dataSource');
  const reference = objectAt(spec, 'dataSourceRef');
  if (source !== undefined) addReferenceErrors(errors, source, `${path}.dataSource`);
  if (reference !== undefined) {
    addReferenceErrors(errors, reference, `${path}.dataSourceRef`);
    const namespace = textAt(reference, 'namespace');
    if (namespace !== '') {
      addProblems(errors, `${path}.dataSourceRef.namespace`, namespace, isDnsLabelName(namespace, false));
    }
  }
  if (source === undefined || reference === undefined) return;
  const refuse = (why: string) => {
    // The server prints the path as an empty struct.
    errors.push(invalidField(path, {}, why));
  };
  if (textAt(reference, 'namespace') !== '') refuse('may not be specified when dataSourceRef.namespace is specified');
  else if (['apiGroup', 'kind', 'name'].some((key) => source[key] !== reference[key]))
    refuse('must match dataSourceRef');
}

function addReferenceErrors(errors: FieldError[], reference: JsonObject, path: string): void {
  const kind = textAt(reference, 'kind');
  const group = textAt(reference, 'apiGroup');
  if (textAt(reference, 'name') === '') errors.push(requiredField(`${path}.name`));
  if (kind === '') errors.push(requiredField(`${path}.kind`));
  if (group !== '') addProblems(errors, `${path}.apiGroup`, group, dnsSubdomainProblems(group));
  else if (kind !== 'PersistentVolumeClaim') {
    const detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalidField(path, kind, detail));
  }
}
