/** What a rule of a fault plan says: which requests, what happens to them, how often. */
import type { StatusError } from '../status-error';
import type { RequestFacts, StaleRead, WatchedEvent } from './request-faults';

/** An error, or what makes it for a request. */
export type FaultError = StatusError | ((facts: RequestFacts) => StatusError);

/** The request waits so long, then goes on; later rules may do more to it. */
export interface LatencyFault {
  readonly type: 'latency';
  readonly delayMs: number;
}

/** What happens before a request is handled. */
export type BeforeFault =
  | LatencyFault
  /** It is answered so. */
  | { readonly type: 'error'; readonly error: FaultError }
  /** Its connection is closed. */
  | { readonly type: 'drop' }
  /** What it reads is old. */
  | StaleRead;

/** What happens when a write is committed: the client doesn't learn of it, or late. */
export type AfterCommitFault =
  | { readonly type: 'latencyAfterCommit'; readonly delayMs: number }
  /** The answer is this, though the write is made. */
  | { readonly type: 'errorAfterCommit'; readonly error: FaultError }
  /** The connection is closed instead of an answer. */
  | { readonly type: 'dropAfterCommit' };

/** What happens to one event of a watch. */
export type EventFault =
  /** It is never sent. */
  | { readonly type: 'dropEvent' }
  /** It is sent twice. */
  | { readonly type: 'doubleEvent' }
  /** It waits so long, and what follows waits behind it. */
  | { readonly type: 'delayEvent'; readonly delayMs: number }
  /** It is sent after so many later ones; never, if they don't come. Default: 1. */
  | { readonly type: 'reorderEvent'; readonly behind?: number };

/** What happens to a watch that has sent so many events. Default: none, which also ends watches that are open already. */
export type WatchFault =
  /** It ends as by its timeout. */
  | { readonly type: 'endWatch'; readonly afterEvents?: number }
  /** Its connection is closed. */
  | { readonly type: 'dropWatch'; readonly afterEvents?: number }
  /** An event `ERROR` with code 410 ends it. */
  | { readonly type: 'expireWatch'; readonly afterEvents?: number };

export type Fault = BeforeFault | AfterCommitFault | EventFault | WatchFault;

/** Which requests a rule is for; all that is said must hold, and what isn't said always does. */
export interface FaultMatch {
  readonly verb?: string | readonly string[];
  readonly group?: string | readonly string[];
  readonly version?: string | readonly string[];
  readonly resource?: string | readonly string[];
  /** Empty: requests for the object itself. */
  readonly subresource?: string | readonly string[];
  readonly namespace?: string | readonly string[];
  readonly name?: string | readonly string[];
  /** A part of the user agent. */
  readonly userAgent?: string;
  readonly where?: (facts: RequestFacts) => boolean;
  /** For faults of events: which of them. */
  readonly event?: EventMatch;
}

/** Which events of a watch. */
export interface EventMatch {
  readonly type?: string | readonly string[];
  /** The object's name. */
  readonly name?: string | readonly string[];
  readonly where?: (event: WatchedEvent) => boolean;
}

/** A rule of a `FaultPlan`. */
export interface FaultRule {
  readonly match: FaultMatch;
  readonly fault: Fault;
  /** The first match that is troubled, counted from 1. Default: 1. */
  readonly nth?: number;
  /** How many matches are troubled. Default: all, until the rule is removed. */
  readonly times?: number;
}

const BEFORE: ReadonlySet<string> = new Set<BeforeFault['type']>(['latency', 'error', 'drop', 'stale']);
const AFTER_COMMIT: ReadonlySet<string> = new Set<AfterCommitFault['type']>([
  'latencyAfterCommit',
  'errorAfterCommit',
  'dropAfterCommit',
]);
const EVENT: ReadonlySet<string> = new Set<EventFault['type']>([
  'dropEvent',
  'doubleEvent',
  'delayEvent',
  'reorderEvent',
]);
const WATCH: ReadonlySet<string> = new Set<WatchFault['type']>(['endWatch', 'dropWatch', 'expireWatch']);

export function isBeforeFault(fault: Fault): fault is BeforeFault {
  return BEFORE.has(fault.type);
}

export function isAfterCommitFault(fault: Fault): fault is AfterCommitFault {
  return AFTER_COMMIT.has(fault.type);
}

export function isEventFault(fault: Fault): fault is EventFault {
  return EVENT.has(fault.type);
}

export function isWatchFault(fault: Fault): fault is WatchFault {
  return WATCH.has(fault.type);
}

const EXACT_FACTS = ['verb', 'group', 'version', 'resource', 'subresource', 'namespace', 'name'] as const;

/** Whether the rule is for this request. */
export function matchesRequest(match: FaultMatch, facts: RequestFacts): boolean {
  return (
    EXACT_FACTS.every((fact) => isOneOf(facts[fact], match[fact])) &&
    (match.userAgent === undefined || facts.userAgent.includes(match.userAgent)) &&
    (match.where?.(facts) ?? true)
  );
}

/** Whether the rule is for this event of a watch that it is for. */
export function matchesEvent({ event: match }: FaultMatch, event: WatchedEvent): boolean {
  if (match === undefined) return true;
  const name = event.record.key.slice(event.record.key.lastIndexOf('/') + 1);
  return isOneOf(event.type, match.type) && isOneOf(name, match.name) && (match.where?.(event) ?? true);
}

function isOneOf(value: string, wanted: string | readonly string[] | undefined): boolean {
  return wanted === undefined || (typeof wanted === 'string' ? value === wanted : wanted.includes(value));
}
