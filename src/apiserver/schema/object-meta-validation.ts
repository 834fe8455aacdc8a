/**
 * What `metadata` may hold, whatever the kind.
 * @see k8s.io/apimachinery/pkg/api/validation/objectmeta.go, v0.34
 */
import type { JsonValue } from '../../api/json';
import { type DraftObject, findNumber, findObject, findString, objectsIn } from '../draft';
import { type FieldError, invalidField, requiredField, tooLongField } from '../field-error';
import { dns1123LabelErrors, labelValueErrors, qualifiedNameErrors } from './name-rules';

/** What is wrong with a name. */
export type NameErrors = (name: string, isPrefix: boolean) => readonly string[];

const ANNOTATIONS_MAX_BYTES = 256 * 1024;

/** Names that must only be usable in a path. */
export function pathSegmentErrors(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((illegal) => name.includes(illegal)).map((illegal) => `may not contain '${illegal}'`);
}

/** Checks decoded metadata whose namespace, if any, is allowed. */
export function objectMetaErrors(meta: DraftObject, path: string, nameErrors: NameErrors): FieldError[] {
  const errors: FieldError[] = [];
  const generateName = findString(meta, 'generateName') ?? '';
  const name = findString(meta, 'name') ?? '';
  const namespace = findString(meta, 'namespace') ?? '';
  const found = (member: string, value: JsonValue, texts: readonly string[]): void => {
    errors.push(...texts.map((text) => invalidField(`${path}.${member}`, value, text)));
  };
  if (generateName !== '') found('generateName', generateName, nameErrors(generateName, true));
  if (name === '') errors.push(requiredField(`${path}.name`, 'name or generateName is required'));
  else found('name', name, nameErrors(name, false));
  if (namespace !== '') found('namespace', namespace, dns1123LabelErrors(namespace));
  const generation = findNumber(meta, 'generation') ?? 0;
  if (generation < 0) found('generation', generation, ['must be greater than or equal to 0']);
  return [
    ...errors,
    ...labelErrors(meta, `${path}.labels`),
    ...annotationErrors(meta, `${path}.annotations`),
    ...ownerErrors(meta, `${path}.ownerReferences`),
    ...finalizerErrors(meta, `${path}.finalizers`),
  ];
}

function stringsOf(meta: DraftObject, member: string): [string, string][] {
  const strings = Object.entries(findObject(meta, member) ?? {});
  return strings.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

function labelErrors(meta: DraftObject, path: string): FieldError[] {
  return stringsOf(meta, 'labels').flatMap(([key, value]) => [
    ...qualifiedNameErrors(key).map((error) => invalidField(path, key, error)),
    ...labelValueErrors(value).map((error) => invalidField(path, value, error)),
  ]);
}

function annotationErrors(meta: DraftObject, path: string): FieldError[] {
  const annotations = stringsOf(meta, 'annotations');
  const bytes = annotations.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return [
    ...annotations.flatMap(([key]) =>
      qualifiedNameErrors(key.toLowerCase()).map((error) => invalidField(path, key, error)),
    ),
    ...(bytes > ANNOTATIONS_MAX_BYTES ? [tooLongField(path, ANNOTATIONS_MAX_BYTES)] : []),
  ];
}

function ownerErrors(meta: DraftObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let controller: string | undefined;
  const owners = objectsIn(meta, 'ownerReferences');
  for (const owner of owners) {
    const text = (member: string): string => findString(owner, member) ?? '';
    const version = text('apiVersion').split('/').at(-1) ?? '';
    if (version === '')
      errors.push(invalidField(`${path}.apiVersion`, text('apiVersion'), 'version must not be empty'));
    for (const member of ['kind', 'name', 'uid']) {
      if (text(member) === '') errors.push(invalidField(`${path}.${member}`, '', 'must not be empty'));
    }
    if (text('apiVersion') === 'v1' && text('kind') === 'Event') {
      errors.push(invalidField(path, owner, '/v1, Kind=Event is disallowed from being an owner'));
    }
    if (owner['controller'] !== true) continue;
    const name = `${text('kind')}/${text('name')}`;
    if (controller === undefined) controller = name;
    else {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
      errors.push(invalidField(path, owners, detail));
    }
  }
  return errors;
}

function finalizerErrors(meta: DraftObject, path: string): FieldError[] {
  const listed = meta['finalizers'];
  const finalizers = Array.isArray(listed) ? listed.filter((item): item is string => typeof item === 'string') : [];
  const errors = finalizers.flatMap((finalizer) =>
    qualifiedNameErrors(finalizer).map((error) => invalidField(path, finalizer, error)),
  );
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalidField(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
  return errors;
}
