/** Surroundings that keep what a command line says, for running `adra` in the process of a test. */

import { systemClock } from '../../src/adapters/system-clock';
import { run } from '../../src/cli/program';
import type { Surroundings } from '../../src/cli/surroundings';

export interface Recorded {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunSettings {
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called with all of stdout after each piece of it. */
  readonly onStdout?: (text: string) => void;
}

/** Surroundings without a terminal, and what was said in them. */
export function recordingSurroundings(
  settings: RunSettings = {},
): Surroundings & { readonly said: { stdout: string; stderr: string } } {
  const said = { stdout: '', stderr: '' };
  return {
    said,
    stdout: {
      write: (text) => {
        said.stdout += text;
        settings.onStdout?.(said.stdout);
      },
    },
    stderr: {
      write: (text) => {
        said.stderr += text;
      },
    },
    stdin: async () => settings.stdin ?? '',
    environment: settings.environment ?? {},
    clock: systemClock,
    signal: settings.signal ?? new AbortController().signal,
  };
}

/** Runs one command line to its end. */
export async function runAdra(args: readonly string[], settings: RunSettings = {}): Promise<Recorded> {
  const surroundings = recordingSurroundings(settings);
  const code = await run(args, surroundings);
  return { code, ...surroundings.said };
}
