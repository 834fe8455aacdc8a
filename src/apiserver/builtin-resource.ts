/** Resources of Kubernetes' own kinds, put together from what is published of them and what their strategies say. */
import type { KubeObject } from '../api/object';
import { defaultColumns } from './kinds/checks/default-columns';
import type { KindFacts } from './kinds/kind-facts';
import { type BuiltinResourceFacts, builtinCodec, builtinSchema, normalise, storedFormOf } from './kubernetes';
import type { Resource, ResourceVersion, StoredAs, Subresource } from './resources/resource';
import { internalError } from './status-error';

/** What the published facts don't say of a resource. */
export interface BuiltinBehaviour extends KindFacts {
  /** Between versions whose objects differ in more than their `apiVersion`. */
  readonly convert?: (object: KubeObject, version: string) => KubeObject;
  readonly storedAs?: StoredAs;
  readonly tableOrder?: (a: KubeObject, b: KubeObject) => number;
}

/** What a client is told that still uses these. */
const DEPRECATIONS: ReadonlyMap<string, string> = new Map([
  ['/componentstatuses', 'v1 ComponentStatus is deprecated in v1.19+'],
  ['/endpoints', 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
]);

/** Those whose deletion answers with the object. */
const RETURNING_DELETED: ReadonlySet<string> = new Set([
  '/namespaces',
  '/persistentvolumeclaims',
  '/persistentvolumes',
  '/pods',
  '/podtemplates',
  '/resourcequotas',
  '/serviceaccounts',
  '/services',
  'apiextensions.k8s.io/customresourcedefinitions',
  'resource.k8s.io/deviceclasses',
  'resource.k8s.io/resourceclaims',
  'resource.k8s.io/resourceclaimtemplates',
  'resource.k8s.io/resourceslices',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/storageclasses',
  'storage.k8s.io/volumeattachments',
  'storage.k8s.io/volumeattributesclasses',
]);

/** The resource; a kind without behaviour of its own is stored and given back as it comes. */
export function builtinResource(facts: BuiltinResourceFacts, behaviour: BuiltinBehaviour | undefined): Resource {
  const { group, kind, resource } = facts;
  const { strategy = {}, columns = defaultColumns, convert, storedAs, tableOrder } = behaviour ?? {};
  const apiVersionOf = (version: string): string => (group === '' ? version : `${group}/${version}`);
  const schemaIn = (apiVersion: string) => {
    const schema = builtinSchema(apiVersion, kind);
    if (schema === undefined) throw internalError(`${kind} of ${apiVersion} has no schema`);
    return schema;
  };
  const schemaOf = (version: string) => schemaIn(apiVersionOf(version));
  const deprecation = DEPRECATIONS.get(`${group}/${resource}`);
  const storedForm = storedFormOf(group);
  const storageVersion = facts.versions[0]?.version ?? '';
  const versions = facts.versions.map(({ version, subresources }): [string, ResourceVersion] => {
    const setDefaults = strategy.setDefaults?.bind(strategy);
    return [
      version,
      {
        version,
        schema: schemaOf(version),
        codec: builtinCodec(schemaOf(version), {
          group,
          version,
          kind,
          ...(setDefaults === undefined ? {} : { setDefaults: (object) => setDefaults(object, version) }),
        }),
        ...(deprecation === undefined ? {} : { deprecation }),
        subresources: new Map(
          subresources.map((subresource): [string, Subresource] => [subresource.name, subresource]),
        ),
        columns,
      },
    ];
  });
  const storageSchema = schemaIn(storedAs?.apiVersion ?? apiVersionOf(storageVersion));
  return {
    group,
    kind,
    listKind: facts.listKind ?? `${kind}List`,
    resource,
    singular: facts.singular,
    namespaced: facts.namespaced,
    shortNames: facts.shortNames,
    categories: facts.categories,
    verbs: facts.verbs,
    storageVersion,
    versions: new Map(versions),
    strategy,
    isCustom: false,
    returnsDeleted: RETURNING_DELETED.has(`${group}/${resource}`),
    ...(storedAs === undefined ? {} : { storedAs }),
    ...(tableOrder === undefined ? {} : { tableOrder }),
    normalise: (object) => {
      normalise(object, storageSchema, storedForm);
    },
    convert: (object, version) => {
      const apiVersion = apiVersionOf(version);
      if (object.apiVersion === apiVersion) return object;
      return convert?.(object, version) ?? { ...object, apiVersion };
    },
  };
}
