/**
 * The forms in which data is printed.
 */
import { Option } from 'commander';
import { stringify } from 'yaml';
import { type Manifest, type ObjectReference, referenceTo } from '../../api/object';
import { kindKeyOf } from '../../api/resource-type';

/** The option `-o`, with those forms that a command has, its default first. */
export function outputOption(forms: readonly string[]): Option {
  return new Option('-o, --output <form>', 'form of the output').choices(forms).default(forms[0]);
}

/** JSON for people and programs. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** One YAML document. */
export function yamlText(value: unknown): string {
  // Through JSON: members that are undefined are left out, and an object that stands twice isn't written as an alias.
  return stringify(JSON.parse(JSON.stringify(value)), { aliasDuplicateObjects: false, lineWidth: 0 });
}

/** Objects as YAML documents, without the server's record of who owns which field. */
export function yamlDocuments(objects: readonly Manifest[]): string {
  return objects.map((object) => yamlText(withoutManagedFields(object))).join('---\n');
}

/** Objects as one JSON value: the object itself where there is one, else a `List`; without managed fields as well. */
export function jsonObjects(objects: readonly Manifest[]): string {
  const items = objects.map(withoutManagedFields);
  return jsonText(items.length === 1 ? items[0] : { apiVersion: 'v1', kind: 'List', items });
}

/** How kubectl names objects: `kind.group/name`, lower case; the namespace isn't said. */
export function resourceName(object: Pick<ObjectReference, 'apiVersion' | 'kind' | 'name'>): string {
  return `${kindKeyOf(object).toLowerCase()}/${object.name}`;
}

/** `resourceName` of whole objects, one line each. */
export function nameLines(objects: readonly Manifest[]): string {
  return objects.map((object) => `${resourceName(referenceTo(object))}\n`).join('');
}

function withoutManagedFields(object: Manifest): Manifest {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}
