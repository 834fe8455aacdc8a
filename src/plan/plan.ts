/**
 * What a plan answers: objects to apply, a hold, or the steps of a teardown.
 *
 * `Tree` is a construct tree where plans are made, and a `RenderedTree` once `synth` has turned it into objects; the runtime
 * sees only the latter.
 */
import type { ConditionReport } from '../api/condition';
import type { JsonObject, JsonValue } from '../api/json';
import type { KubeObject, Manifest, ObjectReference } from '../api/object';
import type { ResourceType } from '../api/resource-type';
import type { Observation } from './lookup';
import type { PlannedObject } from './planned-object';

/** Objects to be there. The only answer that may prune. */
export interface Apply<Tree> {
  readonly outcome: 'apply';
  readonly tree: Tree;
  readonly status: StatusOf;
  /** External things that must exist; level-triggered. */
  readonly ensure?: readonly Ensure[];
  /** One-shots, entered in a ledger before they are done. */
  readonly once?: readonly Once[];
  /** Labels of the object itself, where clients of its API select by them; null: none of that name. The planner must finalize. */
  readonly labels?: Readonly<Record<string, string | null>>;
  /** True: a finalizer holds the object until a teardown has run. Default false: the garbage collector is enough. */
  readonly finalize?: boolean;
  /** A change of an object that many plans share. The doors don't make it. */
  readonly swap?: StatusSwap;
}

/**
 * The status of an object that many plans share, such as an allocator: written only while the object is as it was read
 * (compare-and-swap). Whoever has read it is planned again by the answer; where somebody was quicker, by theirs.
 */
export interface StatusSwap {
  /** A kind that is served with the planner's own; the right to write its status comes with it. */
  readonly type: ResourceType;
  /** As it was read. */
  readonly object: KubeObject;
  readonly status: JsonObject;
  /** Before: nothing is applied until the object, as it is then, has been planned from. After: once everything is applied and ready. */
  readonly when: 'Before' | 'After';
}

/** Nothing is applied, but for `updates`, and nothing is pruned; what runs goes on running. */
export interface Hold {
  readonly outcome: 'hold';
  /** CamelCase, from a closed set. */
  readonly reason: string;
  /** The reason in words, for who asks before there is a status. */
  readonly message?: string;
  /** Objects of its own that are there, and mustn't wait: what they say of who gets in. Of kinds in `applies`. Default none. */
  readonly updates?: readonly Manifest[];
  readonly status: StatusOf;
}

/** The object is being deleted: steps in order, the next one only when all of the one before is gone. */
export interface Teardown {
  readonly outcome: 'teardown';
  readonly steps: readonly TeardownStep[];
  /**
   * External things to be taken back: asked for at once, so that nobody uses them while the rest goes, and what the last step
   * waits for. They are named here because a deletion in the foreground may take the inventory first. Default none.
   */
  readonly release?: readonly Ensure[];
  readonly status: StatusOf;
}

export interface TeardownStep {
  /** Kinds, as `kindKey` writes them; every object of the inventory with this kind is deleted in this step. */
  readonly kinds: readonly string[];
  /** Also those that are otherwise kept, because they hold data. Default false. */
  readonly includingKept?: boolean;
  /**
   * Also those kept objects that carry this annotation with this value when their turn comes; default none. Read from the live
   * object, so that it is still known when what the tree was planned from is gone. A runtime that doesn't know this field
   * keeps them.
   */
  readonly keptWithAnnotation?: { readonly name: string; readonly value: string };
}

/** A tree once rendered. The digest is known without rendering; the objects are rendered when they are asked for. */
export interface RenderedTree {
  /** Digest of everything the tree is made from. */
  readonly digest: string;
  /** In an order that respects `dependsOn`. */
  objects(): readonly PlannedObject[];
}

export type Plan<Tree> = Apply<Tree> | Hold | Teardown;

/** An external thing: `system` names the adapter, `key` the thing, `spec` how it is to be. */
export interface Ensure {
  readonly system: string;
  readonly key: string;
  readonly spec: JsonValue;
  /**
   * True: it is left as it is when it is no longer asked for, and only a teardown that names it takes it back. The inventory
   * doesn't list it. Default false.
   */
  readonly keep?: boolean;
  /** It is made once that is there, and anew where that is another one. */
  readonly after?: After;
}

/** An ensured thing of the same system that another thing, or a one-shot, belongs to: that waits until this is known to be there. */
export interface After {
  readonly key: string;
  /** A member of the thing's state, such as an id, that tells one thing from the next of that name. Default: they are the same. */
  readonly each?: string;
}

/** A one-shot, done at most once for each key. */
export interface Once {
  readonly system: string;
  readonly key: string;
  readonly action: JsonValue;
  /** It waits outside the ledger, and is done once for each one. */
  readonly after?: After;
}

/** The status that an object should show, computed apart from the tree: a child's event doesn't render again. */
export type StatusOf = (observed: Observed) => StatusReport;

export interface StatusReport {
  /** Every status field that the kind's planner owns, conditions apart; a member that is absent is removed. */
  readonly fields: JsonObject;
  readonly conditions: readonly ConditionReport[];
  /** False while better is expected soon: such a status is written after a short pause, so that stages coalesce. */
  readonly settled: boolean;
  /** What happened since the status before, for Events; `type` as the API has it. */
  readonly happened?: readonly Happening[];
}

export interface Happening {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** What status may look at. */
export interface Observed {
  /** The child as it is, or undefined while it isn't there. Only metadata and status are kept. */
  child(reference: ObjectReference): ObservedObject | undefined;
  /** Objects of a kind whose chain of controllers leads to this object, such as Pods below a StatefulSet. */
  descendants(type: ResourceType): readonly ObservedObject[];
  /** Why a child isn't as planned, by `referenceKey`: refused, waiting for a gate, a name conflict. */
  readonly refusals: ReadonlyMap<string, Refusal>;
  /**
   * By `system/key`: the state of what is ensured; in a teardown, whether it was taken back; and, only as a failure, of
   * one-shots that are due and not done.
   */
  readonly ensured: ReadonlyMap<string, Observation>;
  /** The status that the object has now. */
  readonly previous: JsonObject;
}

export interface Refusal {
  readonly reason: 'NameConflict' | 'Refused' | 'Immutable' | 'Waiting' | 'QuotaExceeded';
  readonly message: string;
}

/** An object without what nobody looks at: spec is there only where the kind's projection keeps it. */
export type ObservedObject = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata' | 'status'>;
