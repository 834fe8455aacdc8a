/**
 * A set of fields of one object: a trie over path elements. That a field is in the set says nothing of those above or below it.
 *
 * Sets are never changed: operations share what stays the same, and give back the very set where nothing is different. No node
 * is empty, so a set is empty where its root has no element.
 * @see sigs.k8s.io/structured-merge-diff/v6/fieldpath/set.go, v6.3
 */
import { elementText, type PathElement, sortedElements } from './path-element';

export interface FieldNode {
  /** Whether the field itself is in the set. */
  readonly member: boolean;
  readonly children: FieldSet;
}
export type FieldSet = ReadonlyMap<PathElement, FieldNode>;

export type FieldPath = readonly PathElement[];

export const NO_FIELDS: FieldSet = new Map();

/** A field in the set with nothing below it in the set. */
export const LEAF: FieldNode = { member: true, children: NO_FIELDS };

export function fieldSetOf(paths: readonly FieldPath[]): FieldSet {
  let set = NO_FIELDS;
  for (const path of paths) set = union(set, singleton(path));
  return set;
}

function singleton(path: FieldPath): FieldSet {
  let node = LEAF;
  for (let i = path.length - 1; i > 0; i--) node = { member: false, children: new Map([[path[i] ?? '', node]]) };
  const [first] = path;
  return first === undefined ? NO_FIELDS : new Map([[first, node]]);
}

export function union(left: FieldSet, right: FieldSet): FieldSet {
  if (left === right || right.size === 0) return left;
  if (left.size === 0) return right;
  let joined: Map<PathElement, FieldNode> | undefined;
  for (const [element, node] of right) {
    const own = left.get(element);
    const both = own === undefined ? node : unionOfNodes(own, node);
    if (both === own) continue;
    joined ??= new Map(left);
    joined.set(element, both);
  }
  return joined ?? left;
}

function unionOfNodes(left: FieldNode, right: FieldNode): FieldNode {
  const children = union(left.children, right.children);
  const member = left.member || right.member;
  return member === left.member && children === left.children ? left : { member, children };
}

export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  if (left.size === 0 || right.size === 0) return NO_FIELDS;
  const shared = new Map<PathElement, FieldNode>();
  for (const [element, node] of left) {
    const other = right.get(element);
    if (other === undefined) continue;
    const member = node.member && other.member;
    const children = intersection(node.children, other.children);
    if (member || children.size > 0) shared.set(element, { member, children });
  }
  return shared;
}

/** What is in `left` and not in `right`. A field of `right` takes nothing below it away. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  return without(left, right, false);
}

/** What is in `left` and neither in `right` nor below a field in `right`. */
export function recursiveDifference(left: FieldSet, right: FieldSet): FieldSet {
  return without(left, right, true);
}

function without(left: FieldSet, right: FieldSet, recursive: boolean): FieldSet {
  if (left.size === 0 || right.size === 0) return left;
  let rest: Map<PathElement, FieldNode> | undefined;
  for (const [element, other] of right) {
    const node = left.get(element);
    if (node === undefined) continue;
    const member = node.member && !other.member;
    const children = recursive && other.member ? NO_FIELDS : without(node.children, other.children, recursive);
    if (member === node.member && children === node.children) continue;
    rest ??= new Map(left);
    if (member || children.size > 0) rest.set(element, { member, children });
    else rest.delete(element);
  }
  return rest ?? left;
}

export function equalSets(left: FieldSet, right: FieldSet): boolean {
  if (left === right) return true;
  if (left.size !== right.size) return false;
  for (const [element, node] of left) {
    const other = right.get(element);
    if (other?.member !== node.member || !equalSets(node.children, other.children)) return false;
  }
  return true;
}

export function hasPath(set: FieldSet, path: FieldPath): boolean {
  let children: FieldSet | undefined = set;
  let member = false;
  for (const element of path) {
    const node: FieldNode | undefined = children?.get(element);
    member = node?.member ?? false;
    children = node?.children;
  }
  return member;
}

/** The paths in the set, in the order of conflict messages: at each level first the fields in the set, then what is below. */
export function pathsOf(set: FieldSet, prefix: FieldPath = []): FieldPath[] {
  const elements = sortedElements(set.keys());
  const paths: FieldPath[] = [];
  for (const element of elements) if (set.get(element)?.member === true) paths.push([...prefix, element]);
  for (const element of elements) {
    const children = set.get(element)?.children ?? NO_FIELDS;
    if (children.size > 0) paths.push(...pathsOf(children, [...prefix, element]));
  }
  return paths;
}

/** A path as messages print it: `.spec.containers[name="app"].image`. */
export function pathText(path: FieldPath): string {
  return path.map((element) => elementText(element, 'float64')).join('');
}
