/** Stages of a start with the time since its first one. */
import type { Stage } from '../../model/report';

/** A stage as people read it: `Scheduled +1.2s`. */
export function stageText(stage: Stage, first: Stage | undefined): string {
  const elapsed = Date.parse(stage.at) - Date.parse(first?.at ?? stage.at);
  return `${stage.name} +${durationText(elapsed)}`;
}

/** All stages in one line; empty where there are none. */
export function stagesText(stages: readonly Stage[]): string {
  return stages.map((stage) => stageText(stage, stages[0])).join(', ');
}

/** A span in two units at most: `850ms`, `12s`, `3m20s`, `2h5m`, `4d3h`; `0s` for what isn't positive. */
export function durationText(milliseconds: number): string {
  if (!(milliseconds > 0)) return '0s';
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`;
  const seconds = Math.floor(milliseconds / 1000);
  const units = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'm'],
    [1, 's'],
  ] as const;
  const first = units.findIndex(([size]) => seconds >= size);
  const [size, letter] = units[first] ?? [1, 's'];
  const [smaller, smallerLetter] = units[first + 1] ?? [seconds + 1, ''];
  const rest = Math.floor((seconds % size) / smaller);
  return `${Math.floor(seconds / size)}${letter}${rest === 0 ? '' : `${rest}${smallerLetter}`}`;
}
