/**
 * Does the steps of the objects of one kind, each object's one after another: waits the time of its stage, asks once more what
 * the next step is, and does it. A step that fails is tried again after a growing pause.
 */
import type { ObjectName } from '../../api/object';
import { kindKey, type ResourceType } from '../../api/resource-type';
import { hasCode } from '../../errors';
import type { Clock } from '../../ports/clock';
import type { Logger, LogKeys } from '../../ports/logger';
import { errorKeys } from '../error-keys';
import type { Delays } from './options';
import type { Step } from './step';

/** Whose steps are paced, and how they are found and done. */
export interface PacerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly delays: Delays;
  readonly type: ResourceType;
  /** The next step of an object, from what is known now. */
  readonly next: (name: ObjectName) => Step | undefined;
  /** Does a step and takes in what came of it. */
  readonly perform: (step: Step) => Promise<void>;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;

/** What an object waits for: the end of a stage, or of a pause after a failure (no step). */
interface Wait {
  readonly step?: string;
  readonly cancel: () => void;
}

/** Paces the steps of one kind; idle until an object is to be considered. */
export class Pacer {
  readonly #options: PacerOptions;
  readonly #waits = new Map<string, Wait>();
  readonly #performing = new Map<string, Promise<void>>();
  /** How often in a row the steps of an object failed. */
  readonly #failures = new Map<string, number>();
  #isStopped = false;

  constructor(options: PacerOptions) {
    this.#options = options;
  }

  /** To be called when the object changed, or something that its next step depends on. */
  consider(name: ObjectName): void {
    const key = keyOf(name);
    const wait = this.#waits.get(key);
    const isPaused = wait !== undefined && wait.step === undefined;
    // It is considered again when what is being done, or the pause, is over.
    if (this.#isStopped || isPaused || this.#performing.has(key)) return;
    const step = this.#options.next(name);
    if (step !== undefined && wait?.step === step.name) return;
    wait?.cancel();
    this.#waits.delete(key);
    if (step === undefined) this.#failures.delete(key);
    else this.#wait(name, this.#options.delays[step.after], step.name);
  }

  /** Begins nothing more, and returns when what is being done is done. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { cancel } of this.#waits.values()) cancel();
    this.#waits.clear();
    await Promise.all(this.#performing.values());
  }

  #wait(name: ObjectName, delayMs: number, step?: string): void {
    const key = keyOf(name);
    const cancel = this.#options.clock.schedule(delayMs, () => {
      this.#waits.delete(key);
      const due = step === undefined ? undefined : this.#options.next(name);
      if (due === undefined || due.name !== step) this.consider(name);
      else this.#performing.set(key, this.#perform(name, due));
    });
    this.#waits.set(key, step === undefined ? { cancel } : { step, cancel });
  }

  async #perform(name: ObjectName, step: Step): Promise<void> {
    const { log, perform, type } = this.#options;
    const key = keyOf(name);
    const keys: LogKeys = { kind: kindKey(type), namespace: name.namespace, name: name.name, step: step.name };
    try {
      await perform(step);
      this.#failures.delete(key);
      log.debug('step done', keys);
    } catch (error) {
      // Somebody was faster; the watch brings what is true by now.
      const isUsual = hasCode(error, 'ApiConflict', 'ApiNotFound', 'ApiAlreadyExists');
      log[isUsual ? 'debug' : 'warn']('step failed', { ...keys, ...errorKeys(error) });
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      if (!this.#isStopped) this.#wait(name, Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS));
    }
    this.#performing.delete(key);
    this.consider(name);
  }
}

function keyOf({ namespace, name }: ObjectName): string {
  return `${namespace ?? ''}/${name}`;
}
