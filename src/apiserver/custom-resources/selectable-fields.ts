/**
 * Fields of custom objects by which lists and watches can be narrowed.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#crd-selectable-fields
 */
import type { JsonValue } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { goFloat } from '../schema/go-text';
import type { DefinitionVersion } from './definition';
import { jsonPath } from './json-path';

/** Reads the values of the selectable fields; those that aren't there are empty. */
export type FieldReader = (object: KubeObject) => Readonly<Record<string, string>>;

/** The reader of a version's selectable fields, and their names: `spec.color`. */
export function fieldReader({ selectableFields = [] }: DefinitionVersion): {
  readonly names: readonly string[];
  readonly read: FieldReader;
} {
  const fields = selectableFields.map((field) => ({
    name: field.jsonPath.replace(/^\./, ''),
    path: jsonPath(field.jsonPath),
  }));
  return {
    names: fields.map(({ name }) => name),
    read: (object) =>
      Object.fromEntries(fields.map(({ name, path }) => [name, textOf(path(object as unknown as JsonValue)?.[0])])),
  };
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null || typeof value === 'object') return '';
  return typeof value === 'number' && !Number.isInteger(value) ? goFloat(value) : String(value);
}
