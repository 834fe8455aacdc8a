/** Answers recorded from a Kubernetes server v1.34, and the form in which ours are compared with them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/api/json';

export interface RecordedCase {
  readonly title: string;
  readonly input: JsonObject;
  readonly old?: JsonObject;
  readonly subresource?: string;
  readonly dryRun?: boolean;
  readonly code: number;
  readonly output: JsonObject;
  readonly warnings?: readonly string[];
}

export function recordedCases(name: string): readonly RecordedCase[] {
  return JSON.parse(readFileSync(join(__dirname, 'fixtures', `${name}.json`), 'utf8')) as readonly RecordedCase[];
}

/** Members that the codec adds where they are empty, and that the registry sets. */
const EMPTY_MEMBERS = new Set(['lastState', 'loadBalancer', 'metadata', 'resources', 'spec', 'state', 'status']);
const REGISTRY_MEMBERS = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'uid'];
/** Given by chance. */
const CHANCE_MEMBERS = new Set([
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'healthCheckNodePort',
  'lastTransitionTime',
  'lastPhaseTransitionTime',
]);

/** An object without what is not the kind's own doing. */
export function comparable(object: JsonObject): JsonValue {
  const { metadata, ...rest } = object;
  const kept = isJsonObject(metadata)
    ? Object.fromEntries(Object.entries(metadata).filter(([key]) => !REGISTRY_MEMBERS.includes(key)))
    : {};
  return withoutEmpty({ ...rest, metadata: kept });
}

function withoutEmpty(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => withoutEmpty(item));
  if (!isJsonObject(value)) return value;
  const members: [string, JsonValue][] = [];
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined || member === null || (Array.isArray(member) && member.length === 0)) continue;
    const kept = CHANCE_MEMBERS.has(key) ? givenShape(member) : withoutEmpty(member);
    const isEmpty = isJsonObject(kept) && Object.keys(kept).length === 0;
    if (!(isEmpty && EMPTY_MEMBERS.has(key))) members.push([key, kept]);
  }
  return Object.fromEntries(members);
}

function givenShape(value: JsonValue): JsonValue {
  if (value === 'None' || value === '10.96.0.1') return value;
  return Array.isArray(value) ? value.map((item: JsonValue) => givenShape(item)) : typeof value;
}

/** A Status with its parts in an order of their own: maps are checked in no order that can be told. */
export function comparableStatus(status: JsonObject): JsonValue {
  const [head = '', list = ''] = (typeof status['message'] === 'string' ? status['message'] : '').split(
    ' is invalid: ',
  );
  const texts = list.startsWith('[') && list.endsWith(']') ? list.slice(1, -1).split(', ').sort() : [list];
  const details = isJsonObject(status['details']) ? status['details'] : {};
  const causes = (details['causes'] ?? []) as readonly JsonObject[];
  return {
    ...status,
    message: [head, ...texts],
    details: {
      ...details,
      causes: [...causes].map((cause) => JSON.stringify(cause, Object.keys(cause).sort())).sort(),
    },
  };
}
