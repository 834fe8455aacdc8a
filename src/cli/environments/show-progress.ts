/**
 * Live progress of environments: a table that is redrawn where stdout is a terminal, one line per change where it isn't, and one
 * JSON object per change where a program reads it.
 */
import type { KubeObject } from '../../api/object';
import type { Clock } from '../../ports/clock';
import type { Output } from '../output';
import { environmentListText, type ListForm } from '../print/environment-list';
import { LiveText } from '../print/live-text';
import { changeLines, statusLine } from './change-lines';
import { environmentRow } from './environment-row';
import { stagesText } from './stage-times';

export interface Progress {
  /** Everything, as it is at the start. */
  begin(objects: readonly KubeObject[]): void;
  /** One change; `objects` is everything as it is now. */
  changed(before: KubeObject | undefined, after: KubeObject | undefined, objects: readonly KubeObject[]): void;
}

export interface ProgressSettings {
  readonly output: Output;
  readonly form: ListForm;
  readonly clock: Pick<Clock, 'now'>;
}

/** The progress that suits the output. */
export function progressOn({ output, form, clock }: ProgressSettings): Progress {
  if (form === 'json' || form === 'yaml' || form === 'name') return jsonProgress(output);
  return output.isLive ? liveProgress(output, form, clock) : lineProgress(output);
}

function lineProgress(output: Output): Progress {
  return {
    begin: (objects) => {
      for (const object of objects) {
        const row = environmentRow(object);
        // Of a start that is under way, what it has behind it is news too.
        for (const line of row.ready ? [statusLine(row)] : changeLines(undefined, object)) output.print(line);
      }
    },
    changed: (before, after) => {
      for (const line of changeLines(before, after)) output.print(line);
    },
  };
}

function jsonProgress(output: Output): Progress {
  const print = (type: 'present' | 'changed' | 'gone', object: KubeObject | undefined): void => {
    if (object !== undefined) output.print(JSON.stringify({ type, environment: environmentRow(object) }));
  };
  return {
    begin: (objects) => {
      for (const object of objects) print('present', object);
    },
    changed: (before, after) => {
      if (after === undefined) print('gone', before);
      else if (changeLines(before, after).length > 0) print('changed', after);
    },
  };
}

function liveProgress(output: Output, form: 'table' | 'wide', clock: Pick<Clock, 'now'>): Progress {
  const live = new LiveText(output);
  const draw = (objects: readonly KubeObject[]): void => {
    const stages = objects
      .map(environmentRow)
      .filter((row) => !row.ready && row.stages.length > 0)
      .map((row) => `${row.namespace}/${row.name}: ${stagesText(row.stages)}`);
    live.show(
      `${environmentListText(objects, { form, now: clock.now(), output })}${stages.map((line) => `${line.slice(0, output.columns - 1)}\n`).join('')}`,
    );
  };
  return { begin: draw, changed: (_before, _after, objects) => draw(objects) };
}
