/** Cells of tables, as `kubectl get` prints them. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import type { KubeObject } from '../../api/object';
import type { Column } from '../resources/resource';
import { textAt } from './json-members';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * A duration for people, with two or three significant figures: `90s`, `5m30s`, `4h`, `2d3h`, `1y20d`.
 * Negative by two seconds or more: `<invalid>`.
 * @see k8s.io/apimachinery/pkg/util/duration/duration.go, v0.34
 */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / SECOND);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${String(seconds)}s`;
  const minutes = Math.trunc(milliseconds / MINUTE);
  if (minutes < 10) return joined(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${String(minutes)}m`;
  const hours = Math.trunc(milliseconds / HOUR);
  if (hours < 8) return joined(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${String(hours)}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 24 * 8) return joined(days, 'd', hours % 24, 'h');
  if (days < 365 * 2) return `${String(days)}d`;
  const years = Math.trunc(days / 365);
  return days < 365 * 8 ? joined(years, 'y', days % 365, 'd') : `${String(years)}y`;
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${String(large)}${largeUnit}` : `${String(large)}${largeUnit}${String(small)}${smallUnit}`;
}

/** How long ago a time was; `<unknown>` where there is none. */
export function timeSince(time: JsonValue | undefined, now: Date): string {
  return typeof time === 'string' ? humanDuration(now.getTime() - Date.parse(time)) : '<unknown>';
}

/** The age of an object. */
export function ageOf(object: KubeObject, now: Date): string {
  return timeSince(object.metadata.creationTimestamp, now);
}

/** Labels as `a=1,b=2`, in the order of their keys; `<none>` where there are none. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const entries = Object.entries(labels ?? {});
  if (entries.length === 0) return '<none>';
  return entries
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
}

/** Names and images of containers, each joined by commas. */
export function containerCells(containers: readonly JsonObject[]): { readonly names: string; readonly images: string } {
  const joinedBy = (key: string) => containers.map((container) => textAt(container, key)).join(',');
  return { names: joinedBy('name'), images: joinedBy('image') };
}

type Cell = Column['cell'];

interface ColumnOptions {
  readonly type?: string;
  readonly format?: string;
  readonly isWide?: boolean;
}

/** A column of strings, unless its options say otherwise. */
export function column(name: string, description: string, cell: Cell, options: ColumnOptions = {}): Column {
  const { type = 'string', format = '', isWide = false } = options;
  return { name, type, format, description, priority: isWide ? 1 : 0, cell };
}

const NAME_DESCRIPTION =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';

const AGE_DESCRIPTION =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

/** The first column of nearly every kind. */
export const NAME_COLUMN: Column = column('Name', NAME_DESCRIPTION, nameCell, {
  format: 'name',
});

/** The last narrow column of nearly every kind. */
export const AGE_COLUMN: Column = column('Age', AGE_DESCRIPTION, ageOf);

/** How many members a map of an object has. */
export function memberCount(value: unknown): number {
  return isJsonObject(value) ? Object.keys(value).length : 0;
}

/** The name of an object; empty where it has none, as what a bookmark brings. */
export function nameCell({ metadata }: KubeObject): string {
  const { name = '' } = metadata as Partial<KubeObject['metadata']>;
  return name;
}
