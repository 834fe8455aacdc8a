/** What each built-in resource does beyond its schema, found by its group and name. */
import type { KubeObject } from '../api/object';
import type { BuiltinBehaviour } from './builtin-resource';
import { definitionStrategy } from './custom-resources/definition-strategy';
import type { ValidationRules } from './custom-resources/validation-rules';
import {
  convertHorizontalPodAutoscaler,
  customResourceDefinitionColumns,
  eventFromCore,
  eventToCore,
  type KindFactsLookup,
} from './kinds';
import { coreKinds } from './kinds/core';

/** The behaviour of a resource; undefined for one that is stored and given back as it comes. */
export type BehaviourLookup = (group: string, resource: string) => BuiltinBehaviour | undefined;

/** `kinds` tells of all groups but the core one and that of definitions, whose CEL rules `rules` knows. */
export function behaviourOf(kinds: KindFactsLookup, rules: ValidationRules): BehaviourLookup {
  return (group, resource) => {
    if (group === '') return coreKinds[resource];
    if (group === 'apiextensions.k8s.io')
      return { strategy: definitionStrategy(rules), columns: customResourceDefinitionColumns };
    const facts = kinds(group, resource);
    if (facts === undefined) return undefined;
    if (group === 'autoscaling') return { ...facts, convert: convertHorizontalPodAutoscaler };
    if (resource === 'flowschemas') return { ...facts, tableOrder: byPrecedence };
    if (group !== 'events.k8s.io') return facts;
    return {
      ...facts,
      convert: (object) => eventFromCore(object),
      storedAs: { group: '', resource: 'events', apiVersion: 'v1', toStored: eventToCore },
    };
  };
}

/** Flow schemas stand in the order in which they are tried. */
function byPrecedence(a: KubeObject, b: KubeObject): number {
  const precedence = ({ spec }: KubeObject): number =>
    (spec as { readonly matchingPrecedence?: number }).matchingPrecedence ?? 0;
  return precedence(a) - precedence(b) || (a.metadata.name < b.metadata.name ? -1 : 1);
}
