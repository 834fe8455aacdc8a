/**
 * The changes of a selection, as events: an object that begins to match is ADDED, one that stops matching is DELETED.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
import type { KubeObject } from '../../api/object';
import type { Resource } from '../resources/resource';
import type { ObjectSelection } from '../selection/selection';
import {
  type Revision,
  RevisionCompacted,
  type Storage,
  type StorageEvent,
  type StoredRecord,
} from '../storage/storage';
import { keyPrefix } from './keys';
import { objectOf, objectText } from './object-text';
import { checkNotAhead, parseResourceVersion, tooOldToWatch } from './resource-version';

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** One change of a watched object. `record.text` is the object as clients see it, with the change's `resourceVersion`. */
export interface WatchChange {
  readonly type: WatchEventType;
  readonly record: StoredRecord;
  readonly revision: Revision;
}

export interface WatchRequest {
  readonly selection: ObjectSelection;
  /** Empty or `0`: begins with what is there. */
  readonly resourceVersion: string;
  /** Begins with what is there, or doesn't, whatever the version. Undefined: as the version says. */
  readonly sendInitialEvents: boolean | undefined;
}

/** Takes changes in order. `isInitial` marks those that are what was there at the beginning. */
export type ChangeSink = (changes: readonly WatchChange[], isInitial: boolean) => void;

/**
 * Begins a watch; what is there at the beginning, and the changes since, reach the sink before this returns. Gives the
 * revision of that beginning, and what ends the watch. Throws `StatusError` 410 where the version is too old.
 */
export function startWatch(
  storage: Storage,
  resource: Resource,
  { selection, resourceVersion, sendInitialEvents }: WatchRequest,
  sink: ChangeSink,
): { readonly revision: Revision; readonly stop: () => void } {
  const prefix = keyPrefix(resource, resource.namespaced ? selection.namespace : '');
  const asked = parseResourceVersion(resourceVersion) ?? 0;
  const follow = (after: Revision): (() => void) =>
    storage.subscribe(prefix, after, (events) => {
      const changes = events.map((event) => changeOf(event, selection)).filter((change) => change !== undefined);
      if (changes.length > 0) sink(changes, false);
    });
  if (sendInitialEvents ?? asked === 0) {
    checkNotAhead(storage, asked);
    const { records, revision } = storage.list({ prefix });
    const { matches } = selection;
    const wanted = matches === undefined ? records : records.filter((record) => matches(objectOf(record)));
    sink(
      wanted.map((record) => ({ type: 'ADDED', record, revision: record.modRevision })),
      true,
    );
    return { revision, stop: follow(revision) };
  }
  try {
    // A version that isn't there yet is waited for.
    const after = asked === 0 ? storage.revision : asked;
    return { revision: after, stop: follow(after) };
  } catch (error) {
    if (error instanceof RevisionCompacted) throw tooOldToWatch(error.asked, error.oldest);
    throw error;
  }
}

function changeOf(
  { before, after, deletedText, revision, key }: StorageEvent,
  { matches }: ObjectSelection,
): WatchChange | undefined {
  const didMatch = before !== undefined && (matches?.(parsed(before)) ?? true);
  if (after !== undefined) {
    if (matches?.(parsed(after)) ?? true) return { type: didMatch ? 'MODIFIED' : 'ADDED', record: after, revision };
    if (!didMatch) return undefined;
  } else if (!didMatch) return undefined;
  const text = deletedText ?? objectText(parsed(before), revision);
  return {
    type: 'DELETED',
    record: { key, text, createRevision: before.createRevision, modRevision: revision },
    revision,
  };
}

/** Objects of records that several watches look at within one commit. */
const PARSED = new WeakMap<StoredRecord, KubeObject>();

function parsed(record: StoredRecord): KubeObject {
  const known = PARSED.get(record);
  if (known !== undefined) return known;
  const object = objectOf(record);
  PARSED.set(record, object);
  return object;
}
