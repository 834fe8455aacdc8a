#!/usr/bin/env node
/**
 * `adra`, also installed as `kubectl-adra`: the process around one command line.
 *
 * The first Ctrl-C or SIGTERM asks the command to end in order; the second one ends it at once.
 */
import { constants } from 'node:os';
import { text } from 'node:stream/consumers';
import { systemClock } from '../adapters/system-clock';
import { run } from './program';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(128 + constants.signals[signal]);
    interruption.abort();
  });
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Who reads has seen enough, as `head` has.
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

void run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: () => text(process.stdin),
  environment: process.env,
  clock: systemClock,
  signal: interruption.signal,
}).then((code) => {
  process.exitCode = code;
});
