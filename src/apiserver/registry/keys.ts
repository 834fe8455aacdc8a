/** Under which key an object is stored: `/apps/deployments/team-a/web`, `/core/namespaces/team-a`. */
import type { Resource } from '../resources/resource';

/** The beginning of all keys of a resource, or of those in one namespace. Ends with a slash. */
export function keyPrefix(resource: Resource, namespace = ''): string {
  const { group, resource: plural } = resource.storedAs ?? resource;
  const prefix = `/${group === '' ? 'core' : group}/${plural}/`;
  return namespace === '' ? prefix : `${prefix}${namespace}/`;
}

export function objectKey(resource: Resource, namespace: string, name: string): string {
  return `${keyPrefix(resource, resource.namespaced ? namespace : '')}${name}`;
}

/** The first key after all that begin with the text, in the order of bytes. */
export function keyAfter(key: string): string {
  return `${key}\u0000`;
}
