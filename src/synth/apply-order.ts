/**
 * The order in which objects are applied: what others are made of first, dependencies always, and the rest by kind and
 * name, so that neither the shape of the tree nor the order of its construction shows.
 */
import type { ObjectReference } from '../api/object';
import { referenceKey } from '../api/object';
import { AdrasteiaError } from '../errors';

/** Kinds in the order in which an empty cluster can take them; kinds that aren't named come after all of these. */
const KIND_ORDER: readonly string[] = [
  'Namespace',
  'CustomResourceDefinition',
  'PriorityClass',
  'StorageClass',
  'RuntimeClass',
  'ResourceQuota',
  'LimitRange',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'NetworkPolicy',
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Ingress',
];
const RANKS: ReadonlyMap<string, number> = new Map(KIND_ORDER.map((kind, rank) => [kind, rank]));

/** Something to be put in order, under its `referenceKey`. */
export interface Orderable {
  readonly key: string;
  readonly kind: string;
  readonly dependsOn: readonly string[];
}

/**
 * The items in apply order. Dependencies on what isn't among the items are ignored. Throws `DependencyCycle` with the path
 * of the cycle.
 */
export function applyOrder<Item extends Orderable>(items: readonly Item[]): readonly Item[] {
  const byKey = new Map(items.map((item) => [item.key, item]));
  const ordered: Item[] = [];
  const state = new Map<string, 'Open' | 'Done'>();
  const path: string[] = [];
  const visit = (item: Item): void => {
    if (state.get(item.key) === 'Done') return;
    if (state.get(item.key) === 'Open') throw cycle([...path.slice(path.indexOf(item.key)), item.key]);
    state.set(item.key, 'Open');
    path.push(item.key);
    for (const key of [...item.dependsOn].sort()) {
      const dependency = byKey.get(key);
      if (dependency !== undefined) visit(dependency);
    }
    path.pop();
    state.set(item.key, 'Done');
    ordered.push(item);
  };
  for (const item of [...items].sort(byRank)) visit(item);
  return ordered;
}

/** `Orderable` of an object. */
export function orderableKey(reference: ObjectReference): Pick<Orderable, 'key' | 'kind'> {
  return { key: referenceKey(reference), kind: reference.kind };
}

function byRank(a: Orderable, b: Orderable): number {
  const difference = (RANKS.get(a.kind) ?? KIND_ORDER.length) - (RANKS.get(b.kind) ?? KIND_ORDER.length);
  return difference !== 0 ? difference : a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function cycle(path: readonly string[]): AdrasteiaError {
  return new AdrasteiaError(
    'DependencyCycle',
    `Objects wait for each other: ${path.join(' -> ')}: take out one of these dependencies`,
  );
}
