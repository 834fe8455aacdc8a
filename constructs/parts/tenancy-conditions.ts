/**
 * The condition of tenants and workspaces and its reasons, in one table: what status may say, and what its readers can rely on.
 */
import type { ConditionReport } from '../../src/api/condition';
import type { TenancyHoldReason } from '../../src/model/tenancy-front-end';
import type { Refusal } from '../../src/plan/plan';

const REFUSALS: Readonly<Record<Refusal['reason'], string>> = {
  NameConflict: 'An object that it needs is there and belongs to somebody else.',
  QuotaExceeded: 'A quota leaves no room.',
  Refused: 'The Kubernetes API refuses an object.',
  Immutable: "A field that can't be changed differs.",
  Waiting: 'Something has to be there first.',
};

const HOLDS: Readonly<Record<TenancyHoldReason, string>> = {
  Invalid: "The description can't be carried out as it is.",
  NameTooLong: 'A name leaves no room for the names made from it.',
};

/** Every condition of tenants and workspaces and every reason it can have, with what it means; there are no others. */
export const TENANCY_CONDITION_REASONS = {
  /** Everything is there. */
  Ready: {
    Ready: 'Everything is as planned.',
    Asleep: 'Nobody has logged in for long: the namespace is removed until the next log-in. No data was in it.',
    VolumesLeft: 'It is to be deleted, and volumes in its namespaces keep it.',
    Deleting: 'It is being deleted.',
    ...REFUSALS,
    ...HOLDS,
  },
} as const;

/** The reasons that the condition Ready can have. */
export type TenancyReason = keyof (typeof TENANCY_CONDITION_REASONS)['Ready'];

/** The condition Ready with a reason from the table. */
export function tenancyReady(
  status: ConditionReport['status'],
  reason: TenancyReason,
  message: string,
): ConditionReport {
  return { type: 'Ready', status, reason, message };
}
