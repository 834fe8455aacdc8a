/**
 * Where faults may come into a request: three places that the HTTP layer asks about.
 *
 * Before a request is handled, after its write is committed and before that is answered, and at each event of a watch. A
 * server that nobody troubles has no `RequestFaults` and asks nothing.
 */
import type { StatusError } from '../status-error';
import type { Revision } from '../storage/storage';

/** What a request asks for, as rules look at it. Empty where a request has none. */
export interface RequestFacts {
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly userAgent: string;
}

/** The request is answered so. */
export interface AnswerError {
  readonly type: 'error';
  readonly error: StatusError;
}

/** The connection is closed without an answer. */
export interface AnswerDrop {
  readonly type: 'drop';
}

/** The request is handled, and reads what was there before: see `staleStorage`. */
export interface StaleRead {
  readonly type: 'stale';
  /** The revision that is read; default: `behind`. */
  readonly revision?: Revision;
  /** How many revisions before the newest is read; default: 1. */
  readonly behind?: number;
}

/** What happens to a request instead of being handled, or while it is. */
export type HandlingFault = AnswerError | AnswerDrop | StaleRead;

/** What happens to a write that is committed, instead of its answer. */
export type AnswerFault = AnswerError | AnswerDrop;

/** One event of a watch, as far as rules look at it. */
export interface WatchedEvent {
  /** `ADDED`, `MODIFIED`, `DELETED`. */
  readonly type: string;
  readonly record: { readonly key: string; readonly text: string };
}

/** What a fault may do to a watch. */
export interface WatchOutput<E extends WatchedEvent> {
  send(event: E): void;
  /** Ends the watch as its timeout does. */
  end(): void;
  /** Closes the connection in the middle. */
  drop(): void;
  /** Sends an event `ERROR` and ends the watch. */
  fail(error: StatusError): void;
}

/** A watch under way. */
export interface WatchFaults<E extends WatchedEvent> {
  /** Takes an event in place of `output.send`, which is called for it at once, later, twice or not at all. */
  onWatchEvent(event: E): void;
  /** The watch is over: nothing is sent any more. */
  close(): void;
}

/** What the HTTP layer asks. */
export interface RequestFaults {
  /** Undefined: nothing happens. Resolves when the request may go on, or is to be answered so. */
  beforeHandle(facts: RequestFacts): Promise<HandlingFault | undefined> | undefined;
  /** As `beforeHandle`, for a write that is committed and not answered. */
  afterCommit(facts: RequestFacts): Promise<AnswerFault | undefined> | undefined;
  /** Called as the watch begins; may end it at once. */
  openWatch<E extends WatchedEvent>(facts: RequestFacts, output: WatchOutput<E>): WatchFaults<E>;
}
