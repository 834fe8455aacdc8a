import type { JsonObject } from '../../api/json';

/** What the documents tell of a custom resource: its accepted names and its served versions. */
export interface CrdFacts {
  readonly group: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly versions: readonly CrdVersionFacts[];
}

export interface CrdVersionFacts {
  readonly name: string;
  /** `openAPIV3Schema` as the CRD has it. */
  readonly schema: JsonObject;
  readonly hasStatus: boolean;
  readonly hasScale: boolean;
  /** `.spec.colour` */
  readonly selectableFields: readonly string[];
}
