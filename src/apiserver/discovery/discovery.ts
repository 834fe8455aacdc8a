/**
 * The discovery documents: which groups, versions and resources the API serves. Pure functions of the resources served.
 *
 * `/api` and `/apis` list groups and versions, `/apis/GROUP` is one of them, `/apis/GROUP/VERSION` lists resources; the
 * aggregated form has all in two documents.
 */
import type { JsonObject } from '../../api/json';
import { findBuiltinResource } from '../kubernetes';
import type { Resource, ResourceVersion } from '../resources/resource';
import { type DiscoveryGroup, discoveryGroups } from './discovery-order';
import { storageVersionHash } from './storage-version-hash';

/** `/api`. `serverAddress` is the host and port at which clients reach this server. */
export function apiVersions(resources: readonly Resource[], serverAddress: string): JsonObject {
  const core = discoveryGroups(resources).find(({ name }) => name === '');
  return {
    kind: 'APIVersions',
    versions: core?.versions ?? [],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

/** `/apis`: all groups but the core one. */
export function apiGroupList(resources: readonly Resource[]): JsonObject {
  const groups = discoveryGroups(resources).filter(({ name }) => name !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupEntry) };
}

/** `/apis/GROUP`; undefined for a group without resources. */
export function apiGroup(resources: readonly Resource[], name: string): JsonObject | undefined {
  const [group] = discoveryGroups(resources.filter((resource) => resource.group === name));
  return group === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) };
}

/** `/apis/GROUP/VERSION`, for the core group `/api/VERSION`; undefined where nothing is served in the version. */
export function apiResourceList(
  resources: readonly Resource[],
  group: string,
  version: string,
): JsonObject | undefined {
  const [found] = discoveryGroups(resources.filter((resource) => resource.group === group));
  if (found?.versions.includes(version) !== true) return undefined;
  const entries = found.resources.flatMap((resource) => {
    const served = resource.versions.get(version);
    return served === undefined ? [] : resourceEntries(resource, served);
  });
  return {
    kind: 'APIResourceList',
    // The core group's list was there before lists had versions.
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: groupVersion(group, version),
    resources: entries,
  };
}

function groupEntry({ name, versions }: DiscoveryGroup): JsonObject {
  const entries = versions.map((version) => ({ groupVersion: groupVersion(name, version), version }));
  return { name, versions: entries, preferredVersion: entries[0] };
}

function resourceEntries(resource: Resource, { subresources }: ResourceVersion): JsonObject[] {
  const { kind, namespaced, shortNames, categories } = resource;
  const hash = hashOf(resource);
  return [
    {
      name: resource.resource,
      singularName: resource.singular,
      namespaced,
      kind,
      verbs: resource.verbs,
      ...(shortNames.length === 0 ? {} : { shortNames }),
      ...(categories.length === 0 ? {} : { categories }),
      ...(hash === undefined ? {} : { storageVersionHash: hash }),
    },
    ...[...subresources.values()].map((subresource) => ({
      name: `${resource.resource}/${subresource.name}`,
      singularName: '',
      namespaced,
      ...(subresource.group === undefined ? {} : { group: subresource.group }),
      ...(subresource.version === undefined ? {} : { version: subresource.version }),
      kind: subresource.kind,
      verbs: subresource.verbs,
    })),
  ];
}

/** Of a built-in resource it is published, since some are stored in a version of another group. */
function hashOf(resource: Resource): string | undefined {
  const builtin = resource.isCustom ? undefined : findBuiltinResource(resource.group, resource.resource);
  if (builtin !== undefined) return builtin.storageVersionHash;
  return storageVersionHash(resource.group, resource.storageVersion, resource.kind);
}

function groupVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}
