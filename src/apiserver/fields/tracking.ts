/**
 * `managedFields` through creates, updates and patches: who changes a field owns it, and its owners before own it no more.
 * @see k8s.io/apimachinery/pkg/util/managedfields/internal/fieldmanager.go, v0.34
 */
import type { JsonObject, JsonValue } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { type Draft, type DraftObject, draftOf, findObject } from '../draft';
import { equalValues } from './equality';
import { fieldFilter, UNOWNED_FIELDS } from './field-filter';
import type { FieldWrite } from './field-manager';
import { difference, NO_FIELDS, union } from './field-set';
import { entryFor, liveValue, writerOf } from './field-write';
import { decodeManagers, encodeManagers, identifierOf, type Managers, timeText } from './managed-fields';
import { cappedManagers } from './manager-cap';
import { ownershipAfter } from './ownership';
import { VersionConverter, type VersionedValue } from './version-converter';

/** Sets `next.metadata.managedFields`, in place. Never throws: what can't be told is dropped. */
export function trackFields(live: KubeObject | undefined, next: DraftObject, write: FieldWrite): void {
  const metadata = findObject(next, 'metadata');
  if (metadata === undefined) return;
  const { managers, written } = trackedManagers(live, metadata['managedFields'], write);
  delete metadata['managedFields'];
  // What nobody has tracked so far is tracked from its first apply on.
  if (managers.size === 0 && (live?.metadata.uid ?? '') !== '') return;
  const after = findUpdated(managers, live, next, write);
  const encoded = after === managers && written !== undefined ? written() : encodeManagers(after);
  if (encoded !== undefined) metadata['managedFields'] = encoded;
}

/** No managers where the objects can't be compared: the write stands, and nobody owns what it holds. */
function findUpdated(managers: Managers, live: KubeObject | undefined, next: DraftObject, write: FieldWrite): Managers {
  try {
    const after = { value: next, apiVersion: write.apiVersion };
    return managersAfterUpdate(managers, { before: liveValue(live, write), after, write });
  } catch {
    return UNTRACKED.managers;
  }
}

interface Tracked {
  readonly managers: Managers;
  /** The `managedFields` that say just this, in a form that may be written back. */
  readonly written?: () => Draft;
}

const UNTRACKED: Tracked = { managers: new Map() };

/** The managers before a write: those that the client sends along, if they can be read, else those of the live object. */
function trackedManagers(live: KubeObject | undefined, sent: Draft | undefined, { subresource }: FieldWrite): Tracked {
  const held = live === undefined ? undefined : managedFieldsOf(live);
  if (subresource === '' && sent !== undefined && sent !== null && !equalValues(sent, held)) {
    if (isReset(sent)) return UNTRACKED;
    const managers = findManagers(sent, 'client');
    if (managers !== undefined && managers.size > 0) return { managers };
  }
  const managers = findManagers(held, 'server');
  return managers === undefined ? UNTRACKED : { managers, written: () => draftOf((held ?? []) as JsonObject) };
}

export function managedFieldsOf(object: KubeObject): JsonValue | undefined {
  return (object.metadata as unknown as JsonObject)['managedFields'];
}

/** A client asks to forget all managers by an empty list, or one with an empty entry. */
function isReset(sent: JsonValue): boolean {
  if (!Array.isArray(sent) || sent.length > 1) return false;
  const [only] = sent as readonly JsonValue[];
  return only === undefined || equalValues(only, {});
}

function findManagers(managedFields: JsonValue | undefined, author: 'server' | 'client'): Managers | undefined {
  try {
    return decodeManagers(managedFields, author);
  } catch {
    return undefined;
  }
}

export interface TrackedUpdate {
  readonly before: VersionedValue;
  readonly after: VersionedValue;
  readonly write: FieldWrite;
}

/**
 * The managers after an update; the very map where nothing is to be changed.
 * Throws `TypeMismatch` where the objects can't be compared.
 */
export function managersAfterUpdate(managers: Managers, { before, after, write }: TrackedUpdate): Managers {
  const versions = new VersionConverter(write.type);
  const known = versions.reconciled(managers);
  const change = { before, after, versions, filter: fieldFilter(write.type) };
  const { managers: left, taken } = ownershipAfter(change, known, { isForced: true });
  const own = difference(taken, UNOWNED_FIELDS);
  if (own.size === 0) return cappedManagers(left);
  const writer = writerOf(write, 'Update');
  const identifier = identifierOf(writer);
  const fields = union(own, left.get(identifier)?.fields ?? NO_FIELDS);
  const changed = new Map(left);
  changed.set(identifier, { ...entryFor(writer, fields, managers.get(identifier)), time: timeText(write.now) });
  return cappedManagers(changed);
}
