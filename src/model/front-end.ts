/**
 * A front end: one API in which environments are asked for. It translates that API's objects to model and layout, and what
 * is seen of the environment back to that API's status. Both are pure.
 */
import type { ConditionReport } from '../api/condition';
import type { JsonObject } from '../api/json';
import type { KubeObject } from '../api/object';
import type { ResourceType } from '../api/resource-type';
import type { Lookup } from '../plan/lookup';
import type { Observed } from '../plan/plan';
import type { AccessRules, EnvironmentModel } from './environment-model';
import type { Layout } from './layout';
import type { EnvironmentReport } from './report';

export type Translation =
  | {
      readonly outcome: 'model';
      readonly model: EnvironmentModel;
      readonly layout: Layout;
      /** Findings that the status function may want again, such as which template was resolved. */
      readonly notes: JsonObject;
    }
  /** The environment can't be described now: nothing is changed, and status says why. */
  | {
      readonly outcome: 'hold';
      readonly reason: HoldReason;
      readonly message: string;
      /** Who gets in, where that is known all the same: it counts at once, for what runs too. Default: as before. */
      readonly rules?: AccessRules;
    };

/** Why an environment can't be described. */
export type HoldReason =
  | 'Invalid'
  | 'TemplateNotFound'
  | 'ReferenceNotFound'
  | 'ReferenceNotPermitted'
  | 'NameTooLong'
  | 'NotSupported';

export interface FrontEnd<O extends KubeObject = KubeObject> {
  readonly type: ResourceType;
  readonly reads: readonly ResourceType[];
  /** Those of `reads` whose absence is an answer like any other: the doors don't ask for them. Default none. */
  readonly mayLack?: readonly ResourceType[];
  /** Further kinds that it may ask for; where they aren't served there is none of them. Default none. */
  readonly readsIfServed?: readonly ResourceType[];
  /** True where its models may hold files: ConfigMaps are applied then, and the controller is granted them. Default false. */
  readonly makesFiles?: boolean;
  translate(object: O, lookup: Lookup): Translation;
  /**
   * The API's own status fields, conditions apart (those are in the report, and a front end may rename them). `observed` is for
   * APIs that mirror objects.
   */
  status(object: O, report: EnvironmentReport, notes: JsonObject, observed?: Observed): JsonObject;
  /** The API's own conditions, made from the report's. Default: the report's as they are. */
  conditions?(object: O, report: EnvironmentReport, notes: JsonObject): readonly ConditionReport[];
}
