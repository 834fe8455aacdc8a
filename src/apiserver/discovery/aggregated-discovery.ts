/**
 * Discovery in two documents, one for the core group and one for all others: `apidiscovery.k8s.io/v2`.
 */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../api/json';
import type { Resource, ResourceVersion, Subresource } from '../resources/resource';
import { type DiscoveryGroup, discoveryGroups } from './discovery-order';

/** A document and what a client says in `If-None-Match` to hear of it only when it has changed. */
export interface AggregatedDiscovery {
  readonly document: JsonObject;
  /** With its quotes, as the header has it. */
  readonly etag: string;
}

/** The document of `/api` or `/apis`. */
export function aggregatedDiscovery(resources: readonly Resource[], path: '/api' | '/apis'): AggregatedDiscovery {
  const groups = discoveryGroups(resources).filter(({ name }) => (name === '') === (path === '/api'));
  const list = { metadata: {}, items: groups.map(groupEntry) };
  // The tag is of the list alone, as long as its type isn't written into it.
  const tag = createHash('sha512').update(JSON.stringify(list)).digest('hex').toUpperCase();
  return {
    document: { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', ...list },
    etag: `"${tag}"`,
  };
}

function groupEntry({ name, versions, resources }: DiscoveryGroup): JsonObject {
  return {
    metadata: name === '' ? {} : { name },
    versions: versions.map((version) => ({
      version,
      resources: resources.flatMap((resource) => {
        const served = resource.versions.get(version);
        return served === undefined ? [] : [resourceEntry(resource, served)];
      }),
      freshness: 'Current',
    })),
  };
}

function resourceEntry(resource: Resource, { version, subresources }: ResourceVersion): JsonObject {
  const { kind, shortNames, categories } = resource;
  const entries = [...subresources.values()].map((subresource) => subresourceEntry(resource, version, subresource));
  return {
    resource: resource.resource,
    responseKind: responseKind(resource, version, { kind }),
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(entries.length === 0 ? {} : { subresources: entries }),
  };
}

function subresourceEntry(resource: Resource, version: string, subresource: Subresource): JsonObject {
  return {
    subresource: subresource.name,
    responseKind: responseKind(resource, version, subresource),
    verbs: subresource.verbs,
  };
}

/** Of built-in resources it is empty where it is what the place of the entry says; of custom ones it is always told. */
function responseKind(
  { group, isCustom }: Resource,
  version: string,
  of: { readonly kind: string; readonly group?: string; readonly version?: string },
): JsonObject {
  const own = isCustom ? { group, version } : { group: '', version: '' };
  return { group: of.group ?? own.group, version: of.version ?? own.version, kind: of.kind };
}
