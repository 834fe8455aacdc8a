/**
 * Comparing passwords in a thread of its own, so that nobody else's request waits for bcrypt. The thread runs the program's own
 * file, whose entry calls `servePasswords` where it finds itself in a thread.
 */
import { parentPort, Worker } from 'node:worker_threads';
import { AdrasteiaError } from '../../../errors';
import { type PasswordHashes, passwordHashes } from './password-hashes';

interface Task {
  readonly id: number;
  readonly hash: string;
  readonly password: string;
}

interface Outcome {
  readonly id: number;
  readonly isMatch: boolean;
}

/** What the thread does: it compares what it is sent, one after the other. */
export function servePasswords(): void {
  const port = parentPort;
  let queue: Promise<unknown> = Promise.resolve();
  port?.on('message', ({ id, hash, password }: Task) => {
    queue = queue.then(async () => {
      const isMatch = await passwordHashes.matches(hash, password).catch(() => false);
      port.postMessage({ id, isMatch } satisfies Outcome);
    });
  });
}

/** Of more that wait, the next is refused: they would wait longer than a browser does. */
const MOST_WAITING = 100;

interface Waiting {
  readonly resolve: (isMatch: boolean) => void;
  readonly reject: (error: Error) => void;
}

/** Compares in a thread, which is started when it is first needed, and anew where it ended. */
export class PasswordThread implements PasswordHashes {
  readonly #file: string;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #lastId = 0;

  /** `file` is what the thread runs. */
  constructor(file: string) {
    this.#file = file;
  }

  async matches(hash: string, password: string): Promise<boolean> {
    if (this.#waiting.size >= MOST_WAITING) throw new AdrasteiaError('TimedOut', 'too many passwords wait');
    const thread = (this.#thread ??= this.#start());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      thread.postMessage({ id, hash, password } satisfies Task);
    });
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  #start(): Worker {
    const thread = new Worker(this.#file);
    thread.on('message', ({ id, isMatch }: Outcome) => {
      this.#waiting.get(id)?.resolve(isMatch);
      this.#waiting.delete(id);
    });
    thread.on('error', () => undefined);
    thread.on('exit', () => {
      this.#thread = undefined;
      for (const { reject } of this.#waiting.values()) {
        reject(new AdrasteiaError('PartEnded', 'the thread that compares passwords ended'));
      }
      this.#waiting.clear();
    });
    return thread;
  }
}
