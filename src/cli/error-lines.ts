/**
 * Errors, as `adra` prints them: one line with what is wrong, one with the code.
 */
import { AdrasteiaError } from '../errors';
import { oneLine } from './one-line';

/** The lines of an error; with `verbose` also the chain of its causes. */
export function errorLines(error: unknown, { verbose }: { readonly verbose: boolean }): readonly string[] {
  const lines = [`error: ${oneLine(messageOf(error))}`];
  if (error instanceof AdrasteiaError) lines.push(`code: ${error.code}`);
  if (!verbose) {
    // Whatever isn't ours is a fault of the program: without its place nobody could mend it.
    return error instanceof AdrasteiaError ? lines : [...lines, 'this is a fault of adra; --verbose shows where'];
  }
  if (!(error instanceof AdrasteiaError) && error instanceof Error && error.stack !== undefined)
    lines.push(...error.stack.split('\n'));
  let cause = error instanceof Error ? error.cause : undefined;
  // The bound keeps a cause that causes itself from hanging.
  for (let depth = 0; cause !== undefined && depth < 16; depth++) {
    lines.push(`caused by: ${oneLine(messageOf(cause))}`);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return lines;
}

function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string')
    return error.message;
  return String(error);
}
