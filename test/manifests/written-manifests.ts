/**
 * Every manifest that a cluster of ours is given, in files: what the cdk8s door writes of the platform and the examples, and
 * what the controller makes of each environment among the examples and the cases.
 *
 * The door refuses to expand an environment whose password the controller would make up; what the controller sends is looked at
 * all the same.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { kinds } from '../../constructs/kinds';
import { describeObject, type KubeObject, type Manifest } from '../../src/api/object';
import { main } from '../../src/main';
import { DEFAULT_NAMESPACE, lookupOver, renderPlanner, TreeMemo, withForeseenStatus } from '../../src/synth';
import { caseFolders, exampleFolders, kindOf, objectsOf } from '../conformance/cases';

const ROOT = join(__dirname, '../..');

/** Where a file of manifests comes from. */
export type Origin = 'platform' | 'custom resources' | 'example' | 'case';

/** One file: the objects of one example, say. */
export interface ManifestFile {
  /** `platform`, or the folder of the example or case. */
  readonly name: string;
  readonly origin: Origin;
  readonly path: string;
  readonly objects: readonly Manifest[];
}

/** Writes all files into an empty folder. */
export function writeManifests(folder: string): readonly ManifestFile[] {
  const door = join(folder, 'door');
  const complaints: string[] = [];
  if (main(['--source', join(ROOT, 'examples'), '--tenancy'], door, (line) => complaints.push(line)) !== 0)
    throw new Error(`the cdk8s door writes nothing: ${complaints.join('; ')}`);
  const written = readdirSync(door)
    .sort()
    .map((file): ManifestFile => {
      const path = join(door, file);
      const name = basename(file, '.k8s.yaml');
      return { name, origin: name === 'platform' ? 'platform' : 'custom resources', path, objects: objectsIn(path) };
    });
  return [
    ...written,
    ...environments(folder, 'example', exampleFolders()),
    ...environments(folder, 'case', caseFolders()),
  ];
}

/** The objects of a file, in YAML 1.1, as cdk8s writes and kubectl reads it. */
function objectsIn(path: string): readonly Manifest[] {
  return [...parseAllDocuments(readFileSync(path, 'utf8'), { version: '1.1' })].map(
    (document) => document.toJS() as Manifest,
  );
}

function environments(folder: string, origin: Origin, sources: readonly string[]): readonly ManifestFile[] {
  mkdirSync(join(folder, origin));
  return sources.map((source) => {
    const objects = controllerObjects(objectsOf(source));
    if (objects.length === 0) throw new Error(`the controller makes nothing of ${source}`);
    const path = join(folder, origin, `${basename(source)}.yaml`);
    writeFileSync(path, objects.map((object) => stringify(object, { version: '1.1' })).join('---\n'));
    return { name: source, origin, path, objects };
  });
}

/** What the controller applies for the environments among the objects, with a stand-in for each value that it makes up. */
function controllerObjects(objects: readonly Manifest[]): readonly Manifest[] {
  const stored = withForeseenStatus(objects.map(asStored), kinds);
  return stored.flatMap((object) => {
    const planner = kindOf(object)?.planner;
    if (planner === undefined) return [];
    const lookup = lookupOver(stored, { askedBy: describeObject(object), mayLack: planner.mayLack ?? [] });
    const plan = renderPlanner(planner, new TreeMemo()).plan(object, lookup);
    if (plan.outcome !== 'apply') throw new Error(`${describeObject(object)} is not applied: ${plan.outcome}`);
    return plan.tree.objects().map(({ manifest, handling }) => {
      if (handling.generate === undefined) return manifest;
      const made = Object.keys(handling.generate).map((key) => [key, Buffer.from('made up').toString('base64')]);
      return { ...manifest, data: Object.fromEntries(made) as Record<string, string> };
    });
  });
}

/** An object as an API server would hold it. */
function asStored(object: Manifest): KubeObject {
  const kind = kindOf(object);
  if (kind === undefined) return object;
  const namespace = kind.type.namespaced ? { namespace: object.metadata.namespace ?? DEFAULT_NAMESPACE } : {};
  const placed = { ...object, metadata: { ...object.metadata, ...namespace, uid: 'uid', generation: 1 } };
  return kind.withDefaults?.(placed) ?? placed;
}

/** Pods as the API server's controllers would make them of the workloads among the objects. */
export function podsOf(objects: readonly Manifest[], namespace: string): readonly Manifest[] {
  return objects
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .map(({ metadata, ...workload }) => {
      const { template } = workload['spec'] as { template: { metadata: object; spec: object } };
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...template.metadata, name: metadata.name, namespace },
        spec: template.spec,
      };
    });
}
