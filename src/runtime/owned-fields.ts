/**
 * Which part of a live object is ours, by the server's own record of field ownership.
 *
 * The runtime keeps no copies of children. It compares the digest of the fields that its field manager owns with the digest
 * of the manifest that it would apply: equal means nothing to write, after a restart too. Another manager's fields and the
 * server's defaults don't take part; a field taken over or removed by somebody else makes the digests differ.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
import { canonicalJson, canonicalList, digest, isJsonObject, type JsonObject, quoted, textDigest } from '../api/json';
import type { KubeObject, Manifest } from '../api/object';
import { FIELD_MANAGER } from '../api/well-known';

/** Digest of what our field manager has applied to an object; undefined where it has applied nothing. */
export function ownedDigest(object: KubeObject): string | undefined {
  const entry = object.metadata.managedFields?.find(
    (fields) => fields.manager === FIELD_MANAGER && fields.operation === 'Apply' && (fields.subresource ?? '') === '',
  );
  if (entry?.fieldsV1 === undefined) return undefined;
  return textDigest(ownedText(object, entry.fieldsV1));
}

/** Digest of a manifest, to be compared with `ownedDigest`: identity fields have no owner and are left out. */
export function desiredDigest(manifest: Manifest): string {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = manifest;
  const { name: _name, namespace: _namespace, ...ownedMetadata } = metadata;
  return digest(Object.keys(ownedMetadata).length === 0 ? rest : { ...rest, metadata: ownedMetadata });
}

/**
 * The canonical text of the members of a value that a `FieldsV1` set names. Text at once, since every event of a child comes
 * through here, and a copy of the members would only be thrown away.
 */
function ownedText(value: unknown, fields: JsonObject): string {
  const paths = Object.keys(fields);
  if (paths.length === 0 || (paths.length === 1 && paths[0] === '.')) return canonicalJson(value);
  if (Array.isArray(value)) return ownedItems(value, paths, fields);
  if (!isJsonObject(value)) return canonicalJson(value);
  const names: string[] = [];
  for (const path of paths) if (path.startsWith('f:')) names.push(path.slice(2));
  names.sort();
  let text = '';
  for (const name of names) {
    const child = value[name];
    if (child === undefined) continue;
    text += `${text === '' ? '' : ','}${quoted(name)}:${ownedText(child, childFields(fields, `f:${name}`))}`;
  }
  return `{${text}}`;
}

/** List items by key (`k:`), by value (`v:`) or by index (`i:`), in the order of the live list. */
function ownedItems(items: readonly unknown[], paths: readonly string[], fields: JsonObject): string {
  const owned = new Map<number, string>();
  for (const path of paths) {
    if (path === '.') continue;
    const selector = path.slice(2);
    const index = path.startsWith('i:') ? Number(selector) : items.findIndex(matcherOf(path, selector));
    if (index >= 0 && index < items.length) owned.set(index, ownedText(items[index], childFields(fields, path)));
  }
  return canonicalList([...owned.entries()].sort(([a], [b]) => a - b).map(([, item]) => item));
}

function matcherOf(path: string, selector: string): (item: unknown) => boolean {
  const wanted: unknown = JSON.parse(selector);
  if (path.startsWith('v:')) return (item) => item === wanted;
  if (!isJsonObject(wanted)) return () => false;
  return (item) => isJsonObject(item) && Object.entries(wanted).every(([key, value]) => (item[key] ?? null) === value);
}

function childFields(fields: JsonObject, path: string): JsonObject {
  const child = fields[path];
  return isJsonObject(child) ? child : {};
}
