/**
 * Lists of environments in every form, the same for `get` and `up`.
 */
import type { KubeObject } from '../../api/object';
import { type EnvironmentRow, environmentRow, type StatusWord } from '../environments/environment-row';
import { durationText, stagesText } from '../environments/stage-times';
import type { Output, Tone } from '../output';
import { jsonText, resourceName, yamlText } from './formats';
import { type Column, tableLines } from './table';

/** Forms of a list of environments, the default first. */
export const LIST_FORMS = ['table', 'wide', 'json', 'yaml', 'name'] as const;
export type ListForm = (typeof LIST_FORMS)[number];

export interface ListSettings {
  readonly form: ListForm;
  /** Milliseconds since the epoch, for ages. */
  readonly now: number;
  readonly output: Pick<Output, 'columns' | 'toned'>;
}

/** The text of a list. */
export function environmentListText(objects: readonly KubeObject[], { form, now, output }: ListSettings): string {
  const rows = objects.map(environmentRow);
  switch (form) {
    case 'json':
      return jsonText(environmentList(rows));
    case 'yaml':
      return yamlText(environmentList(rows));
    case 'name':
      return rows.map((row) => `${resourceName(row)}\n`).join('');
    case 'table':
    case 'wide': {
      const aged = objects.map((object) => ({ ...environmentRow(object), age: ageOf(object, now) }));
      const lines = tableLines(aged, columnsOf(form, output), form === 'table' ? { width: output.columns } : {});
      return `${lines.join('\n')}\n`;
    }
  }
}

/** The list as programs read it; the version is that of this shape. */
function environmentList(rows: readonly EnvironmentRow[]): object {
  return { apiVersion: 'cli.adrasteia.dev/v1', kind: 'EnvironmentList', items: rows };
}

interface AgedRow extends EnvironmentRow {
  readonly age: string;
}

const TONES: Readonly<Record<StatusWord, Tone>> = {
  Ready: 'good',
  'Ready (simulated)': 'good',
  Unreachable: 'bad',
  Pending: 'busy',
  Starting: 'busy',
  Stopping: 'busy',
  Stopped: 'plain',
  Failed: 'bad',
  Deleting: 'busy',
};

/** Reason and message last: they are the longest, and the first to be cut where a terminal is narrow. */
function columnsOf(form: 'table' | 'wide', output: Pick<Output, 'toned'>): readonly Column<AgedRow>[] {
  const why: Column<AgedRow>[] = [
    { title: 'REASON', cell: ({ reason }) => reason },
    { title: 'MESSAGE', cell: ({ ready, message }) => (form === 'table' && ready ? '' : message) },
  ];
  return [
    { title: 'KIND', cell: ({ kind }) => kind },
    { title: 'NAMESPACE', cell: ({ namespace }) => namespace },
    { title: 'NAME', cell: ({ name }) => name },
    { title: 'STATUS', cell: ({ status }) => status, paint: (cell, { status }) => output.toned(cell, TONES[status]) },
    { title: 'AGE', cell: ({ age }) => age },
    { title: 'URL', cell: ({ url }) => (url === '' ? '-' : url) },
    ...(form === 'wide'
      ? [{ title: 'STAGES', cell: ({ stages }: AgedRow) => (stages.length === 0 ? '-' : stagesText(stages)) }]
      : []),
    ...why,
  ];
}

function ageOf({ metadata }: KubeObject, now: number): string {
  return metadata.creationTimestamp === undefined ? '-' : durationText(now - Date.parse(metadata.creationTimestamp));
}
