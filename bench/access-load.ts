/** The load by which access is measured, made by a process of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Somebody who is signed in, and sends requests over a connection of their own. */
export interface LoadPerson {
  readonly user: string;
  /** The `Cookie` header. */
  readonly cookie: string;
}

/** One load. */
export interface LoadOrder {
  /** Of loopback. */
  readonly port: number;
  readonly host: string;
  readonly people: readonly LoadPerson[];
  readonly seconds: number;
  /** Requests of all together, sent at times by chance. Absent: each sends the next as soon as the last is answered. */
  readonly perSecond?: number;
  /** The same number gives the same times. */
  readonly seed: number;
  /** Whether the app must be told who sends; otherwise it must not be. */
  readonly isIdentified: boolean;
}

/** What came of it. */
export interface LoadResult {
  /** Of each request, in milliseconds, from when it was sent to the end of its answer. */
  readonly latenciesMs: readonly number[];
  readonly seconds: number;
  /** How many were sent more than 5 ms after their time: the load generator itself had no time. */
  readonly late: number;
}

/** What the process answers to an order. */
export type LoadReply = LoadResult | { readonly error: string };

/** The process. Stop it. */
export class LoadGenerator {
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'exit').then(() => {
      throw new Error('the load generator has ended');
    });
    this.#ended.catch(() => undefined);
  }

  static start(): LoadGenerator {
    return new LoadGenerator(
      fork(join(__dirname, 'access-load-process.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
    );
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Opens all connections, sends one request over each, and then what is ordered. Throws where anything is answered but 200. */
  async run(order: LoadOrder): Promise<LoadResult> {
    const replied = once(this.#child, 'message');
    this.#child.send(order);
    const [reply] = (await Promise.race([replied, this.#ended])) as [LoadReply];
    if ('error' in reply) throw new Error(reply.error);
    return reply;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
