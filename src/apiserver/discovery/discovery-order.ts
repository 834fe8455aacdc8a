/**
 * The order in which discovery lists groups and versions: Kubernetes' own groups by the priorities of their API services, then
 * the groups of custom resources by name; versions as Kubernetes compares them.
 */
import { compareVersions } from '../custom-resources/version-order';
import { builtinGroups } from '../kubernetes';
import type { Resource } from '../resources/resource';

/** A group with the versions that any of its resources has, and its resources by name. */
export interface DiscoveryGroup {
  readonly name: string;
  readonly versions: readonly string[];
  readonly resources: readonly Resource[];
}

/** All groups, the core group first where there is one. */
export function discoveryGroups(resources: readonly Resource[]): readonly DiscoveryGroup[] {
  const byGroup = new Map<string, Resource[]>();
  for (const resource of resources) {
    const members = byGroup.get(resource.group);
    if (members === undefined) byGroup.set(resource.group, [resource]);
    else members.push(resource);
  }
  const rank = new Map(['', ...builtinGroups()].map((name, index) => [name, index]));
  const last = rank.size;
  return [...byGroup]
    .map(([name, members]) => ({ name, versions: versionsOf(members), resources: members.sort(byName) }))
    .sort((a, b) => (rank.get(a.name) ?? last) - (rank.get(b.name) ?? last) || compareText(a.name, b.name));
}

function versionsOf(resources: readonly Resource[]): string[] {
  const versions = new Set<string>();
  for (const resource of resources) for (const version of resource.versions.keys()) versions.add(version);
  return [...versions].sort(compareVersions);
}

function byName(a: Resource, b: Resource): number {
  return compareText(a.resource, b.resource);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
