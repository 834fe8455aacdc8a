/**
 * What is seen of an environment, in the status of a Kode. Phases are those of the last release of v1alpha1.
 */
import type { ConditionReport } from '../../api/condition';
import type { JsonObject } from '../../api/json';
import type { EnvironmentReport, Phase } from '../../model/report';
import { GATEWAY_ANNOTATION } from './entry';
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
export function kodeStatus(kode: KodeObject, report: EnvironmentReport, notes: JsonObject): JsonObject {
  const { phase, blockedBy, stages, url } = report;
  const lastError = blockedBy?.message ?? entryRefused(notes) ?? untakenRoute(report, notes);
  return {
    phase: PHASES[phase],
    ...(url === undefined ? {} : { kodeUrl: url }),
    ...(kode.metadata.generation === undefined ? {} : { observedGeneration: kode.metadata.generation }),
    ...(lastError === undefined ? {} : { lastError }),
    ...(stages.length === 0 ? {} : { stages: stages.map(({ name, at }) => ({ name, at })) }),
  };
}

/** Why there is no entry where one is asked for. */
function entryRefused({ entryRefused: message }: JsonObject): string | undefined {
  return typeof message === 'string' ? message : undefined;
}

/** What to do about a route that no Gateway has taken, by the words of who asked for it. */
function untakenRoute({ conditions }: EnvironmentReport, { gatewayAskedBy }: JsonObject): string | undefined {
  const untaken = conditions.find(({ type, reason }) => type === 'Reachable' && reason === 'RouteNotAccepted');
  return untaken === undefined || typeof gatewayAskedBy !== 'string'
    ? undefined
    : `${untaken.message} by the annotation ${GATEWAY_ANNOTATION} (${gatewayAskedBy})`;
}

/**
 * The conditions of a Kode: the report's, then Available and Progressing as clients of later releases know them, then
 * SpecHonoured where something that was asked for has no effect yet. Where an entry is asked for and there is none, Reachable
 * says why.
 */
export function kodeConditions(report: EnvironmentReport, notes: JsonObject): readonly ConditionReport[] {
  const { phase } = report;
  const withoutEffect = Array.isArray(notes['withoutEffect']) ? (notes['withoutEffect'] as readonly string[]) : [];
  const refused = entryRefused(notes);
  return [
    ...(refused === undefined
      ? report.conditions
      : report.conditions.map((condition) => withoutEntry(condition, refused))),
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

/** Reachable, of a Kode that is reached inside the cluster and was to be reached from outside; any other condition as it is. */
function withoutEntry(condition: ConditionReport, message: string): ConditionReport {
  return condition.type === 'Reachable' && condition.status === 'True'
    ? { type: 'Reachable', status: 'False', reason: 'NoEntry', message }
    : condition;
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
