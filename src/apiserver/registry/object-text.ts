/**
 * Objects as text: the form in which they are stored and, most of the time, sent as they are.
 *
 * A text begins with the object's kind and version, so that lists of built-in kinds, whose items have neither, can leave
 * them out without parsing.
 */

import type { KubeObject } from '../../api/object';
import type { DraftObject } from '../draft';
import { jsonText, parseJson } from '../json/json-text';
import type { Resource } from '../resources/resource';
import { StatusError } from '../status-error';
import type { Revision, StoredRecord } from '../storage/storage';

/** The largest request that etcd takes. */
const LARGEST_TEXT_BYTES = 1_572_864;

/** The text of an object with the `resourceVersion` given. Throws `StatusError` 413 where it is larger than Kubernetes stores. */
export function objectText(object: DraftObject | KubeObject, revision: Revision): string {
  const { kind, apiVersion, metadata, ...rest } = object as KubeObject;
  const text = jsonText({
    kind,
    apiVersion,
    metadata: { ...metadata, resourceVersion: String(revision) },
    ...rest,
  });
  // A character takes at most three bytes, so that most texts needn't be measured.
  if (text.length > LARGEST_TEXT_BYTES / 3 && Buffer.byteLength(text) > LARGEST_TEXT_BYTES) {
    throw new StatusError(413, 'RequestEntityTooLarge', 'etcdserver: request is too large');
  }
  return text;
}

export function objectOf(record: Pick<StoredRecord, 'text'>): KubeObject {
  return parseJson(record.text) as KubeObject;
}

/** The object of a record, as the resource's schema reads it today. */
export function currentObject(resource: Resource, record: StoredRecord): KubeObject {
  const object = objectOf(record);
  return resource.reread === undefined || record.modRevision > resource.reread.until
    ? object
    : resource.reread.read(object);
}

/** The text of a record, as the resource's schema reads it today. */
export function currentText(resource: Resource, record: StoredRecord): string {
  if (resource.reread === undefined || record.modRevision > resource.reread.until) return record.text;
  return objectText(resource.reread.read(objectOf(record)), record.modRevision);
}

/** The text as an item of a list of a built-in kind: without kind and version. */
export function itemText(text: string, kind: string, apiVersion: string): string {
  const beginning = `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`;
  return text.startsWith(beginning) ? `{${text.slice(beginning.length)}` : text;
}
