/**
 * Watches: an answer that goes on, one line of JSON for each change, with bookmarks for clients that take them.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#watch-bookmarks
 */
import type { Clock } from '../../ports/clock';
import type { RequestFaults } from '../faults/request-faults';
import { watchFrame } from '../kubernetes';
import { currentText } from '../registry/object-text';
import { apiVersionIn } from '../registry/versions';
import { startWatch, type WatchChange } from '../registry/watch';
import { selectionOf } from '../selection/selection';
import { isStatusError, type StatusError } from '../status-error';
import type { Revision, Storage, StoredRecord } from '../storage/storage';
import { factsOf } from './exchange';
import { listOptionsOf } from './query-options';
import { encode, type View, watchedText } from './representation';
import { type ResourceRequest, viewOf } from './resource-request';

export interface WatchDependencies {
  readonly storage: Storage;
  readonly clock: Clock;
  /** A number from 0 up to 1, so that watches don't all end at once. */
  random(): number;
  /** Ends all watches, as the server stops. */
  readonly stopping: AbortSignal;
  /** What a test has go wrong. */
  readonly faults?: RequestFaults;
}

const BOOKMARK_MS = 60_000;
/** A last bookmark goes out so long before the end. */
const LAST_BOOKMARK_MS = 2000;
const SHORTEST_DEFAULT_MS = 30 * 60_000;
/** What may wait for a client that is slow to read, beyond what was there at the beginning; then its watch ends. */
const BEHIND_MAX_BYTES = 16 * 1024 ** 2;
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/** Resolves when the watch has begun; it goes on until its time is over, the client leaves or the server stops. */
export async function answerWatch(request: ResourceRequest, deps: WatchDependencies): Promise<void> {
  const { exchange, resource } = request;
  const { info } = exchange;
  const options = listOptionsOf(exchange.query, true);
  const view = viewOf(request, new Date(deps.clock.now()), true);
  const selection = selectionOf(resource, {
    ...options,
    namespace: info.namespace,
    ...(info.isWatchPath && info.parts.length > 1 ? { name: info.name } : {}),
  });
  const stream = new WatchStream(request, view, deps.clock);
  const faults = deps.faults?.openWatch<WatchChange>(factsOf(exchange), {
    send: (change) => {
      stream.sendChange(change);
    },
    end: () => {
      stream.end();
    },
    drop: () => exchange.response.destroy(),
    fail: (error) => {
      stream.sendFailure(error);
    },
  });
  const send = (change: WatchChange): void => {
    if (faults === undefined) stream.sendChange(change);
    else faults.onWatchEvent(change);
  };
  let started: ReturnType<typeof startWatch>;
  try {
    started = startWatch(
      deps.storage,
      resource,
      { selection, resourceVersion: options.resourceVersion, sendInitialEvents: options.sendInitialEvents },
      (changes, isInitial) => {
        for (const change of changes) send(change);
        if (isInitial) stream.catchUp();
      },
    );
  } catch (error) {
    // A version that is too old, or isn't there yet, is told in the stream, where clients look for it.
    if (!isStatusError(error, 'Expired') && !isStatusError(error, 'Timeout')) throw error;
    stream.sendFailure(error);
    return;
  }
  if (options.sendInitialEvents === true && options.allowWatchBookmarks) stream.sendBookmark(started.revision, true);
  stream.begin();
  const lasts = options.timeoutSeconds > 0 ? options.timeoutSeconds * 1000 : SHORTEST_DEFAULT_MS * (1 + deps.random());
  const stop = (): void => {
    faults?.close();
    started.stop();
  };
  keepUntilOver(stream, { lasts, stop, hasBookmarks: options.allowWatchBookmarks, deps, request });
}

interface Keeping {
  readonly lasts: number;
  readonly stop: () => void;
  readonly hasBookmarks: boolean;
  readonly deps: WatchDependencies;
  readonly request: ResourceRequest;
}

function keepUntilOver(stream: WatchStream, { lasts, stop, hasBookmarks, deps, request }: Keeping): void {
  const { clock, storage, stopping } = deps;
  const { response } = request.exchange;
  let cancelBookmark = (): void => undefined;
  const end = (): void => {
    cancelEnd();
    cancelBookmark();
    stopping.removeEventListener('abort', end);
    response.removeListener('close', end);
    stop();
    stream.end();
  };
  const cancelEnd = clock.schedule(lasts, end);
  const endsAt = clock.now() + lasts;
  const scheduleBookmark = (): void => {
    const left = endsAt - clock.now();
    const inMs = Math.min(BOOKMARK_MS, left - LAST_BOOKMARK_MS);
    if (inMs <= 0) return;
    cancelBookmark = clock.schedule(inMs, () => {
      stream.sendBookmark(storage.revision, false);
      scheduleBookmark();
    });
  };
  if (hasBookmarks) scheduleBookmark();
  stopping.addEventListener('abort', end, { once: true });
  stream.onBehind = end;
  response.once('close', end);
  if (stopping.aborted) end();
}

/** The lines of records that more than one watch sends as they are stored. */
const LINES = new WeakMap<StoredRecord, Buffer>();

class WatchStream {
  readonly #request: ResourceRequest;
  readonly #view: View;
  readonly #clock: Clock;
  readonly #isShared: boolean;
  #isFirst = true;
  #hasBegun = false;
  /** What was written since the client last had read everything, in bytes. */
  #behindBytes = 0;
  /** Called when the client is too far behind. As on the real server, it begins again from the last that it has read. */
  onBehind = (): void => undefined;

  constructor(request: ResourceRequest, view: View, clock: Clock) {
    this.#request = request;
    this.#view = view;
    this.#clock = clock;
    this.#isShared =
      view.form.as === 'object' &&
      view.form.encoding === 'json' &&
      view.version === view.resource.storageVersion &&
      view.resource.storedAs === undefined;
  }

  /** Sends the head of the answer, where nothing has been sent yet. */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const isProtobuf = this.#view.form.encoding === 'protobuf';
    this.#request.exchange.beginStream(isProtobuf ? PROTOBUF_STREAM : undefined);
  }

  /** What was written so far doesn't count against the client. */
  catchUp(): void {
    this.#behindBytes = 0;
  }

  sendChange({ type, record }: WatchChange): void {
    // What was written under an older schema is read anew.
    const isOld = record.modRevision <= (this.#view.resource.reread?.until ?? -1);
    if (!this.#isShared || isOld) {
      const view = { ...this.#view, now: new Date(this.#clock.now()) };
      this.sendText(type, watchedText(currentText(view.resource, record), view, this.#isFirst));
      return;
    }
    // The type is part of the line, and most records are sent under one type only.
    const line = type === 'DELETED' ? undefined : LINES.get(record);
    if (line?.[TYPE_OFFSET] === type.charCodeAt(0)) {
      this.#write(line);
      return;
    }
    const made = Buffer.from(`{"type":"${type}","object":${record.text}}\n`);
    LINES.set(record, made);
    this.#write(made);
  }

  sendText(type: string, object: string | Buffer): void {
    this.#isFirst = false;
    this.#write(typeof object === 'string' ? `{"type":"${type}","object":${object}}\n` : watchFrame(type, object));
  }

  /** What went wrong, where the answer has begun. */
  sendFailure({ status }: StatusError): void {
    this.sendText('ERROR', encode(status, { encoding: this.#view.form.encoding, isPretty: false }));
    this.end();
  }

  sendBookmark(revision: Revision, endsInitialEvents: boolean): void {
    const { resource, version } = this.#view;
    const metadata = {
      resourceVersion: String(revision),
      ...(endsInitialEvents ? { annotations: { [INITIAL_EVENTS_END]: 'true' } } : {}),
    };
    const object = { kind: resource.kind, apiVersion: apiVersionIn(resource, version), metadata };
    // As an empty object of the kind is written.
    resource.normalise?.(object);
    this.sendText(
      'BOOKMARK',
      watchedText(JSON.stringify(object), { ...this.#view, now: new Date(this.#clock.now()) }, this.#isFirst),
    );
  }

  end(): void {
    this.begin();
    if (!this.#request.exchange.response.writableEnded) this.#request.exchange.response.end();
  }

  #write(line: string | Buffer): void {
    this.begin();
    const { response } = this.#request.exchange;
    if (response.writableEnded || response.destroyed) return;
    if (response.write(line)) {
      this.#behindBytes = 0;
      return;
    }
    if (this.#behindBytes === 0) response.once('drain', () => this.catchUp());
    this.#behindBytes += line.length;
    if (this.#behindBytes > BEHIND_MAX_BYTES) this.onBehind();
  }
}

const PROTOBUF_STREAM = 'application/vnd.kubernetes.protobuf;stream=watch';
const TYPE_OFFSET = '{"type":"'.length;
