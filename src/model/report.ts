/**
 * What is seen of an environment, in words that every front end translates to its own status.
 */
import type { ConditionReport } from '../api/condition';

export type Phase = 'Pending' | 'Starting' | 'Ready' | 'Stopping' | 'Stopped' | 'Failed' | 'Deleting';

/** Stages of a start, in the order in which they are reached. */
export const STAGES = ['Admitted', 'VolumesBound', 'Scheduled', 'Initialized', 'Started', 'Ready'] as const;
export type StageName = (typeof STAGES)[number];

export interface Stage {
  readonly name: StageName;
  /** RFC 3339; taken from the objects themselves, so that it doesn't depend on when the controller looked. */
  readonly at: string;
}

export interface EnvironmentReport {
  readonly phase: Phase;
  /** Where a browser opens the environment; absent while it isn't reachable. */
  readonly url?: string;
  readonly conditions: readonly ConditionReport[];
  readonly stages: readonly Stage[];
  /** The first thing that keeps the environment from Ready, and what to do. */
  readonly blockedBy?: { readonly reason: string; readonly message: string };
  /** True where a simulated node made the workload ready. */
  readonly simulated: boolean;
  /** False while better is expected soon. */
  readonly settled: boolean;
}
