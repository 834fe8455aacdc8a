/**
 * Checks of metadata, the same for every resource.
 *
 * A writer's request goes through them twice where the resource is built in: once with the rules that hold for every name
 * (`isPathSegmentName`) and once with the rules of the kind; causes of a refusal then name an error twice.
 * @see k8s.io/apimachinery/pkg/api/validation/objectmeta.go, v0.34
 */
import type { JsonObject, JsonValue } from '../../../api/json';
import { type FieldError, forbiddenField, invalidField, requiredField, tooLongField } from '../../field-error';
import { flagAt, isSameValue, jsonOf, listAt, mapAt, numberAt, textAt, textsAt } from '../json-members';
import { addProblems, annotationErrors, labelErrors } from './labels';
import { isDnsLabelName, type NameRule, qualifiedNameProblems } from './names';

const STANDARD_FINALIZERS: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);
const IMMUTABLE = 'field is immutable';
const FIELD_MANAGER_MAX = 128;
const SUBRESOURCE_MAX = 256;

export interface ObjectMetaRules {
  readonly namespaced: boolean;
  readonly validateName: NameRule;
  /** `metadata`. */
  readonly path: string;
  /** Whether finalizers without a domain must be those that Kubernetes knows: true for built-in kinds. */
  readonly knowsFinalizers?: boolean;
}

/** What is wrong with an object's metadata, at creation and at every update. */
export function validateObjectMeta(metadata: object, rules: ObjectMetaRules): FieldError[] {
  const meta = jsonOf(metadata);
  const { path } = rules;
  const errors: FieldError[] = [];
  const generateName = textAt(meta, 'generateName');
  if (generateName !== '') {
    addProblems(errors, `${path}.generateName`, generateName, rules.validateName(generateName, true));
  }
  const name = textAt(meta, 'name');
  if (name === '') errors.push(requiredField(`${path}.name`, 'name or generateName is required'));
  else addProblems(errors, `${path}.name`, name, rules.validateName(name, false));
  addNamespaceErrors(errors, textAt(meta, 'namespace'), rules);
  if (numberAt(meta, 'generation') < 0) {
    errors.push(invalidField(`${path}.generation`, numberAt(meta, 'generation'), 'must be greater than or equal to 0'));
  }
  errors.push(...mapsAndOwnersErrors(meta, path));
  errors.push(...finalizerErrors(textsAt(meta, 'finalizers'), `${path}.finalizers`));
  addManagedFieldsErrors(errors, listAt(meta, 'managedFields'), `${path}.managedFields`);
  if (rules.knowsFinalizers === true) addUnknownFinalizerErrors(errors, meta, path);
  return errors;
}

/** What an update may not do to metadata. `knowsFinalizers` as in `ObjectMetaRules`. */
export function validateObjectMetaUpdate(
  next: object,
  old: object,
  path: string,
  knowsFinalizers = false,
): FieldError[] {
  const meta = jsonOf(next);
  const before = jsonOf(old);
  const errors: FieldError[] = [];
  if (before['deletionTimestamp'] !== undefined) addNewFinalizersError(errors, meta, before, path);
  if (textAt(meta, 'resourceVersion') === '') {
    errors.push(invalidField(`${path}.resourceVersion`, '', 'must be specified for an update'));
  }
  if (numberAt(meta, 'generation') < numberAt(before, 'generation')) {
    errors.push(invalidField(`${path}.generation`, numberAt(meta, 'generation'), 'must not be decremented'));
  }
  for (const key of ['name', 'namespace', 'uid']) {
    if (textAt(meta, key) !== textAt(before, key)) {
      errors.push(invalidField(`${path}.${key}`, textAt(meta, key), IMMUTABLE));
    }
  }
  for (const key of ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds']) {
    errors.push(...immutableErrors(meta[key], before[key], `${path}.${key}`));
  }
  errors.push(...mapsAndOwnersErrors(meta, path));
  addManagedFieldsErrors(errors, listAt(meta, 'managedFields'), `${path}.managedFields`);
  if (knowsFinalizers) addUnknownFinalizerErrors(errors, meta, path);
  return errors;
}

/** That a field keeps the value it was made with. */
export function immutableErrors(next: JsonValue | undefined, old: JsonValue | undefined, path: string): FieldError[] {
  return isSameValue(next, old) ? [] : [invalidField(path, next, IMMUTABLE)];
}

/** What is wrong with one finalizer of a built-in kind. */
export function finalizerNameErrors(finalizer: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  addProblems(errors, path, finalizer, qualifiedNameProblems(finalizer));
  addUnknownFinalizerError(errors, finalizer, path);
  return errors;
}

function addNamespaceErrors(errors: FieldError[], namespace: string, { namespaced, path }: ObjectMetaRules): void {
  if (!namespaced) {
    if (namespace !== '') errors.push(forbiddenField(`${path}.namespace`, 'not allowed on this type'));
  } else if (namespace === '') {
    errors.push(requiredField(`${path}.namespace`));
  } else {
    addProblems(errors, `${path}.namespace`, namespace, isDnsLabelName(namespace, false));
  }
}

function mapsAndOwnersErrors(meta: JsonObject, path: string): FieldError[] {
  return [
    ...labelErrors(mapAt(meta, 'labels'), `${path}.labels`),
    ...annotationErrors(mapAt(meta, 'annotations'), `${path}.annotations`),
    ...ownerReferenceErrors(listAt(meta, 'ownerReferences'), `${path}.ownerReferences`),
  ];
}

function ownerReferenceErrors(references: readonly JsonObject[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  let controller = '';
  for (const reference of references) {
    addOwnerReferenceErrors(errors, reference, path);
    if (!flagAt(reference, 'controller')) continue;
    const name = `${textAt(reference, 'kind')}/${textAt(reference, 'name')}`;
    if (controller === '') controller = name;
    else {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
      errors.push(invalidField(path, references.map(ownerReferenceJson), detail));
    }
  }
  return errors;
}

function addOwnerReferenceErrors(errors: FieldError[], reference: JsonObject, path: string): void {
  const apiVersion = textAt(reference, 'apiVersion');
  const parts = apiVersion.split('/');
  // What can't be split is taken as no version at all, and the kind goes with it.
  const version = parts.length > 2 ? '' : (parts.at(-1) ?? '');
  if (version === '') errors.push(invalidField(`${path}.apiVersion`, apiVersion, 'version must not be empty'));
  for (const key of ['kind', 'name', 'uid']) {
    if (textAt(reference, key) === '') errors.push(invalidField(`${path}.${key}`, '', 'must not be empty'));
  }
  if (apiVersion === 'v1' && textAt(reference, 'kind') === 'Event') {
    const detail = '/v1, Kind=Event is disallowed from being an owner';
    errors.push(invalidField(path, ownerReferenceJson(reference), detail));
  }
}

/** With its members in the server's order. */
function ownerReferenceJson(reference: JsonObject): JsonObject {
  const { controller, blockOwnerDeletion } = reference;
  return {
    apiVersion: textAt(reference, 'apiVersion'),
    kind: textAt(reference, 'kind'),
    name: textAt(reference, 'name'),
    uid: textAt(reference, 'uid'),
    ...(controller === undefined ? {} : { controller }),
    ...(blockOwnerDeletion === undefined ? {} : { blockOwnerDeletion }),
  };
}

function finalizerErrors(finalizers: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const finalizer of finalizers) addProblems(errors, path, finalizer, qualifiedNameProblems(finalizer));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalidField(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
  return errors;
}

function addUnknownFinalizerErrors(errors: FieldError[], meta: JsonObject, path: string): void {
  for (const [index, finalizer] of textsAt(meta, 'finalizers').entries()) {
    addUnknownFinalizerError(errors, finalizer, `${path}.finalizers[${String(index)}]`);
  }
}

function addUnknownFinalizerError(errors: FieldError[], finalizer: string, path: string): void {
  if (finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)) return;
  errors.push(invalidField(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'));
}

function addNewFinalizersError(errors: FieldError[], meta: JsonObject, before: JsonObject, path: string): void {
  const known = new Set(textsAt(before, 'finalizers'));
  const added = [...new Set(textsAt(meta, 'finalizers'))].filter((finalizer) => !known.has(finalizer)).sort();
  if (added.length === 0) return;
  const shown = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers ${shown}`;
  errors.push(forbiddenField(`${path}.finalizers`, why));
}

function addManagedFieldsErrors(errors: FieldError[], entries: readonly JsonObject[], path: string): void {
  for (const [index, entry] of entries.entries()) {
    const operation = textAt(entry, 'operation');
    const fieldsType = textAt(entry, 'fieldsType');
    const manager = textAt(entry, 'manager');
    const isKnown = operation === 'Apply' || operation === 'Update';
    // The common case is spared the texts of paths.
    if (isKnown && (fieldsType === 'FieldsV1' || fieldsType === '') && isShortText(manager)) continue;
    const at = `${path}[${String(index)}]`;
    if (!isKnown) errors.push(invalidField(`${at}.operation`, operation, 'must be `Apply` or `Update`'));
    if (fieldsType !== '' && fieldsType !== 'FieldsV1') {
      errors.push(invalidField(`${at}.fieldsType`, fieldsType, 'must be `FieldsV1`'));
    }
    if (Buffer.byteLength(manager) > FIELD_MANAGER_MAX) {
      errors.push(tooLongField(`${at}.manager`, FIELD_MANAGER_MAX));
    }
    if (textAt(entry, 'subresource').length > SUBRESOURCE_MAX) {
      errors.push(tooLongField(`${at}.subresource`, SUBRESOURCE_MAX));
    }
  }
}

function isShortText(manager: string): boolean {
  return manager.length * 3 <= FIELD_MANAGER_MAX;
}
