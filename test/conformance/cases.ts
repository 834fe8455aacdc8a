/**
 * Everything that the doors are held together by: the case folders of kinds and dialects, and the examples.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { kinds } from '../../constructs/kinds';
import { readManifests } from '../../src/adapters/files/manifest-files';
import type { Manifest } from '../../src/api/object';
import { apiVersionOf } from '../../src/api/resource-type';

const ROOT = join(__dirname, '../..');

/** One set of objects, complete: nothing that they refer to is missing. */
export interface ConformanceCase {
  /** Path of its folder in this repository. */
  readonly name: string;
  readonly objects: readonly Manifest[];
}

/** All cases, in the order of their paths. */
export function conformanceCases(): readonly ConformanceCase[] {
  return [...caseFolders(), ...exampleFolders()].map((name) => ({
    name,
    objects: objectsOf(name),
  }));
}

/** Folders `cases/<case>` with an input, below kinds and the tests of dialects. */
export function caseFolders(): readonly string[] {
  return ['constructs', 'test/dialects']
    .flatMap((room) => foldersIn(room).map((folder) => `${room}/${folder}/cases`))
    .flatMap((cases) => foldersIn(cases).map((folder) => `${cases}/${folder}`))
    .filter((folder) => existsSync(join(ROOT, folder, 'input.yaml')));
}

/** Folders below `examples`. */
export function exampleFolders(): readonly string[] {
  return foldersIn('examples').map((folder) => `examples/${folder}`);
}

/** Folders of kinds: those below `constructs` that bring a schema. */
export function kindFolders(): readonly string[] {
  return foldersIn('constructs').filter((folder) => existsSync(join(ROOT, 'constructs', folder, 'schema.ts')));
}

/** The objects of a folder: those of its `input.yaml`, else all of them. */
export function objectsOf(folder: string): readonly Manifest[] {
  const input = join(ROOT, folder, 'input.yaml');
  return readManifests(existsSync(input) ? input : join(ROOT, folder));
}

/** The kind of an object among ours. */
export function kindOf(object: Manifest): (typeof kinds)[number] | undefined {
  return kinds.find(({ type }) => type.kind === object.kind && apiVersionOf(type) === object.apiVersion);
}

/** False for what only a controller acts by: the expanded form has none of it, so that a cluster without our CRDs takes it. */
export function isForAnyCluster(object: Manifest): boolean {
  const kind = kindOf(object);
  return kind === undefined || kind.isReadByPrograms === true;
}

function foldersIn(folder: string): readonly string[] {
  const path = join(ROOT, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
