/**
 * Faults on purpose: rules that a test sets on a running server, and a record of what they did.
 *
 * Rules are asked in the order in which they were added. Of those for one place of a request all that only delay are used,
 * up to the first that does more; later ones neither count the request as a match nor are used. Time comes from the clock
 * that is passed in, so that a test decides when a delay is over.
 */
import type { Clock } from '../../ports/clock';
import {
  type Fault,
  type FaultError,
  type FaultRule,
  isAfterCommitFault,
  isBeforeFault,
  isEventFault,
  isWatchFault,
  matchesEvent,
  matchesRequest,
  type WatchFault,
} from './fault-rule';
import { FaultyWatch } from './faulty-watch';
import type {
  AnswerError,
  AnswerFault,
  HandlingFault,
  RequestFacts,
  RequestFaults,
  WatchedEvent,
  WatchFaults,
  WatchOutput,
} from './request-faults';

/** What a rule did, once. */
export interface FaultRecord {
  readonly fault: Fault;
  readonly facts: RequestFacts;
  /** The event, for a fault of events. */
  readonly event?: WatchedEvent;
  /** When, by the plan's clock. */
  readonly atMs: number;
}

/** A rule that was added. */
export interface AddedRule {
  /** How often it was used. */
  readonly uses: number;
  /** Ends it; what it delays goes on delayed. */
  remove(): void;
}

interface RuleState {
  readonly rule: FaultRule;
  matches: number;
  uses: number;
}

export class FaultPlan implements RequestFaults {
  readonly #clock: Clock;
  readonly #rules = new Set<RuleState>();
  readonly #records: FaultRecord[] = [];
  readonly #watches = new Set<{ look(): void }>();
  /** Those who wait for the end of a delay. */
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the rules did, oldest first. */
  get records(): readonly FaultRecord[] {
    return this.#records;
  }

  add(rule: FaultRule): AddedRule {
    const state: RuleState = { rule, matches: 0, uses: 0 };
    this.#rules.add(state);
    for (const watch of [...this.#watches]) watch.look();
    return {
      get uses() {
        return state.uses;
      },
      remove: () => {
        this.#rules.delete(state);
      },
    };
  }

  /** Removes all rules, and lets go on at once whatever request they delay. The record stays. */
  clear(): void {
    this.#rules.clear();
    for (const release of [...this.#waiting]) release();
  }

  beforeHandle(facts: RequestFacts): Promise<HandlingFault | undefined> | undefined {
    let delayMs = 0;
    for (const fault of this.#used(facts, isBeforeFault)) {
      if (fault.type === 'latency') delayMs += fault.delayMs;
      else return this.#after(delayMs, fault.type === 'error' ? answerOf(fault.error, facts) : fault);
    }
    return delayMs === 0 ? undefined : this.#after(delayMs, undefined);
  }

  afterCommit(facts: RequestFacts): Promise<AnswerFault | undefined> | undefined {
    let delayMs = 0;
    for (const fault of this.#used(facts, isAfterCommitFault)) {
      if (fault.type === 'latencyAfterCommit') delayMs += fault.delayMs;
      else if (fault.type === 'dropAfterCommit') return this.#after(delayMs, { type: 'drop' });
      else return this.#after(delayMs, answerOf(fault.error, facts));
    }
    return delayMs === 0 ? undefined : this.#after(delayMs, undefined);
  }

  openWatch<E extends WatchedEvent>(facts: RequestFacts, output: WatchOutput<E>): WatchFaults<E> {
    const watch = new FaultyWatch<E>({
      clock: this.#clock,
      output,
      findEventFault: (event) => this.#first(facts, isEventFault, event),
      findWatchFault: (sent) =>
        this.#first(facts, (fault): fault is WatchFault => isWatchFault(fault) && (fault.afterEvents ?? 0) <= sent),
      onClose: () => {
        this.#watches.delete(watch);
      },
    });
    this.#watches.add(watch);
    watch.look();
    return watch;
  }

  #first<F extends Fault>(
    facts: RequestFacts,
    isWanted: (fault: Fault) => fault is F,
    event?: WatchedEvent,
  ): F | undefined {
    const { value } = this.#used(facts, isWanted, event).next();
    return value;
  }

  /** The faults of the rules whose turn it is. Each counts as used when it is taken, and those after the last taken don't. */
  *#used<F extends Fault>(
    facts: RequestFacts,
    isWanted: (fault: Fault) => fault is F,
    event?: WatchedEvent,
  ): Generator<F, undefined> {
    for (const state of this.#rules) {
      const { fault, match, nth = 1, times = Number.POSITIVE_INFINITY } = state.rule;
      if (state.uses >= times || !isWanted(fault) || !matchesRequest(match, facts)) continue;
      if (event !== undefined && !matchesEvent(match, event)) continue;
      state.matches += 1;
      if (state.matches < nth) continue;
      state.uses += 1;
      this.#records.push({ fault, facts, ...(event !== undefined && { event }), atMs: this.#clock.now() });
      yield fault;
    }
    return undefined;
  }

  #after<T>(delayMs: number, result: T): Promise<T> {
    if (delayMs === 0) return Promise.resolve(result);
    return new Promise((resolve) => {
      const release = (): void => {
        cancel();
        this.#waiting.delete(release);
        resolve(result);
      };
      const cancel = this.#clock.schedule(delayMs, release);
      this.#waiting.add(release);
    });
  }
}

function answerOf(error: FaultError, facts: RequestFacts): AnswerError {
  return { type: 'error', error: typeof error === 'function' ? error(facts) : error };
}
