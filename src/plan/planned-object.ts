/**
 * One object of a rendered tree, with what the runtime must know to apply it. It carries no owner reference and no
 * generated value: the runtime adds them, so that all doors give the same objects.
 */
import type { JsonValue } from '../api/json';
import type { Manifest } from '../api/object';

export interface PlannedObject {
  readonly manifest: Manifest;
  /** `referenceKey`s of objects in the same tree that must be ready first. */
  readonly dependsOn: readonly string[];
  /** All must hold for the object to count as ready; empty: ready once applied. */
  readonly readyWhen: readonly ReadyRule[];
  readonly handling: Handling;
}

/** A claim on a live object's field. A missing field never holds. */
export interface ReadyRule {
  readonly path: readonly string[];
  /** `ObservedGeneration`: the number at `path` is at least `metadata.generation`. */
  readonly operator: 'Equals' | 'AtLeast' | 'ObservedGeneration';
  readonly value?: JsonValue;
}

export interface Handling {
  /** Keep: it holds data; neither prune nor the garbage collector removes it, and it carries no owner reference. */
  readonly prune: 'Delete' | 'Keep';
  /** What happens where a field that can't be changed differs. RecreateOrphaning deletes the object, leaves its dependents and makes it anew. */
  readonly immutable: 'Refuse' | 'RecreateOrphaning';
  /**
   * False: it carries no owner reference, so that the garbage collector leaves it, in whatever way its owner is deleted; it is
   * pruned and torn down in order like everything else.
   */
  readonly collected: boolean;
  /** Take over an object of this name that belongs to nobody. Default, false: `NameConflict`. */
  readonly adopt: boolean;
  /** Values of a Secret that are made once, by key; such a Secret is created, never applied. */
  readonly generate?: Readonly<Record<string, GeneratedValue>>;
}

/** `bytes` random bytes, written as given. */
export interface GeneratedValue {
  readonly bytes: number;
  readonly encoding: 'hex' | 'base64url';
}

export const DEFAULT_HANDLING: Handling = { prune: 'Delete', immutable: 'Refuse', collected: true, adopt: false };
