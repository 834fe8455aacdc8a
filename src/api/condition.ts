/**
 * Conditions, as `metav1.Condition` has them.
 *
 * Plans say type, status, reason and message; the runtime stamps `lastTransitionTime` and `observedGeneration`,
 * so that a plan needs no clock and a repeat of the same finding writes nothing.
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
 */
export interface ConditionReport {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** CamelCase, from a closed set. */
  readonly reason: string;
  /** Steady text: no times, no counters. */
  readonly message: string;
}

export interface Condition extends ConditionReport {
  readonly observedGeneration?: number;
  readonly lastTransitionTime: string;
}

/**
 * The reports as conditions: a transition time is kept while `status` stays, and is `now` (RFC 3339) where it changes.
 * Order is that of the reports; earlier conditions that are no longer reported are dropped.
 */
export function stampConditions(
  reports: readonly ConditionReport[],
  previous: readonly Condition[],
  generation: number | undefined,
  now: string,
): Condition[] {
  return reports.map((report) => {
    const before = previous.find((condition) => condition.type === report.type);
    return {
      type: report.type,
      status: report.status,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      lastTransitionTime: before?.status === report.status ? before.lastTransitionTime : now,
      reason: report.reason,
      message: report.message,
    };
  });
}
