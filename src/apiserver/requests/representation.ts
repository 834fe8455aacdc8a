/**
 * Stored records in the form that a client asked for: objects of a version, their metadata alone, or tables.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources
 */

import { stringify } from 'yaml';
import type { JsonObject } from '../../api/json';
import type { KubeObject, ObjectMeta } from '../../api/object';
import { jsonText } from '../json/json-text';
import { protobufOf } from '../kubernetes';
import { currentText, itemText, objectOf } from '../registry/object-text';
import { apiVersionIn } from '../registry/versions';
import type { Column, Resource } from '../resources/resource';
import { badRequest, formNotAcceptable, internalError } from '../status-error';
import type { StoredRecord } from '../storage/storage';
import type { OutputForm } from './media-types';

export interface View {
  readonly resource: Resource;
  readonly version: string;
  readonly form: OutputForm;
  /** What a table's rows hold of their objects. */
  readonly includeObject: 'None' | 'Metadata' | 'Object';
  readonly now: Date;
}

export interface ListMetadata {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** Reads the `includeObject` parameter. Throws `StatusError` 400. */
export function includeObjectOf(query: URLSearchParams): View['includeObject'] {
  const value = query.get('includeObject') ?? '';
  if (value === '' || value === 'Metadata') return 'Metadata';
  if (value === 'None' || value === 'Object') return value;
  throw badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(value)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
}

/** A stored record as the body of an answer; text without its line feed. */
export function recordText(record: StoredRecord, view: View): string | Buffer {
  const text = currentText(view.resource, record);
  return isStoredForm(view) ? text : objectRepresentation(objectOf({ text }), view);
}

/** An object, stored or of the request's version, as the body of an answer. */
export function objectRepresentation(object: KubeObject, view: View): string | Buffer {
  return encode(representation(object, view), view.form);
}

/** The members of a list, as the body of an answer. */
export function listText(records: readonly StoredRecord[], metadata: ListMetadata, view: View): string | Buffer {
  const { resource, version, form } = view;
  const texts = records.map((record) => currentText(resource, record));
  const apiVersion = apiVersionIn(resource, version);
  const told = resource.isCustom && form.as === 'object' ? { continue: '', ...metadata } : metadata;
  if (isStoredForm(view)) {
    const items = resource.isCustom ? texts : texts.map((text) => itemText(text, resource.kind, apiVersion));
    const head = JSON.stringify({ kind: resource.listKind, apiVersion, metadata: told });
    return `${head.slice(0, -1)},"items":[${items.join(',')}]}`;
  }
  const objects = texts.map((text) => inVersion(objectOf({ text }), view));
  if (form.as === 'partial')
    throw formNotAcceptable(
      `you requested PartialObjectMetadata, but the requested object is a list (*${typeName(resource, resource.listKind)})`,
    );
  if (form.as === 'table') {
    const { tableOrder } = resource;
    const rows = tableOrder === undefined ? objects : [...objects].sort((a, b) => tableOrder(a, b));
    return encode(table(rows, columnsOf(view), metadata, view), form);
  }
  if (form.as === 'partial-list') {
    // As the real server writes it: no items are no list.
    const items = objects.length === 0 ? null : objects.map((object) => partial(object, view));
    return encode({ kind: 'PartialObjectMetadataList', apiVersion: form.metaVersion, metadata, items }, form);
  }
  const items = objects.map((object) => (resource.isCustom ? object : withoutType(object)));
  return encode({ kind: resource.listKind, apiVersion, metadata: told, items }, form);
}

/** What a watch sends of an object; a table's first event carries the columns. */
export function watchedText(text: string, view: View, isFirst: boolean): string | Buffer {
  if (isStoredForm(view)) return text;
  const object = inVersion(objectOf({ text }), view);
  if (view.form.as === 'table') {
    const { resourceVersion = '' } = object.metadata;
    return jsonText(table([object], isFirst ? columnsOf(view) : undefined, { resourceVersion }, view));
  }
  return encode(view.form.as === 'object' ? object : partial(object, view), { ...view.form, isPretty: false });
}

/** As Go writes YAML: what an older reader would take for something else is quoted, and lists are not indented. */
const YAML_STYLE = {
  aliasDuplicateObjects: false,
  indentSeq: false,
  lineWidth: 0,
  sortMapEntries: true,
  version: '1.1',
} as const;

/** Any value in the encoding asked for; protobuf is for objects and lists that have it. */
export function encode(
  value: unknown,
  { encoding, isPretty }: Pick<OutputForm, 'encoding' | 'isPretty'>,
): string | Buffer {
  if (encoding === 'protobuf') {
    const bytes = protobufOf(value as JsonObject);
    if (bytes === undefined) throw internalError('the answer has no form in protobuf');
    return bytes;
  }
  if (encoding === 'yaml') return stringify(value, YAML_STYLE);
  return jsonText(value, isPretty ? 2 : 0);
}

function isStoredForm({ resource, version, form }: View): boolean {
  return (
    form.as === 'object' &&
    form.encoding === 'json' &&
    !form.isPretty &&
    version === resource.storageVersion &&
    resource.storedAs === undefined
  );
}

function inVersion(object: KubeObject, { resource, version }: View): KubeObject {
  return resource.convert(object, version);
}

function representation(stored: KubeObject, view: View): unknown {
  const object = inVersion(stored, view);
  switch (view.form.as) {
    case 'object':
      return object;
    case 'partial':
      return partial(object, view);
    case 'partial-list':
      throw formNotAcceptable(
        `you requested PartialObjectMetadataList, but the requested object is not a list (*${typeName(view.resource, view.resource.kind)})`,
      );
    case 'table':
      return table([object], columnsOf(view), { resourceVersion: object.metadata.resourceVersion ?? '' }, view);
  }
}

function partial({ metadata }: KubeObject, { resource, form }: View): JsonObject {
  const { annotationsOfVersions } = resource.strategy;
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: form.metaVersion,
    metadata: (annotationsOfVersions === undefined
      ? metadata
      : withoutAnnotations(metadata, annotationsOfVersions)) as unknown as JsonObject,
  };
}

function withoutAnnotations(metadata: ObjectMeta, names: ReadonlySet<string>): ObjectMeta {
  const { annotations = {}, ...rest } = metadata;
  const left = Object.entries(annotations).filter(([name]) => !names.has(name));
  return left.length === 0 ? rest : { ...metadata, annotations: Object.fromEntries(left) };
}

function columnsOf({ resource, version }: View): readonly Column[] {
  return resource.versions.get(version)?.columns ?? [];
}

function table(
  objects: readonly KubeObject[],
  definitions: readonly Column[] | undefined,
  metadata: Partial<ListMetadata>,
  view: View,
): unknown {
  const columns = columnsOf(view);
  return {
    kind: 'Table',
    apiVersion: view.form.metaVersion,
    metadata,
    columnDefinitions:
      definitions?.map(({ name, type, format, description, priority }) => ({
        name,
        type,
        format,
        description,
        priority,
      })) ?? null,
    // The server of definitions and custom objects leaves the list out where there is none.
    rows:
      objects.length === 0 && isOfExtensions(view.resource)
        ? null
        : objects.map((object) => ({
            cells: columns.map((column) => column.cell(object, view.now)),
            ...rowObject(object, view),
          })),
  };
}

function rowObject(object: KubeObject, view: View): { readonly object: unknown } {
  switch (view.includeObject) {
    case 'None':
      return { object: null };
    case 'Object':
      return { object };
    case 'Metadata':
      return { object: partial(object, view) };
  }
}

function isOfExtensions({ isCustom, group }: Resource): boolean {
  return isCustom || group === 'apiextensions.k8s.io';
}

function withoutType({ kind: _kind, apiVersion: _apiVersion, ...rest }: KubeObject): unknown {
  return rest;
}

/** A kind as Go calls its type. */
function typeName({ group }: Resource, kind: string): string {
  return `${group === '' ? 'core' : (group.split('.')[0] ?? group)}.${kind}`;
}
