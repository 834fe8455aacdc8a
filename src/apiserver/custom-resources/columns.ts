/**
 * The columns of a custom resource's tables.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#additional-printer-columns
 */

import type { JsonValue } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { findDouble, findLargeInt, integerValue } from '../json/int64';
import type { Column } from '../resources/resource';
import { goFloat, goJson } from '../schema/go-text';
import { parseTime, TimeSyntax } from '../schema/go-time';
import type { PrinterColumn } from './definition';
import { humanDuration } from './human-duration';
import { type JsonPath, JsonPathSyntax, jsonPath } from './json-path';

const NAME_DESCRIPTION =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';
const AGE_DESCRIPTION =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

const NAME: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: NAME_DESCRIPTION,
  priority: 0,
  // A bookmark brings an object without one.
  cell: ({ metadata }) => (metadata as Partial<KubeObject['metadata']>).name ?? '',
};

const AGE: PrinterColumn = {
  name: 'Age',
  type: 'date',
  description: AGE_DESCRIPTION,
  jsonPath: '.metadata.creationTimestamp',
};

/** The name and the columns that a version says; where it says none, the age. */
export function customColumns(columns: readonly PrinterColumn[] | undefined): Column[] {
  return columnsOf(columns === undefined || columns.length === 0 ? [AGE] : columns);
}

/** The columns of a scale, read from `Scale` objects. */
export function scaleColumns(): Column[] {
  const count = { type: 'integer' };
  return columnsOf([
    { ...count, name: 'Desired', description: 'Number of desired replicas', jsonPath: '.spec.replicas' },
    { ...count, name: 'Available', description: 'Number of actual replicas', jsonPath: '.status.replicas' },
    AGE,
  ]);
}

function columnsOf(said: readonly PrinterColumn[]): Column[] {
  const columns = [NAME];
  for (const column of said) {
    const path = findPath(column.jsonPath);
    // From the first that can't be read on, none is shown.
    if (path === undefined) return columns;
    columns.push({
      name: column.name,
      type: column.type,
      format: column.format ?? '',
      description: described(column),
      priority: column.priority ?? 0,
      cell: (object, now) => cellOf(object, path, column.type, now),
    });
  }
  return columns;
}

function described({ description = '', jsonPath: path }: PrinterColumn): string {
  return description === '' ? `Custom resource definition column (in JSONPath format): ${path}` : description;
}

function findPath(text: string): JsonPath | undefined {
  try {
    return jsonPath(text);
  } catch (error) {
    if (error instanceof JsonPathSyntax) return undefined;
    throw error;
  }
}

/** Of several values the first is shown; what hasn't the column's type is not. */
function cellOf(object: KubeObject, path: JsonPath, type: string, now: Date): string | number | boolean | null {
  const [value] = path(object as unknown as JsonValue) ?? [];
  if (value === undefined || (value === null && type !== 'string')) return null;
  switch (type) {
    case 'string':
      return textOf(value);
    case 'integer':
      return integerCell(value);
    case 'number':
      return findDouble(value) ?? null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? ageOf(value, now) : null;
    default:
      return null;
  }
}

/** A fraction is cut off. */
function integerCell(value: JsonValue): number | null {
  if (typeof value === 'number') return Math.trunc(value);
  const large = findLargeInt(value);
  return large === undefined ? null : integerValue(large);
}

function textOf(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : goFloat(value);
  if (value === null) return '<no value>';
  return typeof value === 'object' ? goJson(value) : String(value);
}

function ageOf(text: string, now: Date): string {
  if (text === '' || text === 'null') return '<unknown>';
  try {
    return humanDuration(now.getTime() - parseTime(text).getTime());
  } catch (error) {
    if (error instanceof TimeSyntax) return '<invalid>';
    throw error;
  }
}
