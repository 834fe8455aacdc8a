/**
 * Holds what a kind does against what a Kubernetes API server of v1.34.4 answered to the same objects.
 *
 * A file of cases has, for each object sent, the answer to its creation and to updates of what was stored. The codec is not
 * part of this: members that hold zero values may be missing here, and identities and times are not compared.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject, JsonValue } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { type DraftObject, draftOf, ensureObject, isDraftObject } from '../../../src/apiserver/draft';
import type { FieldError } from '../../../src/apiserver/field-error';
import { eventFromCore, eventToCore, type KindFacts, kindFacts } from '../../../src/apiserver/kinds';
import { isSameValue } from '../../../src/apiserver/kinds/json-members';
import {
  isDnsSubdomainName,
  isPathSegmentName,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '../../../src/apiserver/kinds/metadata';
import type { StrategyContext } from '../../../src/apiserver/resources/resource';
import { invalid } from '../../../src/apiserver/status-error';

interface Answer {
  readonly code: number;
  readonly message?: string;
  readonly causes?: readonly JsonObject[];
  readonly object?: KubeObject;
  readonly warnings?: readonly string[];
}

interface RecordedUpdate {
  readonly title: string;
  readonly subresource?: string;
  readonly old: KubeObject;
  /** What is merged into the stored object; null takes a member out. */
  readonly change: JsonObject;
  readonly answer: Answer;
}

export interface RecordedCase {
  readonly title: string;
  readonly input: JsonObject;
  readonly created: Answer;
  readonly cells?: readonly JsonValue[];
  readonly updates?: readonly RecordedUpdate[];
}

export interface RecordedKind {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly cases: readonly RecordedCase[];
}

const NOW = new Date('2026-11-21T12:00:00Z');
/** Members whose values depend on when they were written. */
const TIMES: ReadonlySet<string> = new Set(['lastTransitionTime', 'lastUpdateTime', 'creationTimestamp']);

/** Members of metadata that others set: the registry and admission. */
const OTHERS_METADATA: ReadonlySet<string> = new Set(['resourceVersion', 'finalizers']);

export function readRecordedKind(folder: string, resource: string): RecordedKind {
  return JSON.parse(readFileSync(join(__dirname, folder, 'fixtures', `${resource}.json`), 'utf8')) as RecordedKind;
}

/** What the kind makes of an object and of the server's answer to it, in a form that can be compared. */
export interface Comparison {
  readonly ours: unknown;
  readonly recorded: unknown;
}

function factsOf(kind: RecordedKind): KindFacts {
  const facts = kindFacts(kind.group, kind.resource);
  if (facts === undefined) throw new Error(`${kind.resource}.${kind.group} has no facts`);
  return facts;
}

export function compareCreation(kind: RecordedKind, { input, created }: RecordedCase): Comparison {
  const { strategy } = factsOf(kind);
  const context = contextOf(created, '');
  const draft = withoutNulls(draftOf(input)) as DraftObject;
  strategy.setDefaults?.(draft, kind.version);
  const object = storedFormOf(kind, draft);
  ensureObject(object, 'metadata')['uid'] = 'UID';
  if (strategy.generation !== undefined) ensureObject(object, 'metadata')['generation'] = 1;
  strategy.prepareForCreate?.(object, context);
  const candidate = object as unknown as KubeObject;
  const { metadata } = candidate;
  const errors = [
    ...validateObjectMeta(metadata, {
      namespaced: metadata.namespace !== undefined,
      validateName: strategy.validateName ?? isDnsSubdomainName,
      path: 'metadata',
    }),
    ...(strategy.validate?.(candidate, context) ?? []),
  ];
  const warnings = errors.length > 0 ? [] : (strategy.warnings?.(candidate, undefined, context) ?? []);
  return comparisonOf(kind, { candidate, errors, warnings }, created);
}

export function compareUpdate(
  kind: RecordedKind,
  { old, change, subresource = '', answer }: RecordedUpdate,
): Comparison {
  const { strategy } = factsOf(kind);
  const context = contextOf(answer, subresource);
  const before = storedFormOf(kind, { ...draftOf(old as unknown as JsonObject) }) as unknown as KubeObject;
  const draft = withoutNulls(draftOf(merged(old as unknown as JsonObject, change) as JsonObject)) as DraftObject;
  strategy.setDefaults?.(draft, kind.version);
  const next = storedFormOf(kind, draft);
  const metadata = ensureObject(next, 'metadata');
  metadata['resourceVersion'] = '1';
  strategy.prepareForUpdate?.(next, before, context);
  const counted =
    strategy.generation === 'spec'
      ? !isSameValue(next['spec'], before.spec as JsonValue | undefined)
      : strategy.generation === 'all' && !isSameValue(withoutMetadata(next), withoutMetadata(before));
  if (counted) metadata['generation'] = (before.metadata.generation ?? 0) + 1;
  const candidate = next as unknown as KubeObject;
  const namespaced = before.metadata.namespace !== undefined;
  const errors = [
    ...validateObjectMeta(metadata, { namespaced, validateName: isPathSegmentName, path: 'metadata' }),
    ...validateObjectMetaUpdate(metadata, before.metadata, 'metadata'),
    ...(strategy.validateUpdate?.(candidate, before, context) ?? []),
  ];
  const warnings = errors.length > 0 ? [] : (strategy.warnings?.(candidate, before, context) ?? []);
  return comparisonOf(kind, { candidate, errors, warnings }, answer);
}

/** The cells of the first stored object, its age as if it were new. */
export function compareCells(kind: RecordedKind, { cells = [], updates = [] }: RecordedCase): Comparison {
  const [first] = updates;
  if (first === undefined) throw new Error('nothing was stored');
  const { columns } = factsOf(kind);
  const stored = storedFormOf(kind, draftOf(first.old as unknown as JsonObject));
  ensureObject(stored, 'metadata')['creationTimestamp'] = NOW.toISOString();
  const ours = columns.map((column) => column.cell(stored as unknown as KubeObject, NOW));
  const ageless = (cell: JsonValue | undefined) =>
    typeof cell === 'string' ? cell.replace(/^\d+s$/, '0s').replace(/^\d{4}-\d\d-\d\dT.*Z$/, 'time') : cell;
  return { ours: ours.map(ageless), recorded: cells.slice(0, columns.length).map(ageless) };
}

interface Outcome {
  readonly candidate: KubeObject;
  readonly errors: readonly FieldError[];
  readonly warnings: readonly string[];
}

function comparisonOf(kind: RecordedKind, { candidate, errors, warnings }: Outcome, answer: Answer): Comparison {
  if (answer.object === undefined) {
    const { kind: name, metadata } = candidate;
    // The server calls an event by the group that stores it.
    const group = kind.group === 'events.k8s.io' ? '' : kind.group;
    const { status } = invalid({ group, kind: name }, metadata.name, errors);
    return {
      ours: { message: status.message, causes: status.details?.causes },
      recorded: { message: answer.message, causes: answer.causes },
    };
  }
  const shown = kind.group === 'events.k8s.io' ? eventFromCore(candidate) : candidate;
  return {
    ours: { errors, warnings, differences: differences(shown, answer.object, '') },
    recorded: { errors: [], warnings: answer.warnings ?? [], differences: [] },
  };
}

/** Events are stored as those of the core group. */
function storedFormOf(kind: RecordedKind, object: DraftObject): DraftObject {
  if (kind.group !== 'events.k8s.io') return object;
  return draftOf(eventToCore(object as unknown as KubeObject) as unknown as JsonObject);
}

function contextOf({ object }: Answer, subresource: string): StrategyContext {
  const spec = (object?.spec ?? {}) as { username?: string; groups?: string[]; uid?: string };
  return {
    reader: { find: () => undefined, list: () => [], hasValue: () => false },
    user: { username: spec.username ?? 'somebody', groups: spec.groups ?? [], uid: spec.uid },
    now: NOW,
    dryRun: false,
    subresource,
  };
}

function withoutMetadata(object: object): JsonObject {
  const { metadata: _metadata, ...rest } = object as { metadata: unknown } & JsonObject;
  return rest;
}

function withoutNulls(value: DraftObject[string]): DraftObject[string] {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item) ?? null);
  if (!isDraftObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null && member !== undefined)
      .map(([key, member]) => [key, withoutNulls(member)]),
  );
}

function merged(value: JsonValue | undefined, change: JsonValue | undefined): JsonValue | undefined {
  const isObject = (one: JsonValue | undefined): one is JsonObject =>
    typeof one === 'object' && one !== null && !Array.isArray(one);
  if (!isObject(value) || !isObject(change)) return change;
  const next: Record<string, JsonValue | undefined> = { ...value };
  for (const [key, member] of Object.entries(change)) {
    if (member === null) Reflect.deleteProperty(next, key);
    else next[key] = merged(value[key], member);
  }
  return next;
}

/** Where two values differ, but for times and for zero values that are missing on one side. */
function differences(ours: unknown, theirs: unknown, path: string): string[] {
  if (isZero(ours) && isZero(theirs)) return [];
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length) {
    return ours.flatMap((item: unknown, index) =>
      differences(item, theirs[index] as unknown, `${path}[${String(index)}]`),
    );
  }
  if (isRecord(ours) && isRecord(theirs)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
    return keys
      .filter((key) => !TIMES.has(key) && !(path === '.metadata' && OTHERS_METADATA.has(key)))
      .flatMap((key) => differences(ours[key], theirs[key], `${path}.${key}`));
  }
  return ours === theirs ? [] : [`${path}: ${JSON.stringify(ours)} instead of ${JSON.stringify(theirs)}`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === 0 || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.values(value).every(isZero);
}
