/**
 * What a plan may know of the world. Every answer is recorded, absences and list queries included, and the runtime plans
 * again when an answer changes.
 *
 * A question that can't be answered leaves the plan by itself, as a `PlanInterruption`: *suspended* while a kind isn't
 * synced, *unavailable* when reading is refused or the CRD is missing. Plans never catch it; lint bans `catch` there.
 */
import type { JsonValue } from '../api/json';
import type { KubeObject, ObjectName } from '../api/object';
import type { ResourceType } from '../api/resource-type';
import type { ErrorCode } from '../errors';

export interface Found<O extends KubeObject = KubeObject> {
  readonly found: true;
  readonly object: O;
}
export interface Absent {
  readonly found: false;
}

/** What plan sees of a Secret: that it is there, which keys it has, and a digest that changes with the data. */
export interface SecretHandle {
  readonly found: true;
  readonly name: string;
  readonly keys: readonly string[];
  readonly hash: string;
}

/** A fact from outside Kubernetes, fetched and aged by an adapter. */
export type Observation =
  | { readonly state: 'Known'; readonly value: JsonValue; readonly observedAt: number }
  | { readonly state: 'Failed'; readonly message: string; readonly code?: ErrorCode };

export interface PlanClock {
  /** True once the instant (milliseconds since the epoch) has passed; until then the plan is woken at it. */
  hasPassed(instant: number): boolean;
}

export interface Lookup {
  get<O extends KubeObject>(type: ResourceType, name: ObjectName): Found<O> | Absent;
  /** Objects with all these labels, ordered by namespace and name. */
  list<O extends KubeObject>(
    type: ResourceType,
    selection: { readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> },
  ): readonly O[];
  secret(name: Required<ObjectName>): SecretHandle | Absent;
  /** Asks an adapter, such as `prometheus`, for a fact named by `query`. */
  observe(source: string, query: JsonValue): Observation;
  readonly clock: PlanClock;
}
