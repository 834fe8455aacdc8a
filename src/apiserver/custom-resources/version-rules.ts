/** What a version of a definition, or all versions together, may say besides the schema. */
import type { JsonObject } from '../../api/json';
import { duplicateField, type FieldError, invalidField, requiredField, tooManyField } from '../field-error';
import type { DefinitionVersion, PrinterColumn, ScalePaths } from './definition';
import { listOf } from './definition-form';
import { textAt } from './schema-parts';
import { schemaPath } from './schema-path';

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const SELECTABLE_FIELDS_MAX = 8;
const WARNING_MAX_BYTES = 256;

/** What is wrong with the warning of a version. */
export function deprecationErrors({ deprecated, deprecationWarning }: DefinitionVersion, path: string): FieldError[] {
  if (deprecationWarning === undefined) return [];
  const invalid = (detail: string): FieldError => invalidField(path, deprecationWarning, detail);
  if (deprecated !== true) return [invalid('can only be set for deprecated versions')];
  const errors: FieldError[] = [];
  if (Buffer.byteLength(deprecationWarning) > WARNING_MAX_BYTES) errors.push(invalid('must be <= 256 characters long'));
  if (deprecationWarning === '') errors.push(invalid('must not be an empty string'));
  const odd = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(deprecationWarning);
  if (odd !== null) {
    const at = Buffer.byteLength(deprecationWarning.slice(0, odd.index));
    const detail = `non-printable character found at index ${String(at)}`;
    errors.push(invalid(`must only contain printable UTF-8 characters; ${detail}`));
  }
  return errors;
}

/** What is wrong with the paths of a scale. */
export function scalePathErrors(scale: ScalePaths | undefined, path: string): FieldError[] {
  if (scale === undefined) return [];
  const spec = pathBelow(scale.specReplicasPath, `${path}.scale.specReplicasPath`, ['.spec']);
  const status = pathBelow(scale.statusReplicasPath, `${path}.scale.statusReplicasPath`, ['.status']);
  const { labelSelectorPath = '' } = scale;
  if (labelSelectorPath === '') return [...spec, ...status];
  return [...spec, ...status, ...pathBelow(labelSelectorPath, `${path}.scale.labelSelectorPath`, ['.spec', '.status'])];
}

function pathBelow(value: string | undefined, path: string, roots: readonly string[]): FieldError[] {
  if (value === undefined || value === '') return [requiredField(path)];
  const simple = simplePathErrors(value, path);
  if (simple.length > 0 || roots.some((root) => value.startsWith(`${root}.`))) return simple;
  const under = roots.length === 1 ? (roots[0] ?? '') : `either ${roots.join(' or ')}`;
  return [invalidField(path, value, `should be a json path under ${under}`)];
}

function simplePathErrors(value: string, path: string): FieldError[] {
  return value.startsWith('.') ? [] : [invalidField(path, value, 'must be a simple json path starting with .')];
}

/** What is wrong with printer columns. */
export function columnErrors(columns: readonly PrinterColumn[] | undefined, path: string): FieldError[] {
  return listOf(columns).flatMap((column, index) => oneColumnErrors(column, `${path}[${String(index)}]`));
}

function oneColumnErrors(column: Partial<PrinterColumn>, path: string): FieldError[] {
  const { name = '', type = '', format = '', jsonPath = '' } = column;
  const errors: FieldError[] = [];
  const types = `must be one of ${COLUMN_TYPES.join(',')}`;
  if (name === '') errors.push(requiredField(`${path}.name`));
  if (type === '') errors.push(requiredField(`${path}.type`, types));
  else if (!COLUMN_TYPES.includes(type)) errors.push(invalidField(`${path}.type`, type, types));
  if (format !== '' && !COLUMN_FORMATS.includes(format)) {
    errors.push(invalidField(`${path}.format`, format, `must be one of ${COLUMN_FORMATS.join(',')}`));
  }
  if (jsonPath === '') return [...errors, requiredField(`${path}.JSONPath`)];
  return [...errors, ...simplePathErrors(jsonPath, `${path}.JSONPath`)];
}

/** What is wrong with selectable fields of objects that the schema describes. */
export function selectableFieldErrors(
  fields: readonly { readonly jsonPath?: string }[],
  schema: JsonObject,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { jsonPath = '' }] of fields.entries()) {
    const at = `${path}[${String(index)}].jsonPath`;
    if (jsonPath === '') {
      errors.push(requiredField(at));
      continue;
    }
    const found = schemaPath(jsonPath, schema, { allowsBrackets: false });
    if ('error' in found) {
      errors.push(invalidField(at, jsonPath, `is an invalid path: ${found.error}`));
      continue;
    }
    if (found.names[0] === 'metadata') errors.push(invalidField(at, jsonPath, 'must not point to fields in metadata'));
    if (!['string', 'boolean', 'integer'].includes(textAt(found.schema, 'type'))) {
      const detail =
        'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
      errors.push(invalidField(at, jsonPath, detail));
    }
    const name = found.names.join('.');
    if (seen.has(name)) errors.push(duplicateField(at, jsonPath));
    seen.add(name);
  }
  if (seen.size > SELECTABLE_FIELDS_MAX) errors.push(tooManyField(path, seen.size, SELECTABLE_FIELDS_MAX));
  return errors;
}
