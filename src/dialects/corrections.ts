/**
 * Corrections: what a dialect puts right in files written for its API before they are sent, and says so.
 */
import type { Manifest } from '../api/object';

/** One thing that was put right. */
export interface Correction {
  /** Path of the field, as kubectl writes paths. */
  readonly path: string;
  /** What was written instead, and why. */
  readonly message: string;
}

/** A manifest after correction; the same object where nothing was wrong. */
export interface Corrected {
  readonly manifest: Manifest;
  readonly corrections: readonly Correction[];
}

/**
 * Corrects one manifest. `others` are objects that it may refer to: those of the same input, and of the cluster where one is
 * at hand. Pure; a second pass changes nothing.
 */
export type CorrectManifest = (manifest: Manifest, others: readonly Manifest[]) => Corrected;
