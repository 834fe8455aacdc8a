/**
 * What is seen of an environment, in the status of a Kode. Phases are those of the last release of v1alpha1.
 */
import type { ConditionReport } from '../../api/condition';
import type { JsonObject } from '../../api/json';
import type { EnvironmentReport, Phase } from '../../model/report';
import type { KodeObject } from './kode';

const PHASES: Readonly<Record<Phase, string>> = {
  Pending: 'Pending',
  Starting: 'Creating',
  Ready: 'Active',
  // No release acted on inactivity; clients know the word for an environment that keeps its volume and doesn't run.
  Stopping: 'Inactive',
  Stopped: 'Inactive',
  Failed: 'Failed',
  Deleting: 'Recycling',
};

/** The status of a Kode, conditions apart. */
export function kodeStatus(kode: KodeObject, report: EnvironmentReport): JsonObject {
  const { phase, url, blockedBy, stages } = report;
  return {
    phase: PHASES[phase],
    ...(url === undefined ? {} : { kodeUrl: url }),
    ...(kode.metadata.generation === undefined ? {} : { observedGeneration: kode.metadata.generation }),
    ...(blockedBy === undefined ? {} : { lastError: blockedBy.message }),
    ...(stages.length === 0 ? {} : { stages: stages.map(({ name, at }) => ({ name, at })) }),
  };
}

/**
 * The conditions of a Kode: the report's, then Available and Progressing as clients of later releases know them, then
 * SpecHonoured where something that was asked for has no effect yet.
 */
export function kodeConditions(report: EnvironmentReport, notes: JsonObject): readonly ConditionReport[] {
  const { phase } = report;
  const withoutEffect = Array.isArray(notes['withoutEffect']) ? (notes['withoutEffect'] as readonly string[]) : [];
  return [
    ...report.conditions,
    phase === 'Ready'
      ? { type: 'Available', status: 'True', reason: 'Running', message: 'The environment runs.' }
      : {
          type: 'Available',
          status: 'False',
          reason: 'NotRunning',
          message: 'The environment does not run; the condition Ready says why.',
        },
    progressing(report),
    ...(withoutEffect.length === 0
      ? []
      : [
          {
            type: 'SpecHonoured',
            status: 'False',
            reason: 'NotSupported',
            message: `These fields have no effect yet: ${withoutEffect.join(', ')}.`,
          } as const,
        ]),
  ];
}

function progressing({ phase, blockedBy }: EnvironmentReport): ConditionReport {
  const type = 'Progressing';
  if (blockedBy !== undefined) {
    return { type, status: 'False', reason: 'Blocked', message: 'Something is in the way; lastError says what.' };
  }
  const isSettled = phase === 'Ready' || phase === 'Stopped' || phase === 'Failed';
  return isSettled
    ? { type, status: 'False', reason: 'Settled', message: 'Nothing is left to do.' }
    : { type, status: 'True', reason: 'Changing', message: 'The environment is being brought to what was asked for.' };
}
