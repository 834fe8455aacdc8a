/**
 * Objects inside of objects (`x-kubernetes-embedded-resource`): their `apiVersion`, `kind` and `metadata` are those of any
 * resource, whatever else the schema says.
 * @see k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta, v0.34
 */
import { type Draft, type DraftObject, isDraftObject } from '../draft';
import { type FieldError, invalidField, requiredField } from '../field-error';
import { dns1035LabelErrors } from './name-rules';
import { isImplied } from './object-meta';
import { decodeObjectMeta, salvageObjectMeta } from './object-meta-decoding';
import { objectMetaErrors, pathSegmentErrors } from './object-meta-validation';
import type { SchemaNode } from './schema-node';

const known = new WeakMap<SchemaNode, boolean>();

/** True where a resource may be embedded below the node. Told once for each node. */
function embeds(node: SchemaNode): boolean {
  const before = known.get(node);
  if (before !== undefined) return before;
  known.set(node, false);
  const below = [...(node.properties?.values() ?? []), node.items, node.additionalProperties];
  const found = below.some((part) => part !== undefined && !isImplied(part) && (isEmbedded(part) || embeds(part)));
  known.set(node, found);
  return found;
}

function isEmbedded(node: SchemaNode): boolean {
  return node.embeddedResource === true;
}

/** Finds each value below an object that may hold an embedded resource. */
function visit(value: Draft | undefined, node: SchemaNode, path: string, found: Found): void {
  if (typeof value !== 'object' || value === null || !embeds(node)) return;
  if (Array.isArray(value)) {
    const { items } = node;
    if (items !== undefined) value.forEach((item, index) => visitPart(item, items, `${path}[${String(index)}]`, found));
    return;
  }
  for (const name of Object.keys(value)) {
    const property = node.properties?.get(name);
    const below = property ?? node.additionalProperties;
    if (below === undefined || isImplied(below)) continue;
    visitPart(value[name], below, property === undefined ? `${path}[${name}]` : childPath(path, name), found);
  }
}

function visitPart(value: Draft | undefined, node: SchemaNode, path: string, found: Found): void {
  if (isEmbedded(node) && isDraftObject(value)) found(value, path);
  visit(value, node, path, found);
}

type Found = (resource: DraftObject, path: string) => void;

function childPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** What decoding the metadata of embedded resources found. */
export interface EmbeddedDecoding {
  /** Paths of unknown fields, in the order of their names. */
  readonly unknown: readonly string[];
  /** The first value that cannot be what it must. */
  readonly error?: FieldError;
}

/** Where a value is that is looked through, and whether it may itself be an embedded resource. Default: a whole object. */
export interface EmbeddedPlace {
  readonly path?: string;
  readonly includesItself?: boolean;
}

function visitAt(value: Draft, schema: SchemaNode, place: EmbeddedPlace, found: Found): void {
  const { path = '', includesItself = false } = place;
  if (includesItself) visitPart(value, schema, path, found);
  else visit(value, schema, path, found);
}

/** Decodes the metadata of every embedded resource of a value, in place. */
export function decodeEmbedded(value: Draft, schema: SchemaNode, place: EmbeddedPlace = {}): EmbeddedDecoding {
  const unknown: string[] = [];
  let error: FieldError | undefined;
  visitAt(value, schema, place, (resource, path) => {
    for (const name of ['apiVersion', 'kind'] as const) {
      const value = resource[name];
      if (value !== undefined && typeof value !== 'string')
        error ??= invalidField(childPath(path, name), value, 'must be a string');
    }
    const metadata = resource['metadata'];
    if (metadata === undefined) return;
    const decoded = decodeObjectMeta(metadata);
    unknown.push(...decoded.unknown.map((name) => `${childPath(path, 'metadata')}.${name}`));
    if (decoded.meta === undefined) error ??= invalidField(childPath(path, 'metadata'), metadata, decoded.error ?? '');
    else resource['metadata'] = decoded.meta;
  });
  return { unknown: unknown.sort(), ...(error === undefined ? {} : { error }) };
}

/** The same for what was stored, perhaps under an older schema: what can't be decoded is left out. */
export function salvageEmbedded(object: DraftObject, schema: SchemaNode): void {
  visit(object, schema, '', (resource) => {
    for (const name of ['apiVersion', 'kind'] as const) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- one of two names.
      if (resource[name] !== undefined && typeof resource[name] !== 'string') delete resource[name];
    }
    if (resource['metadata'] !== undefined) resource['metadata'] = salvageObjectMeta(resource['metadata']);
  });
}

/** Checks every embedded resource of a value. */
export function embeddedErrors(value: Draft, schema: SchemaNode, place: EmbeddedPlace = {}): FieldError[] {
  const errors: FieldError[] = [];
  visitAt(value, schema, place, (resource, path) => errors.push(...resourceErrors(resource, path)));
  return errors;
}

/** Checks the members of one resource that all resources have. */
function resourceErrors(resource: DraftObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { apiVersion, kind, metadata } = resource;
  if (apiVersion === undefined) errors.push(requiredField(childPath(path, 'apiVersion')));
  if (kind === undefined) errors.push(requiredField(childPath(path, 'kind')));
  const problem = apiVersion === undefined ? undefined : apiVersionProblem(apiVersion);
  if (problem !== undefined) errors.push(invalidField(childPath(path, 'apiVersion'), apiVersion, problem));
  const kindIs = kind === undefined ? undefined : kindProblem(kind);
  if (kindIs !== undefined) errors.push(invalidField(childPath(path, 'kind'), kind, kindIs));
  if (metadata === undefined) return errors;
  const { meta, error } = decodeObjectMeta(metadata);
  const metaPath = childPath(path, 'metadata');
  if (meta === undefined) return [...errors, invalidField(metaPath, metadata, error ?? '')];
  const named = typeof meta['name'] === 'string' ? meta : { ...meta, name: 'fakename' };
  return [...errors, ...objectMetaErrors(named, metaPath, pathSegmentErrors)];
}

function apiVersionProblem(apiVersion: Draft): string | undefined {
  if (typeof apiVersion !== 'string') return 'must be a string';
  if (apiVersion === '') return 'must not be empty';
  return apiVersion.split('/').length > 2 ? `unexpected GroupVersion string: ${apiVersion}` : undefined;
}

function kindProblem(kind: Draft): string | undefined {
  if (typeof kind !== 'string') return 'must be a string';
  if (kind === '') return 'must not be empty';
  const errors = dns1035LabelErrors(kind.toLowerCase());
  return errors.length === 0 ? undefined : `may have mixed case, but should otherwise match: ${errors.join(',')}`;
}
