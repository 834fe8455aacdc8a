/**
 * Watches: one long answer whose lines are events.
 */
import { setMaxListeners } from 'node:events';
import { isJsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { apiVersionOf, type ResourceType } from '../../api/resource-type';
import { AdrasteiaError } from '../../errors';
import type { WatchEvent, WatchOptions } from '../../ports/cluster';
import { connectionFailure, type RequestTarget, readStatus, refusal, statusFrom, unreadableAnswer } from './errors';
import { LineSplitter } from './line-splitter';
import { collectionPath, withQuery } from './paths';
import type { Transport } from './transport';

/** Events of which only the objects' metadata is told. */
const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/**
 * The events of one watch, in the server's order, with bookmarks. Ends when the server ends it, or quietly when the signal
 * aborts. `ApiExpired` where the version is too old, whether said at once or in the stream; `ApiUnreachable` where
 * the connection breaks.
 */
export async function* watchEvents(
  transport: Transport,
  server: string,
  type: ResourceType,
  options: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const { namespace, labelSelector, fieldSelector, resourceVersion, timeoutSeconds, signal, metadataOnly } = options;
  const isAborted = (): boolean => signal.aborted;
  if (isAborted()) return;
  // One signal ends many watches; Node would take that for a leak.
  setMaxListeners(0, signal);
  const target: RequestTarget = { verb: 'watch', kind: type.kind, ...(namespace === undefined ? {} : { namespace }) };
  const path = withQuery(collectionPath(type, namespace), {
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion,
    timeoutSeconds,
    labelSelector,
    fieldSelector,
  });
  try {
    const { status, retryAfter, body } = await transport.open(
      { target, method: 'GET', path, idempotent: true, ...(metadataOnly === true ? { accept: METADATA } : {}) },
      signal,
    );
    if (status !== 200) throw refusal(target, readStatus(status, await body.text()), retryAfter);
    const lines = new LineSplitter();
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      for (const line of lines.take(chunk)) {
        const event = readEvent(line, type, target, server);
        if (event !== undefined) yield event;
        if (isAborted()) return;
      }
    }
  } catch (error) {
    if (isAborted()) return;
    throw error instanceof AdrasteiaError ? error : connectionFailure(target, server, error);
  }
}

/** The event of a line; undefined for kinds of event that a later server may add. An ERROR event is thrown. */
function readEvent(line: string, type: ResourceType, target: RequestTarget, server: string): WatchEvent | undefined {
  const event = parse(line, target, server);
  const object = event.object;
  switch (event.type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      if (object.apiVersion === undefined || object.kind === 'PartialObjectMetadata') {
        object.apiVersion = apiVersionOf(type);
        object.kind = type.kind;
      }
      return { type: event.type, object: object as unknown as KubeObject };
    case 'BOOKMARK':
      return { type: 'BOOKMARK', resourceVersion: object.metadata?.resourceVersion ?? '' };
    case 'ERROR':
      throw refusal(target, statusFrom(object, 500));
    default:
      return undefined;
  }
}

interface WireEvent {
  readonly type: unknown;
  readonly object: { apiVersion?: string; kind?: string; readonly metadata?: { readonly resourceVersion?: string } };
}

function parse(line: string, target: RequestTarget, server: string): WireEvent {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch (cause) {
    throw unreadableAnswer(target, server, cause);
  }
  if (!isJsonObject(event) || !isJsonObject(event['object'])) throw unreadableAnswer(target, server, undefined);
  return event as unknown as WireEvent;
}
