/**
 * What changed about an environment, one line for each thing: what is printed where there is no terminal to draw on.
 */
import type { KubeObject } from '../../api/object';
import { oneLine } from '../one-line';
import { type EnvironmentRow, environmentRow } from './environment-row';
import { stageText } from './stage-times';

/** The lines of a change; none where nothing is different that people look at. */
export function changeLines(before: KubeObject | undefined, after: KubeObject | undefined): readonly string[] {
  const old = before === undefined ? undefined : environmentRow(before);
  if (after === undefined) return old === undefined ? [] : [`${labelOf(old)} gone`];
  const row = environmentRow(after);
  const known = new Set((old?.stages ?? []).map(({ name, at }) => `${name} ${at}`));
  const stages = row.stages
    .filter(({ name, at }) => !known.has(`${name} ${at}`))
    .map((stage) => oneLine(`${labelOf(row)} stage ${stageText(stage, row.stages[0])}`));
  const isSame =
    old?.status === row.status && old.reason === row.reason && old.message === row.message && old.url === row.url;
  return isSame ? stages : [...stages, statusLine(row)];
}

/** `Environment team-a/thesis Pending (TemplateNotFound): …`; the reason only where it says more than the status. */
export function statusLine(row: EnvironmentRow): string {
  const { status, reason, message, url } = row;
  const why = reason === status || row.ready ? '' : ` (${reason})`;
  const where = url === '' ? '' : ` ${url}`;
  return oneLine(`${labelOf(row)} ${status}${why}${where}${row.ready || message === '' ? '' : `: ${message}`}`);
}

function labelOf({ kind, namespace, name }: EnvironmentRow): string {
  return namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
