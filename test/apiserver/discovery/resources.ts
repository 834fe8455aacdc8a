import type { Resource, Subresource } from '../../../src/apiserver/resources/resource';

interface Names {
  readonly group: string;
  readonly kind: string;
  readonly resource: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageVersion?: string;
  readonly isCustom?: boolean;
  /** The subresources of each version. */
  readonly versions: Readonly<Record<string, readonly Subresource[]>>;
}

/** A resource of which only discovery is asked. */
export function resource(names: Names): Resource {
  return {
    listKind: `${names.kind}List`,
    shortNames: [],
    categories: [],
    storageVersion: Object.keys(names.versions)[0] ?? '',
    isCustom: false,
    ...names,
    strategy: {},
    convert: (object) => object,
    versions: new Map(
      Object.entries(names.versions).map(([version, subresources]) => [
        version,
        {
          version,
          schema: {},
          codec: { decode: () => ({ object: {}, problems: [] }) },
          subresources: new Map(subresources.map((subresource) => [subresource.name, subresource])),
          columns: [],
        },
      ]),
    ),
  };
}
