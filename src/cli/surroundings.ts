/**
 * What a run of `adra` has around it, so that a test can run a whole command line in its own process.
 */
import type { Clock } from '../ports/clock';

/** Where text goes. `process.stdout` is one. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width of a terminal, in characters. */
  readonly columns?: number;
}

export interface Surroundings {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Everything that comes from standard input. */
  readonly stdin: () => Promise<string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Aborts when the user, or who started the process, wants it to end. */
  readonly signal: AbortSignal;
}
