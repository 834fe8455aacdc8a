/**
 * Fields that nobody owns, whoever sets them: those that every object has, and those that an endpoint resets.
 */
import type { FieldManagedType } from './field-manager';
import { type FieldNode, type FieldSet, fieldSetOf, LEAF, NO_FIELDS, recursiveDifference } from './field-set';
import { fieldElement, type PathElement } from './path-element';

/** @see k8s.io/apimachinery/pkg/util/managedfields/internal/stripmeta.go, v0.34 */
export const UNOWNED_FIELDS: FieldSet = new Map<PathElement, FieldNode>([
  [fieldElement('apiVersion'), LEAF],
  [fieldElement('kind'), LEAF],
  [
    fieldElement('metadata'),
    {
      member: true,
      children: fieldSetOf(
        [
          'name',
          'namespace',
          'creationTimestamp',
          'selfLink',
          'uid',
          'clusterName',
          'generation',
          'managedFields',
          'resourceVersion',
        ].map((name) => [fieldElement(name)]),
      ),
    },
  ],
]);

/** Takes from a set what cannot be owned through an endpoint. */
export type FieldFilter = (fields: FieldSet) => FieldSet;

export function fieldFilter({ resetFields, ownableFields }: FieldManagedType): FieldFilter {
  if (ownableFields !== undefined) return (fields) => matchingFields(fields, ownableFields);
  if (resetFields.length === 0) return (fields) => fields;
  let reset = resetSets.get(resetFields);
  if (reset === undefined) {
    reset = fieldSetOf(resetFields.map((path) => path.map(fieldElement)));
    resetSets.set(resetFields, reset);
  }
  const unowned = reset;
  return (fields) => recursiveDifference(fields, unowned);
}

const resetSets = new WeakMap<FieldManagedType['resetFields'], FieldSet>();

/** The fields on the way to a pattern's end, and everything below it. `*` stands for any element. */
function matchingFields(fields: FieldSet, patterns: readonly (readonly string[])[]): FieldSet {
  if (patterns.some((pattern) => pattern.length === 0)) return fields;
  const matching = new Map<PathElement, FieldNode>();
  for (const [element, node] of fields) {
    const followed = patterns.filter(([step]) => step === '*' || fieldElement(step ?? '') === element);
    if (followed.length === 0) continue;
    const children =
      node.children.size === 0
        ? NO_FIELDS
        : matchingFields(
            node.children,
            followed.map((pattern) => pattern.slice(1)),
          );
    if (node.member || children.size > 0) matching.set(element, { member: node.member, children });
  }
  return matching;
}
