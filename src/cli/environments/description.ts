/** The text of `adra describe`. */
import { isJsonObject } from '../../api/json';
import { describeObject, type KubeObject } from '../../api/object';
import { type Column, tableLines } from '../print/table';
import { textAt } from '../text-at';
import type { Child } from './children';
import { conditionsOf } from './condition';
import { environmentRow } from './environment-row';
import type { EventRow } from './events';
import { durationText, stagesText } from './stage-times';

export interface Sight {
  readonly children: readonly Child[];
  readonly events: readonly EventRow[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** An object explained: facts, conditions, objects and events, each part only where there is something to say. */
export function description(object: KubeObject, { children, events, now }: Sight): string {
  return [
    describeObject(object),
    ...facts(object),
    ...section('Conditions', conditionsOf(object), [
      { title: 'TYPE', cell: ({ type }) => type },
      { title: 'STATUS', cell: ({ status }) => status },
      { title: 'SINCE', cell: ({ lastTransitionTime }) => sinceText(lastTransitionTime, now) },
      { title: 'REASON', cell: ({ reason }) => reason },
      { title: 'MESSAGE', cell: ({ message }) => message },
    ]),
    ...section('Objects', children, [
      { title: 'KIND', cell: ({ reference }) => reference.kind },
      { title: 'NAME', cell: ({ reference }) => reference.name },
      { title: 'STATE', cell: ({ state }) => state },
    ]),
    ...section('Events', events, [
      { title: 'AGE', cell: ({ at }) => sinceText(at, now) },
      { title: 'TYPE', cell: ({ type }) => type },
      { title: 'REASON', cell: ({ reason }) => reason },
      { title: 'OBJECT', cell: ({ about }) => about },
      { title: 'MESSAGE', cell: ({ message }) => message },
    ]),
    '',
  ].join('\n');
}

function facts(object: KubeObject): readonly string[] {
  const row = environmentRow(object);
  const status = isJsonObject(object.status) ? object.status : {};
  const blocked = isJsonObject(status['blockedBy']) ? status['blockedBy'] : undefined;
  const entries: readonly (readonly [string, string])[] = [
    ['Status', row.status],
    ['Phase', typeof status['phase'] === 'string' ? status['phase'] : ''],
    ['URL', row.url],
    ['Reason', row.reason],
    ['Message', row.message],
    ['Blocked by', blocked === undefined ? '' : `${textAt(blocked, ['reason'])}: ${textAt(blocked, ['message'])}`],
    ['Stages', stagesText(row.stages)],
  ];
  const width = Math.max(...entries.map(([name]) => name.length)) + 1;
  return entries.filter(([, value]) => value !== '').map(([name, value]) => `  ${`${name}:`.padEnd(width)} ${value}`);
}

function section<Row>(title: string, rows: readonly Row[], columns: readonly Column<Row>[]): readonly string[] {
  return rows.length === 0 ? [] : ['', `${title}:`, ...tableLines(rows, columns).map((line) => `  ${line}`)];
}

function sinceText(time: string, now: number): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? '-' : durationText(now - at);
}
