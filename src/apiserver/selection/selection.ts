/** Which objects a list or watch is about: a namespace, labels and fields. */
import type { KubeObject } from '../../api/object';
import type { Resource } from '../resources/resource';
import { badRequest } from '../status-error';
import { exactValue, type Fields, type FieldTerm, fieldsMatch, parseFieldSelector } from './field-selector';
import { type LabelMatcher, labelMatcher, parseLabelSelector } from './label-selector';

/** A selection; `matches` is absent where every object in the namespace is meant. */
export interface ObjectSelection {
  /** Empty for all namespaces. */
  readonly namespace: string;
  /** Where only one name can match. */
  readonly name?: string;
  readonly matches?: (object: KubeObject) => boolean;
}

export interface SelectionRequest {
  readonly namespace: string;
  /** The name in the path of an old form of watch. */
  readonly name?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Reads selectors. Throws `StatusError` 400 for one that can't be read, or a field that the resource can't be found by. */
export function selectionOf(
  resource: Resource,
  { namespace, name, labelSelector, fieldSelector }: SelectionRequest,
): ObjectSelection {
  const requirements = parseLabelSelector(labelSelector ?? '');
  const terms = parseFieldSelector(fieldSelector ?? '');
  for (const { field } of terms) checkField(resource, field);
  if (name !== undefined && terms.length > 0 && exactValue(terms, 'metadata.name') !== name) {
    throw badRequest("fieldSelector metadata.name doesn't match requested name");
  }
  const oneName = name ?? exactValue(terms, 'metadata.name');
  const oneNamespace = namespace === '' && resource.namespaced ? exactValue(terms, 'metadata.namespace') : undefined;
  const matchesLabels = requirements.length === 0 ? undefined : labelMatcher(requirements);
  const matches = matcher(resource, { terms, name, matchesLabels });
  return {
    namespace: oneNamespace ?? namespace,
    ...(oneName === undefined || oneName === '' ? {} : { name: oneName }),
    ...(matches === undefined ? {} : { matches }),
  };
}

function matcher(
  resource: Resource,
  {
    terms,
    name,
    matchesLabels,
  }: {
    readonly terms: readonly FieldTerm[];
    readonly name: string | undefined;
    readonly matchesLabels: LabelMatcher | undefined;
  },
): ((object: KubeObject) => boolean) | undefined {
  if (terms.length === 0 && name === undefined && matchesLabels === undefined) return undefined;
  return (object) =>
    (name === undefined || object.metadata.name === name) &&
    (matchesLabels?.(object.metadata.labels ?? {}) ?? true) &&
    (terms.length === 0 || fieldsMatch(terms, fieldsOf(resource, object)));
}

/** The values by which field selectors find an object. */
function fieldsOf(resource: Resource, object: KubeObject): Fields {
  const { name, namespace } = object.metadata;
  return {
    'metadata.name': name,
    ...(resource.namespaced ? { 'metadata.namespace': namespace ?? '' } : {}),
    ...resource.strategy.fields?.(object),
  };
}

function checkField(resource: Resource, field: string): void {
  if (field === 'metadata.name') return;
  const { fieldNames } = resource.strategy;
  // A kind without selectors of its own takes both, be it in a namespace or not.
  if (field === 'metadata.namespace' && (resource.namespaced || (!resource.isCustom && fieldNames === undefined)))
    return;
  if (fieldNames?.includes(field) === true) return;
  const why = resource.isCustom
    ? `field label not supported: ${field}`
    : fieldNames === undefined
      ? `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
      : `field label not supported: ${field}`;
  throw badRequest(why);
}
