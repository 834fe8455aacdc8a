/**
 * What a definition must be. What an older one was accepted without isn't asked of its updates.
 * @see k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go, v0.34
 */
import type { JsonObject } from '../../api/json';
import { draftOf } from '../draft';
import { canonicalJson } from '../json/json-text';
import { prune } from '../schema/pruning';
import type { SchemaNode } from '../schema/schema-node';
import { schemaNodeOf } from '../schema/structural-schema';
import { caBundleProblem } from './ca-bundle';
import { type ConversionRequirements, knowsReview } from './conversion-rules';
import { type CustomResourceDefinition, isConditionTrue } from './definition';
import { listOf } from './definition-form';
import { hasGranularSet, itemErrors } from './list-type-rules';
import { type SchemaRequirements, TYPES } from './open-api-rules';
import { someSchema, textAt } from './schema-parts';
import { structuralErrors, unreadable } from './structural-rules';

export interface DefinitionRequirements extends SchemaRequirements, ConversionRequirements {
  readonly schema: boolean;
  readonly structural: boolean;
  readonly prunedDefaults: boolean;
  /** Scope and kind can't change any more. */
  readonly immutableNames: boolean;
}

/** What is asked of a new definition. */
export const NEW_DEFINITION: DefinitionRequirements = {
  schema: true,
  structural: true,
  prunedDefaults: true,
  immutableNames: false,
  knownReview: true,
  // It may come later, until the definition is established.
  readableCaBundle: false,
  validTypes: true,
  atomicSets: true,
  mapListKeys: true,
};

/** What is asked of an update. */
export function requirementsAfter(old: CustomResourceDefinition): DefinitionRequirements {
  const schemas = listOf(old.spec.versions).map(({ schema }) => schema?.openAPIV3Schema);
  const some = (isSo: (schema: JsonObject) => boolean): boolean => schemas.some((schema) => someSchema(schema, isSo));
  const reviews = old.spec.conversion?.webhook?.conversionReviewVersions ?? [];
  return {
    schema: schemas.every((schema) => schema !== undefined),
    structural: schemas.every((schema) => schema === undefined || isStructural(schema)),
    prunedDefaults: !schemas.some(
      (schema) => schema !== undefined && isStructural(schema) && hasUnprunedDefault(schema),
    ),
    immutableNames: isConditionTrue(old, 'Established'),
    knownReview: reviews.length === 0 || knowsReview(reviews),
    readableCaBundle:
      isConditionTrue(old, 'Established') &&
      caBundleProblem(old.spec.conversion?.webhook?.clientConfig?.caBundle) === undefined,
    validTypes: !some((schema) => textAt(schema, 'type') !== '' && !TYPES.includes(textAt(schema, 'type'))),
    atomicSets: !some(hasGranularSet),
    mapListKeys: !some((schema) => itemErrors(schema, '').length > 0),
  };
}

function isStructural(schema: JsonObject): boolean {
  return unreadable(schema) === undefined && structuralErrors(schema, '').length === 0;
}

function hasUnprunedDefault(schema: JsonObject): boolean {
  const visit = (node: SchemaNode | undefined): boolean => {
    if (node === undefined) return false;
    if (node.default !== undefined) {
      const pruned = draftOf(node.default);
      prune(pruned, node);
      if (canonicalJson(pruned) !== canonicalJson(node.default)) return true;
    }
    return [...(node.properties?.values() ?? []), node.items, node.additionalProperties].some(visit);
  };
  return visit(schemaNodeOf(schema));
}
