/** Several errors of one command, said one after the other. */
import type { CommandContext } from './command-context';
import { errorLines } from './error-lines';
import { exitOfAll } from './exit-codes';
import type { Output } from './output';

/** Prints the errors, if any, and ends the command as they say. */
export function reportErrors(
  errors: readonly unknown[],
  output: Output,
  { endWith }: Pick<CommandContext, 'endWith'>,
): void {
  for (const error of errors) for (const line of errorLines(error, { verbose: output.isVerbose })) output.note(line);
  if (errors.length > 0) endWith(exitOfAll(errors));
}
