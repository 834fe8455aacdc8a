/**
 * A set of objects as Pulumi resources below one component, each after what it needs.
 */
import {
  type ComponentResource,
  type ComponentResourceOptions,
  type CustomResource,
  type CustomResourceOptions,
  mergeOptions,
} from '@pulumi/pulumi';
import { type Manifest, referenceKey, referenceTo, valueAt } from '../src/api/object';
import { kindKey, kindKeyOf } from '../src/api/resource-type';
import { RECLAIM_ANNOTATION } from '../src/api/well-known';
import { registerObject } from './kubernetes-object';

/** An object and the `referenceKey`s of those in the set that it has to wait for. */
export interface ObjectInStack {
  readonly manifest: Manifest;
  readonly dependsOn?: readonly string[];
}

export interface ObjectSet {
  /** Name of the component. The resources are called `<component>/<namespace>/<name>`, without namespace where an object has none. */
  readonly name: string;
  readonly component: ComponentResource;
  /** Options of the component: what it depends on, each of its objects does. Provider and aliases come down by themselves. */
  readonly options?: ComponentResourceOptions;
  readonly objects: readonly ObjectInStack[];
}

/**
 * Registers objects in an order in which each comes after what it depends on: what it names itself, its namespace, and
 * for a custom resource its CRD, as far as they are in the set.
 *
 * CRDs, namespaces and claims stay in the cluster when they leave the stack: with a CRD go all its custom resources, with
 * the others the data. Only a claim that is marked for deletion with its environment goes.
 */
export function registerObjects({ name, component, options, objects }: ObjectSet): ReadonlyMap<string, CustomResource> {
  const registered = new Map<string, CustomResource>();
  for (const { manifest, dependsOn } of inOrder(objects)) {
    const before = dependsOn.flatMap((key) => registered.get(key) ?? []);
    const own: CustomResourceOptions = {
      parent: component,
      dependsOn: before,
      ...(isKept(manifest) ? { retainOnDelete: true } : {}),
    };
    // What a component depends on doesn't come down to its children by itself.
    const resourceOptions = mergeOptions(own, { dependsOn: options?.dependsOn });
    const key = referenceKey(referenceTo(manifest));
    registered.set(key, registerObject(resourceName(name, manifest), manifest, resourceOptions));
  }
  return registered;
}

/** The logical name of an object below a component. Part of its identity in a stack: a change of the rule replaces objects. */
function resourceName(component: string, { metadata: { namespace, name } }: Manifest): string {
  return [component, ...(namespace === undefined ? [] : [namespace]), name].join('/');
}

function inOrder(objects: readonly ObjectInStack[]): readonly Required<ObjectInStack>[] {
  const keyed = new Map(objects.map((object) => [referenceKey(referenceTo(object.manifest)), object]));
  const done = new Map<string, Required<ObjectInStack>>();
  const visit = (key: string): void => {
    const object = keyed.get(key);
    if (object === undefined) return;
    // Out of the waiting ones first: a cycle then ends in an arbitrary order instead of never.
    keyed.delete(key);
    const dependsOn = [...new Set([...(object.dependsOn ?? []), ...needs(object.manifest, objects)])].filter(
      (other) => other !== key,
    );
    for (const other of dependsOn) visit(other);
    done.set(key, { manifest: object.manifest, dependsOn });
  };
  for (const key of [...keyed.keys()]) visit(key);
  return [...done.values()];
}

/** Keys of the objects in the set without which the API server would refuse an object. */
function needs(manifest: Manifest, objects: readonly ObjectInStack[]): readonly string[] {
  const { namespace } = manifest.metadata;
  return objects
    .map((object) => object.manifest)
    .filter((other) => {
      const isNamespace = other.kind === 'Namespace' && other.apiVersion === 'v1' && other.metadata.name === namespace;
      return isNamespace || defines(other) === kindKeyOf(manifest);
    })
    .map((other) => referenceKey(referenceTo(other)));
}

/** Kind and group that a CRD defines; undefined for anything else. */
function defines(manifest: Manifest): string | undefined {
  if (!isCrd(manifest)) return undefined;
  const group = valueAt(manifest, ['spec', 'group']);
  const kind = valueAt(manifest, ['spec', 'names', 'kind']);
  return typeof group === 'string' && typeof kind === 'string' ? kindKey({ group, kind }) : undefined;
}

function isCrd(manifest: Manifest): boolean {
  return kindKeyOf(manifest) === 'CustomResourceDefinition.apiextensions.k8s.io';
}

function isKept(manifest: Manifest): boolean {
  const isClaim =
    kindKeyOf(manifest) === 'PersistentVolumeClaim' && manifest.metadata.annotations?.[RECLAIM_ANNOTATION] !== 'Delete';
  return isClaim || isCrd(manifest) || kindKeyOf(manifest) === 'Namespace';
}
