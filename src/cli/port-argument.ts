/** Ports on the command line. */
import { InvalidArgumentError } from 'commander';

/** Parses a port, 0 included. Throws commander's `InvalidArgumentError` for anything else. */
export function portArgument(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('It is no port: write 0 to 65535.');
  return value;
}
