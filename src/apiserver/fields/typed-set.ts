/**
 * Field sets seen together with the type of their object.
 * @see sigs.k8s.io/structured-merge-diff/v6/fieldpath/set.go and typed/reconcile_schema.go, v6.3
 */
import { type FieldNode, type FieldSet, LEAF } from './field-set';
import type { PathElement } from './path-element';
import type { MapType, ValueType } from './value-type';

/** The set with every member of a struct in it below which the set has fields: with `.spec.replicas` also `.spec`. */
export function withNamedFields(set: FieldSet, type: ValueType | undefined): FieldSet {
  return mapNodes(set, (element, node) => {
    const name = nameOf(element);
    const children = withNamedFields(node.children, typeBelow(type, element));
    const member = node.member || (node.children.size > 0 && name !== undefined && type?.map?.declares(name) === true);
    return member === node.member && children === node.children ? node : { member, children };
  });
}

/**
 * The set as the schema of today would give it: fields below what has become one value are owned as that value.
 * The very set where nothing is to be done.
 */
export function reconciledSet(set: FieldSet, type: ValueType): FieldSet {
  if (type.map !== undefined) {
    const { map } = type;
    if (map.isUntyped) return set;
    return mapNodes(set, (element, node) => {
      const member = memberTypeOf(map, element);
      return member === undefined ? node : reconciledNode(node, member);
    });
  }
  const { list } = type;
  return list === undefined ? set : mapNodes(set, (_, node) => reconciledNode(node, list.items));
}

function reconciledNode(node: FieldNode, type: ValueType): FieldNode {
  if (node.children.size === 0) return node;
  const isOneValue = type.map === undefined ? type.scalar === undefined && type.list?.atomic === true : type.map.atomic;
  if (isOneValue) return LEAF;
  if (type.map === undefined && type.scalar !== undefined) return node;
  const children = reconciledSet(node.children, type);
  return children === node.children ? node : { member: node.member, children };
}

function typeBelow(type: ValueType | undefined, element: PathElement): ValueType | undefined {
  if (element.startsWith('k:')) return type?.list?.items;
  return type?.map === undefined ? undefined : memberTypeOf(type.map, element);
}

function memberTypeOf(map: MapType, element: PathElement): ValueType | undefined {
  const name = nameOf(element);
  return name === undefined ? undefined : map.findMember(name);
}

function nameOf(element: PathElement): string | undefined {
  return element.startsWith('f:') ? element.slice(2) : undefined;
}

function mapNodes(set: FieldSet, change: (element: PathElement, node: FieldNode) => FieldNode): FieldSet {
  let changed: Map<PathElement, FieldNode> | undefined;
  for (const [element, node] of set) {
    const next = change(element, node);
    if (next === node) continue;
    changed ??= new Map(set);
    changed.set(element, next);
  }
  return changed ?? set;
}
