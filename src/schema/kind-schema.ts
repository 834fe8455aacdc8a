/**
 * The one source of a kind. From it come the TypeScript type, the structural CRD, the validation and the reference page.
 *
 * Schemas are TypeBox: JSON Schema that is also the type. `description` becomes `kubectl explain`, `default` is filled in by
 * the API server and by validation alike, and keywords `x-kubernetes-*` pass through.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
import type { TObject, TSchema } from '@sinclair/typebox';
import type { Manifest } from '../api/object';
import type { ResourceType } from '../api/resource-type';

export interface KindSchema {
  readonly type: ResourceType;
  /** One sentence: what an object of this kind is. */
  readonly description: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly spec: TObject;
  /** Absent: the kind has no status. */
  readonly status?: TSchema;
  /** Default true. False: status is written with the object, as some foreign CRDs have it. */
  readonly statusSubresource?: boolean;
  /** Default true: `spec` is required. */
  readonly specRequired?: boolean;
  readonly columns?: readonly PrinterColumn[];
  /** Rules that the schema can't say, on the whole object. */
  readonly rules?: readonly Rule[];
}

export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly jsonPath: string;
  readonly description?: string;
  /** 0 is always shown; more only with `-o wide`. */
  readonly priority?: number;
}

/**
 * A rule said twice, in CEL for the API server and in TypeScript for the doors; a test on a real API server holds the two
 * together.
 */
export interface Rule {
  /** CEL over `self`, the whole object (of metadata only `name`), and `oldSelf` where it is a transition rule. */
  readonly cel: string;
  /** What is wrong and what to do. */
  readonly message: string;
  /** Path of the field to blame: `spec.templateRef`. */
  readonly path: string;
  /** True where the object is right. `previous` is the object before, where there is one; a transition rule holds without it. */
  readonly holds: (object: Manifest, previous?: Manifest) => boolean;
}
