/**
 * What was tried outside Kubernetes, by owner: what came of it, and when it is due again. Kept in memory alone: after a start
 * everything is tried afresh.
 */
import type { JsonValue } from '../api/json';
import { AdrasteiaError } from '../errors';
import type { Observation } from '../plan/lookup';
import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import type { Owner } from './ownership';

/** First pause after a failure; it doubles with each one in a row. */
const RETRY_MS = 1_000;

/** Longest pause after failures: so long after the other side is back, everything has been caught up. */
const RETRY_LIMIT_MS = 60_000;

interface Attempt {
  readonly version: string;
  readonly state: Observation;
  /** Failures in a row. */
  readonly failures: number;
  readonly dueAt: number;
}

/** One thing to be tried. */
export interface Trial {
  /** Names the thing among those of its owner: `system/key`. */
  readonly id: string;
  /** Changes with what is asked: then it is due at once. */
  readonly version: string;
  /** How long what came of it holds. */
  readonly refreshMs: (value: JsonValue) => number;
  /** Longest pause after failures. Default one minute. */
  readonly retryLimitMs?: number;
  readonly act: () => Promise<JsonValue>;
}

export class Attempts {
  private readonly byOwner = new Map<string, Map<string, Attempt>>();

  constructor(private readonly options: { readonly clock: Clock; readonly log: Logger }) {}

  /** What came of everything that was tried for an owner, by id. */
  states(uid: string): ReadonlyMap<string, Observation> {
    return new Map([...(this.byOwner.get(uid) ?? [])].map(([id, { state }]) => [id, state]));
  }

  find(uid: string, id: string): Observation | undefined {
    return this.byOwner.get(uid)?.get(id)?.state;
  }

  /** Tries what is due. Gives milliseconds until it is due again; infinite where it needn't be. Never throws what trying throws. */
  async make(owner: Owner, trial: Trial): Promise<number> {
    const { clock } = this.options;
    const attempts = this.attemptsOf(owner.metadata.uid ?? '');
    const before = attempts.get(trial.id);
    const isSame = before?.version === trial.version;
    if (isSame && before.dueAt > clock.now()) return before.dueAt - clock.now();
    const attempt = await this.tried(trial, isSame ? before.failures : 0);
    attempts.set(trial.id, attempt);
    if (attempt.state.state === 'Failed') this.tell(owner, trial.id, attempt.state, before?.state);
    return attempt.dueAt - clock.now();
  }

  /** What came of it is what is known, but it is due at once. */
  age(uid: string, id: string): void {
    const attempts = this.byOwner.get(uid);
    const attempt = attempts?.get(id);
    if (attempt !== undefined) attempts?.set(id, { ...attempt, dueAt: this.options.clock.now() });
  }

  /** Forgets what is about other things than these. */
  keepOnly(uid: string, ids: ReadonlySet<string>): void {
    const attempts = this.byOwner.get(uid);
    for (const id of attempts?.keys() ?? []) if (!ids.has(id)) attempts?.delete(id);
    if (attempts?.size === 0) this.byOwner.delete(uid);
  }

  forget(uid: string): void {
    this.byOwner.delete(uid);
  }

  private attemptsOf(uid: string): Map<string, Attempt> {
    const attempts = this.byOwner.get(uid) ?? new Map<string, Attempt>();
    this.byOwner.set(uid, attempts);
    return attempts;
  }

  private async tried(
    { version, refreshMs, retryLimitMs = RETRY_LIMIT_MS, act }: Trial,
    failures: number,
  ): Promise<Attempt> {
    const { clock } = this.options;
    try {
      const value = await act();
      const now = clock.now();
      return { version, failures: 0, dueAt: now + refreshMs(value), state: { state: 'Known', value, observedAt: now } };
    } catch (error) {
      const pauseMs = Math.min(RETRY_MS * 2 ** Math.min(failures, 30), retryLimitMs);
      return { version, failures: failures + 1, dueAt: clock.now() + pauseMs, state: failure(error) };
    }
  }

  /** Each new trouble once. */
  private tell(
    { kind, metadata: { namespace, name } }: Owner,
    id: string,
    { message, code }: Extract<Observation, { readonly state: 'Failed' }>,
    before: Observation | undefined,
  ): void {
    if (before?.state === 'Failed' && before.message === message) return;
    this.options.log.warn('external work failed', { kind, namespace, name, external: id, code, reason: message });
  }
}

/** An error as an answer. */
export function failure(error: unknown): Extract<Observation, { readonly state: 'Failed' }> {
  return {
    state: 'Failed',
    message: error instanceof Error ? error.message : String(error),
    ...(error instanceof AdrasteiaError ? { code: error.code } : {}),
  };
}
