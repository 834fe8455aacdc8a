/**
 * Paths of the Kubernetes API, percent-encoded.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
 */
import type { ObjectName } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import { AdrasteiaError } from '../../errors';

/** Values of a query; members that are undefined are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * The path of a kind's objects: of one namespace where one is given, else of the whole cluster.
 * `ObjectInvalid` where the namespace is empty or no path segment.
 */
export function collectionPath(type: ResourceType, namespace?: string): string {
  const group = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  if (!type.namespaced || namespace === undefined) return `${group}/${type.plural}`;
  return `${group}/namespaces/${segment(namespace, 'namespace', type)}/${type.plural}`;
}

/**
 * The path to which a new object is posted. `ObjectInvalid` where a namespaced kind comes without a namespace.
 */
export function creationPath(type: ResourceType, name: Partial<ObjectName>): string {
  if (type.namespaced && name.namespace === undefined) {
    throw new AdrasteiaError(
      'ObjectInvalid',
      `${type.kind} ${JSON.stringify(name.name ?? '')} names no namespace: set metadata.namespace`,
    );
  }
  return collectionPath(type, name.namespace);
}

/**
 * The path of one object or of its subresource. `ObjectInvalid` where the name is empty (the path would be that of all
 * objects) or a namespaced kind comes without a namespace.
 */
export function objectPath(type: ResourceType, name: ObjectName, subresource?: string): string {
  const path = `${creationPath(type, name)}/${segment(name.name, 'name', type)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** The path with a query, encoded; the path alone where no value is set. */
export function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) search.append(key, String(value));
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}

function segment(text: string, what: string, type: ResourceType): string {
  // '.' and '..' survive percent-encoding and would make servers walk to another path.
  if (text === '' || text === '.' || text === '..') {
    throw new AdrasteiaError(
      'ObjectInvalid',
      `${type.kind} has the ${what} ${JSON.stringify(text)}: no object can be called so`,
    );
  }
  return encodeURIComponent(text);
}
