/**
 * What the runtime counts. Names and labels at the other end are controller-runtime's, so that existing dashboards work;
 * none carries an object's name.
 */
export type ReconcileResult = 'success' | 'error' | 'requeue' | 'requeue_after';

export interface RuntimeMetrics {
  reconciled(controller: string, result: ReconcileResult, seconds: number): void;
  activeWorkers(controller: string, count: number): void;
  queueDepth(depth: number): void;
  queueAdded(): void;
  queueWaited(seconds: number): void;
  queueRetried(): void;
  rendered(controller: string, seconds: number): void;
  written(kind: string, verb: string): void;
  leading(isLeader: boolean): void;
}

/** Counts nothing. */
export const NO_METRICS: RuntimeMetrics = {
  reconciled: () => undefined,
  activeWorkers: () => undefined,
  queueDepth: () => undefined,
  queueAdded: () => undefined,
  queueWaited: () => undefined,
  queueRetried: () => undefined,
  rendered: () => undefined,
  written: () => undefined,
  leading: () => undefined,
};
