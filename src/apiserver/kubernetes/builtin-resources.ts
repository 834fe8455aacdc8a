/**
 * The resources that a server has without any CRD, as its discovery documents tell of them.
 */
import { type ApiResource, serverFacts } from './server-facts';
import { findKind } from './type-table';

/** A built-in resource of one group, with all its served versions. */
export interface BuiltinResourceFacts {
  readonly group: string;
  readonly kind: string;
  /** Absent for resources that can only be created, such as reviews. */
  readonly listKind?: string;
  /** Plural: `deployments`. */
  readonly resource: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  /** Absent where nothing is stored. */
  readonly storageVersionHash?: string;
  /** In the order of discovery: the preferred one first. */
  readonly versions: readonly BuiltinVersionFacts[];
}

export interface BuiltinVersionFacts {
  readonly version: string;
  /** In the order of discovery. */
  readonly subresources: readonly BuiltinSubresourceFacts[];
}

/** As the contract's `Subresource` without its scale paths. */
export interface BuiltinSubresourceFacts {
  readonly name: string;
  readonly verbs: readonly string[];
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
}

let resources: readonly BuiltinResourceFacts[] | undefined;

/** All of them, in the order of `/api/v1` and then of `/apis`. */
export function builtinResources(): readonly BuiltinResourceFacts[] {
  resources ??= [
    coreGroup(),
    ...serverFacts().groups.groups.map(({ name, versions }) => ({ group: name, versions })),
  ].flatMap(({ group, versions }) =>
    resourcesOf(
      group,
      versions.map(({ version }) => version),
    ),
  );
  return resources;
}

/** A built-in resource by its group and plural name. */
export function findBuiltinResource(group: string, resource: string): BuiltinResourceFacts | undefined {
  return byName().get(`${group}/${resource}`);
}

/** The built-in groups but the core one, in the order in which `/apis` lists them. */
export function builtinGroups(): readonly string[] {
  return serverFacts().groups.groups.map(({ name }) => name);
}

let index: ReadonlyMap<string, BuiltinResourceFacts> | undefined;

function byName(): ReadonlyMap<string, BuiltinResourceFacts> {
  index ??= new Map(builtinResources().map((facts) => [`${facts.group}/${facts.resource}`, facts]));
  return index;
}

function coreGroup(): { readonly group: string; readonly versions: readonly { readonly version: string }[] } {
  return { group: '', versions: [{ version: 'v1' }] };
}

function resourcesOf(group: string, versions: readonly string[]): BuiltinResourceFacts[] {
  const lists = versions.map((version) => ({
    version,
    entries: serverFacts().resources[group === '' ? `/api/${version}` : `/apis/${group}/${version}`]?.resources ?? [],
  }));
  const found = new Map<string, ApiResource>();
  for (const { entries } of lists) {
    for (const entry of entries) if (!entry.name.includes('/') && !found.has(entry.name)) found.set(entry.name, entry);
  }
  return [...found.values()].map((entry) => {
    const listKind = `${entry.kind}List`;
    const apiVersion = group === '' ? versions[0] : `${group}/${versions[0] ?? ''}`;
    return {
      group,
      kind: entry.kind,
      ...(findKind(apiVersion ?? '', listKind) === undefined ? {} : { listKind }),
      resource: entry.name,
      singular: entry.singularName,
      namespaced: entry.namespaced,
      shortNames: entry.shortNames ?? [],
      categories: entry.categories ?? [],
      verbs: entry.verbs,
      ...(entry.storageVersionHash === undefined ? {} : { storageVersionHash: entry.storageVersionHash }),
      versions: lists
        .filter(({ entries }) => entries.some(({ name }) => name === entry.name))
        .map(({ version, entries }) => ({ version, subresources: subresourcesOf(entry.name, entries) })),
    };
  });
}

function subresourcesOf(resource: string, entries: readonly ApiResource[]): BuiltinSubresourceFacts[] {
  const prefix = `${resource}/`;
  return entries
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name, verbs, kind, group, version }) => ({
      name: name.slice(prefix.length),
      verbs,
      kind,
      ...(group === undefined ? {} : { group }),
      ...(version === undefined ? {} : { version }),
    }));
}
