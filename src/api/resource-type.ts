/**
 * A kind of object as the API serves it: what a client needs to build a path, and RBAC to build a rule.
 */
export interface ResourceType {
  /** API group; the empty string is the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural, lower case: the resource's name in paths and in RBAC rules. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** The `apiVersion` of a type: `v1`, or `group/version`. */
export function apiVersionOf(type: Pick<ResourceType, 'group' | 'version'>): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** Kind and group as one word that is unique in a cluster: `StatefulSet.apps`, `Service`. */
export function kindKey(type: Pick<ResourceType, 'group' | 'kind'>): string {
  return type.group === '' ? type.kind : `${type.kind}.${type.group}`;
}

/** The same word, taken from an object's `apiVersion` and `kind`. */
export function kindKeyOf(object: { readonly apiVersion: string; readonly kind: string }): string {
  const slash = object.apiVersion.indexOf('/');
  return kindKey({ kind: object.kind, group: slash < 0 ? '' : object.apiVersion.slice(0, slash) });
}
