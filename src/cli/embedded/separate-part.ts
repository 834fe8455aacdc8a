/** Parts in processes of their own, so that each can be measured alone. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { AdrasteiaError } from '../../errors';
import type { Clock } from '../../ports/clock';
import { errorOf, type Order, type Report } from './part-messages';
import { type FactsOf, PART_TITLES, type PartName, type StartPart } from './parts';

export interface SeparateSurroundings {
  readonly clock: Clock;
  /** A part that is about to start when this aborts isn't waited for any longer. */
  readonly signal: AbortSignal;
  readonly isVerbose: boolean;
  /** Prints a line for people. */
  readonly note: (line: string) => void;
  readonly onFatal: (error: AdrasteiaError) => void;
}

/** Longer than a part takes that ends by itself. */
const ENDING_TAKES_AT_MOST_MS = 10_000;

/** Starts each part in a child process. A child ends with this process, also where that is killed. */
export function startSeparately(surroundings: SeparateSurroundings): StartPart {
  const { clock, signal, isVerbose, note, onFatal } = surroundings;
  return async (name, settings) => {
    const child = fork(join(__dirname, 'part-process.js'), [name], {
      // Nothing but data goes to stdout.
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    let isDrained = false;
    let isEnding = false;
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(`it ended with ${String(code ?? signal)}`));
    });
    const stop = async (): Promise<void> => {
      isEnding = true;
      order(child, { order: 'stop' });
      const cancel = clock.schedule(ENDING_TAKES_AT_MOST_MS, () => child.kill('SIGKILL'));
      await ended;
      cancel();
    };
    const facts = await new Promise<FactsOf<typeof name>>((resolve, reject) => {
      const abort = (): void => reject(signal.reason as Error);
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
      void ended.then((how) => {
        const error = partEnded(name, how);
        reject(error);
        if (!isEnding) onFatal(error);
      });
      child.on('message', (report: Report) => {
        switch (report.report) {
          case 'started':
            resolve(report.facts as FactsOf<typeof name>);
            return;
          case 'failed':
            isEnding = true;
            reject(errorOf(report.failure));
            return;
          case 'fatal': {
            const error = errorOf(report.failure);
            onFatal(error instanceof AdrasteiaError ? error : partEnded(name, error.message));
            return;
          }
          case 'drained':
            ({ isDrained } = report);
            return;
          case 'note':
            note(`${name}: ${report.line}`);
        }
      });
      order(child, { order: 'start', part: name, settings, isVerbose });
    }).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
    return { facts, pid: child.pid ?? 0, isDrained: () => isDrained, stop };
  };
}

function order(child: ChildProcess, words: Order): void {
  // A child that is gone is told nothing; its end is told otherwise.
  if (child.connected) child.send(words, () => undefined);
}

function partEnded(name: PartName, how: string): AdrasteiaError {
  return new AdrasteiaError(
    'PartEnded',
    `${PART_TITLES[name]} ended by itself: ${how}: start adra up again, with --verbose to see why`,
  );
}
