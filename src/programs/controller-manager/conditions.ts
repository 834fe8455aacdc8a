/** Conditions of workloads: a list of their own order, in which a condition that changes goes to the end. */

export interface WorkloadCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
}

type Conditions<C extends WorkloadCondition> = readonly C[] | undefined;

export function findCondition<C extends WorkloadCondition>(conditions: Conditions<C>, type: string): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/**
 * The conditions with this one. Where status and reason are as they were, nothing changes; where only the status is, the
 * transition time is kept.
 */
export function withCondition<C extends WorkloadCondition>(conditions: Conditions<C>, condition: C): readonly C[] {
  const before = findCondition(conditions, condition.type);
  if (before?.status === condition.status && before.reason === condition.reason) {
    return conditions ?? [];
  }
  const kept = before?.status === condition.status ? { lastTransitionTime: before.lastTransitionTime } : {};
  return [...withoutCondition(conditions, condition.type), { ...condition, ...kept }];
}

export function withoutCondition<C extends WorkloadCondition>(conditions: Conditions<C>, type: string): readonly C[] {
  return conditions?.filter((condition) => condition.type !== type) ?? [];
}
