/** Conditions in the status of a definition. */
import type { DefinitionCondition, DefinitionStatus } from './definition';

/** The conditions with one set: its transition time stays while its status does. Others keep their places. */
export function withCondition(
  conditions: DefinitionStatus['conditions'],
  condition: DefinitionCondition,
  now: Date,
): DefinitionCondition[] {
  const before = (conditions ?? []).find(({ type }) => type === condition.type);
  const isSame = before?.status === condition.status && before.lastTransitionTime !== undefined;
  const { type, status, reason, message } = condition;
  const next: DefinitionCondition = {
    type,
    status,
    lastTransitionTime: isSame ? before.lastTransitionTime : `${now.toISOString().slice(0, 19)}Z`,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
  if (before === undefined) return [...(conditions ?? []), next];
  return (conditions ?? []).map((other) => (other === before ? next : other));
}

/** True where two conditions say the same, whenever they were told. */
export function isSameCondition(a: DefinitionCondition | undefined, b: DefinitionCondition | undefined): boolean {
  return a?.type === b?.type && a?.status === b?.status && a?.reason === b?.reason && a?.message === b?.message;
}
