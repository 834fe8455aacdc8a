/**
 * A front end of tenancy: one API in which tenants or workspaces are asked for. As with environments it translates both ways,
 * and makes no objects.
 */
import type { ConditionReport } from '../api/condition';
import type { JsonObject } from '../api/json';
import type { KubeObject } from '../api/object';
import type { ResourceType } from '../api/resource-type';
import type { OwnObjectVerb, ShippedRole } from '../plan/kind';
import type { Lookup } from '../plan/lookup';
import type { Observed } from '../plan/plan';
import type { IdentityReport, IdentityTraces } from './identity-model';

/** Why a tenant or a workspace can't be described: nothing is changed then. */
export type TenancyHoldReason = 'Invalid' | 'NameTooLong';

export type TenancyTranslation<Model> =
  | {
      readonly outcome: 'model';
      readonly model: Model;
      /** Findings that the status function wants again. */
      readonly notes: JsonObject;
      /** Labels of the object itself, see `Apply`. */
      readonly labels?: Readonly<Record<string, string | null>>;
    }
  | { readonly outcome: 'hold'; readonly reason: TenancyHoldReason; readonly message: string };

/** What is seen of a tenant or a workspace. */
export interface TenancyReport {
  readonly conditions: readonly ConditionReport[];
  /** Names of the namespaces that are there. */
  readonly namespaces: readonly string[];
  /** Phase of the personal claim; absent where none is asked for, `Absent` where it isn't there yet. */
  readonly personalStorage?: string;
  /** What is seen of it at the identity provider; absent where nobody's accounts are managed. */
  readonly identity?: IdentityReport;
}

export interface TenancyFrontEnd<Model, O extends KubeObject = KubeObject> {
  readonly type: ResourceType;
  /** ClusterRoles that its models bind; the platform ships them. */
  readonly roles: readonly ShippedRole[];
  /** Verbs on the object itself that its models give to others. */
  readonly ownObjectVerbs: readonly OwnObjectVerb[];
  readonly reads: readonly ResourceType[];
  /** Those of `reads` whose absence is an answer like any other. */
  readonly mayLack: readonly ResourceType[];
  /** Every namespace that an object of this name may have made: whose volumes are in the way of its deletion. */
  namespaces(name: string): readonly string[];
  /** What an object of this name may have at the identity provider. */
  identity(name: string): IdentityTraces;
  translate(object: O, lookup: Lookup): TenancyTranslation<Model>;
  /** The API's own status fields, conditions apart. */
  status(object: O, report: TenancyReport, notes: JsonObject, observed: Observed): JsonObject;
}
