/**
 * How a read leaves a plan when it can't be answered. Only the runtime and the doors catch it.
 */
export type InterruptionState = 'Suspended' | 'Unavailable';

export class PlanInterruption extends Error {
  constructor(
    /** Suspended: the answer is on its way. Unavailable: reading is refused, or the kind isn't served. */
    readonly state: InterruptionState,
    message: string,
  ) {
    super(message);
    this.name = 'PlanInterruption';
  }
}
