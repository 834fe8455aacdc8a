/**
 * From client-side apply to server-side apply, with kubectl: fields that its annotation says it applied are its own.
 * @see k8s.io/apimachinery/pkg/util/managedfields/internal/lastappliedmanager.go and lastappliedupdater.go, v0.34
 */

import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import { type DraftObject, ensureObject, findObject, findString } from '../draft';
import { jsonText, parseJson } from '../json/json-text';
import { compareObjects } from './comparison';
import { difference, type FieldSet } from './field-set';
import { setFields } from './set-fields';
import { typeProblems } from './type-check';
import type { ValueType } from './value-type';

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

/** The manager for which the annotation counts. */
export const KUBECTL = 'kubectl';

/** What all annotations of an object may come to, in bytes. */
const MAXIMUM_ANNOTATIONS_BYTES = 256 * 1024;

/**
 * The fields that the annotation of the live object sets to what they still are; undefined where it tells nothing.
 */
export function findLastAppliedFields(type: ValueType, live: JsonObject, apiVersion: string): FieldSet | undefined {
  const text = annotationOf(live);
  if (text === undefined) return undefined;
  const applied = findParsed(text);
  if (applied?.['apiVersion'] !== apiVersion || typeProblems(type, applied).length > 0) return undefined;
  const { removed, modified, added } = compareObjects(type, applied, live);
  return difference(difference(difference(setFields(type, applied), modified), added), removed);
}

function annotationOf(object: JsonObject): string | undefined {
  const { metadata } = object;
  const annotations = isJsonObject(metadata) ? metadata['annotations'] : undefined;
  const text =
    isJsonObject(annotations) && Object.hasOwn(annotations, ANNOTATION) ? annotations[ANNOTATION] : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function findParsed(text: string): JsonObject | undefined {
  try {
    const parsed = parseJson(text);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Brings the annotation of an object up to date, in place, where it has one. */
export function refreshLastApplied(object: DraftObject, applied: JsonObject): void {
  const metadata = findObject(object, 'metadata');
  if ((findString(findObject(metadata, 'annotations'), ANNOTATION) ?? '') === '' || metadata === undefined) return;
  const annotations = ensureObject(metadata, 'annotations');
  annotations[ANNOTATION] = `${sortedJson(withoutAnnotation(applied))}\n`;
  let bytes = 0;
  for (const [name, value] of Object.entries(annotations))
    bytes += Buffer.byteLength(name) + (typeof value === 'string' ? Buffer.byteLength(value) : 0);
  if (bytes > MAXIMUM_ANNOTATIONS_BYTES) Reflect.deleteProperty(annotations, ANNOTATION);
}

function withoutAnnotation(applied: JsonObject): JsonObject {
  const { metadata } = applied;
  if (!isJsonObject(metadata) || !isJsonObject(metadata['annotations'])) return applied;
  const { [ANNOTATION]: _, ...annotations } = metadata['annotations'];
  return { ...applied, metadata: { ...metadata, annotations } };
}

/** JSON as the real server writes it: members sorted, what HTML would read escaped. */
function sortedJson(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (!isJsonObject(value)) return escapedJson(value ?? null);
  const names = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort();
  return `{${names.map((name) => `${escapedJson(name)}:${sortedJson(value[name])}`).join(',')}}`;
}

function escapedJson(value: JsonValue): string {
  return jsonText(value).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
