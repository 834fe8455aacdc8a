/**
 * `metadata.managedFields`: what each manager owns, read from an object and written back.
 * @see k8s.io/apimachinery/pkg/util/managedfields/internal/managedfields.go, v0.34
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import { type Draft, type DraftObject, draftOf } from '../draft';
import type { FieldSet } from './field-set';
import { decodeFields, encodeFields, type FieldsAuthor } from './fields-v1';

export type FieldsOperation = 'Apply' | 'Update';

/** Who owns fields: one entry for each manager, operation, subresource and, but for appliers, version. */
export interface ManagerIdentity {
  readonly manager: string;
  readonly operation: FieldsOperation;
  readonly apiVersion: string;
  readonly subresource: string;
}

export interface ManagedEntry extends ManagerIdentity {
  readonly fields: FieldSet;
  /** As RFC 3339. Absent where nobody noted it. */
  readonly time?: string;
  /** The fields as they were read, as long as they stay as they are. */
  readonly encoded?: JsonObject;
}

/** Entries by `identifierOf` their managers. Each step of a write makes a map of its own. */
export type Managers = ReadonlyMap<string, ManagedEntry>;

/**
 * The name of an entry's manager among all of an object: by it conflicts and entries of the same age are ordered.
 * An applier is the same one in every version.
 */
export function identifierOf({ manager, operation, apiVersion, subresource }: ManagerIdentity): string {
  const parts = [
    ...(manager === '' ? [] : [`"manager":${JSON.stringify(manager)}`]),
    `"operation":"${operation}"`,
    ...(operation === 'Apply' ? [] : [`"apiVersion":${JSON.stringify(apiVersion)}`]),
    ...(subresource === '' ? [] : [`"subresource":${JSON.stringify(subresource)}`]),
  ];
  return `{${parts.join(',')}}`;
}

/** The entries of an object's `managedFields`. Throws `Error` where they aren't such. */
export function decodeManagers(managedFields: JsonValue | undefined, author: FieldsAuthor): Managers {
  const managers = new Map<string, ManagedEntry>();
  for (const entry of entriesIn(managedFields)) {
    const decoded = decodedEntry(entry, author);
    managers.set(identifierOf(decoded), decoded);
  }
  return managers;
}

function entriesIn(managedFields: JsonValue | undefined): readonly JsonValue[] {
  if (managedFields === undefined || managedFields === null) return [];
  if (!Array.isArray(managedFields)) throw new Error('managedFields must be a list');
  return managedFields as readonly JsonValue[];
}

function decodedEntry(entry: JsonValue, author: FieldsAuthor): ManagedEntry {
  if (!isJsonObject(entry)) throw new Error('entries of managedFields must be objects');
  const operation = entry['operation'];
  if (operation !== 'Apply' && operation !== 'Update') throw new Error('operation must be `Apply` or `Update`');
  const apiVersion = textOf(entry['apiVersion']);
  if (apiVersion === '') throw new Error('apiVersion must not be empty');
  if (entry['fieldsType'] !== 'FieldsV1') throw new Error('fieldsType must be `FieldsV1`');
  const encoded = entry['fieldsV1'] ?? {};
  const time = textOf(entry['time']);
  const decoded = {
    manager: textOf(entry['manager']),
    operation,
    apiVersion,
    subresource: textOf(entry['subresource']),
    fields: decodeFields(encoded, author),
    ...(time === '' ? {} : { time }),
  } as const;
  // What a client wrote need not be in the form that this server gives it.
  return author === 'server' && isJsonObject(encoded) ? { ...decoded, encoded } : decoded;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The entry with other fields; the very entry where they are the same. */
export function withOwned(entry: ManagedEntry, fields: FieldSet): ManagedEntry {
  if (fields === entry.fields) return entry;
  const { encoded: _, ...rest } = entry;
  return { ...rest, fields };
}

/** The entries as `managedFields` holds them, in the order of the real server; undefined where there are none. */
export function encodeManagers(managers: Managers): Draft[] | undefined {
  if (managers.size === 0) return undefined;
  return [...managers.values()].sort(compareEntries).map(encodedEntry);
}

/** Members in the order of the real server's. */
function encodedEntry(entry: ManagedEntry): DraftObject {
  const { manager, operation, apiVersion, time, fields, encoded, subresource } = entry;
  const written: DraftObject = {};
  if (manager !== '') written['manager'] = manager;
  written['operation'] = operation;
  written['apiVersion'] = apiVersion;
  if (time !== undefined) written['time'] = time;
  written['fieldsType'] = 'FieldsV1';
  written['fieldsV1'] = encoded === undefined ? encodeFields(fields) : draftOf(encoded);
  if (subresource !== '') written['subresource'] = subresource;
  return written;
}

/** Appliers first, then by age, name, version and subresource. */
function compareEntries(left: ManagedEntry, right: ManagedEntry): number {
  return (
    compareTexts(left.operation, right.operation) ||
    compareAges(left, right) ||
    compareTexts(left.manager, right.manager) ||
    compareTexts(left.apiVersion, right.apiVersion) ||
    compareTexts(left.subresource, right.subresource)
  );
}

/** The older entry first, to the second; those without a time before all. */
export function compareAges(left: ManagedEntry, right: ManagedEntry): number {
  const [leftTime = '', rightTime = ''] = [left.time, right.time];
  // In the one form that this server writes, texts are in the order of the moments.
  if (PLAIN_TIME.test(leftTime) && PLAIN_TIME.test(rightTime)) return compareTexts(leftTime, rightTime);
  return secondsOf(leftTime) - secondsOf(rightTime);
}

const PLAIN_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

function secondsOf(time: string): number {
  const seconds = time === '' ? 0 : Math.floor(Date.parse(time) / 1000);
  return Number.isNaN(seconds) ? 0 : seconds;
}

export function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** A moment as entries note it: RFC 3339, to the second. */
export function timeText(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}
