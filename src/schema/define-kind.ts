/**
 * What every kind gets from its schema, to be spread into the kind's own declaration.
 */
import type { Manifest } from '../api/object';
import type { ResourceType } from '../api/resource-type';
import { crdOf, hasStatusSubresource } from './crd';
import type { KindSchema } from './kind-schema';
import { type Validator, validatorOf } from './validator';

/** The part of a kind that follows from its schema. */
export interface DefinedKind {
  readonly type: ResourceType;
  readonly statusSubresource: boolean;
  crd(): Manifest;
  readonly validate: Validator;
}

/** A kind without a planner: `{ ...defineKind(SCHEMA), planner }` is a whole one. CRD and validator are made at first use. */
export function defineKind(schema: KindSchema): DefinedKind {
  return {
    type: schema.type,
    statusSubresource: hasStatusSubresource(schema),
    crd: () => crdOf(schema),
    validate: validatorOf(schema),
  };
}
