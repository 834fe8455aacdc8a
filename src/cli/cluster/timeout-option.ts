/** The option `--timeout`. */
import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../api/duration';
import { hasCode } from '../../errors';

/** A longest time, in milliseconds once parsed. `fallback` is written as users write it: `120s`. */
export function timeoutOption(fallback: string): Option {
  return new Option('--timeout <duration>', 'longest time to wait')
    .argParser(milliseconds)
    .default(parseDuration(fallback), fallback);
}

function milliseconds(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (hasCode(error, 'DurationInvalid'))
      throw new InvalidArgumentError('It is no duration: write such as 90s or 2m.');
    throw error;
  }
}
