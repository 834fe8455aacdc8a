/**
 * Whether the defaults in a schema are themselves what the schema says.
 * @see k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/validation.go, v0.34
 */
import type { JsonValue } from '../../api/json';
import { type Draft, type DraftObject, draftOf, isDraftObject } from '../draft';
import { type FieldError, fieldErrorText, invalidField } from '../field-error';
import { canonicalJson } from '../json/json-text';
import { decodeEmbedded, embeddedErrors } from '../schema/embedded-resources';
import { isImplied, RESOURCE_MEMBERS } from '../schema/object-meta';
import { prune } from '../schema/pruning';
import type { SchemaNode } from '../schema/schema-node';
import { schemaValidator } from '../schema/schema-validator';

/** Makes the object around a value: the resource that it belongs to, with the value in its place. */
type Surround = (value: Draft) => Draft;

interface Place {
  readonly path: string;
  /** The nearest resource around. */
  readonly resource: SchemaNode;
  readonly surround: Surround;
  readonly insideMeta: boolean;
}

/** What is wrong with the defaults below a schema's root. `requirePruned`: defaults may not hold unknown fields. */
export function defaultErrors(root: SchemaNode, path: string, requirePruned: boolean): FieldError[] {
  return errorsOf(root, { path, resource: root, surround: asResource, insideMeta: false }, requirePruned);
}

function asResource(value: Draft): Draft {
  return { kind: 'Validation', apiVersion: 'validation/v1', ...(isDraftObject(value) ? value : {}) };
}

function errorsOf(node: SchemaNode, around: Place, requirePruned: boolean): FieldError[] {
  const isResource = node.embeddedResource === true;
  const place = isResource ? { ...around, resource: node, surround: asResource, insideMeta: false } : around;
  const { path, surround } = place;
  const errors = node.default === undefined ? [] : ownErrors(node, node.default, place, requirePruned);
  if (node.items !== undefined && !isImplied(node.items)) {
    const inside = { ...place, path: `${path}.items`, surround: (value: Draft) => surround([value]) };
    errors.push(...errorsOf(node.items, inside, requirePruned));
  }
  for (const [name, property] of node.properties ?? []) {
    if (isImplied(property)) continue;
    const inside = {
      ...place,
      path: `${path}.properties[${name}]`,
      surround: (value: Draft) => surround({ [name]: value }),
      insideMeta: place.insideMeta || (isResource && RESOURCE_MEMBERS.has(name)),
    };
    errors.push(...errorsOf(property, inside, requirePruned));
  }
  return errors;
}

function ownErrors(node: SchemaNode, value: JsonValue, place: Place, requirePruned: boolean): FieldError[] {
  const path = `${place.path}.default`;
  if (place.insideMeta) {
    const wrong = metaProblem(draftOf(value), place);
    if (wrong !== undefined) return [invalidField(path, value, `must result in valid metadata: ${wrong}`)];
    return schemaValidator(node)(value, { path });
  }
  const errors: FieldError[] = [];
  if (requirePruned) {
    const pruned = draftOf(value);
    prune(pruned, node);
    if (canonicalJson(pruned) !== canonicalJson(value)) {
      errors.push(invalidField(path, value, 'must not have unknown fields'));
    }
  }
  const draft = draftOf(value);
  const at = { path, includesItself: true };
  const { error } = decodeEmbedded(draft, node, at);
  if (error !== undefined) return [...errors, error];
  const embedded = embeddedErrors(draft, node, at);
  return [...errors, ...(embedded.length > 0 ? embedded : schemaValidator(node)(value, { path }))];
}

function metaProblem(value: Draft, { resource, surround }: Place): string | undefined {
  const object = surround(value) as DraftObject;
  const at = { includesItself: true };
  const { error } = decodeEmbedded(object, resource, at);
  if (error !== undefined) return fieldErrorText(error);
  const errors = embeddedErrors(object, resource, at).map(fieldErrorText);
  const texts = [...new Set(errors)];
  return texts.length === 0 ? undefined : texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
}
