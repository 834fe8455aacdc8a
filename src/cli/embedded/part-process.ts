/**
 * The process of one part of `adra up --separate`. It is told what to be, and ends when it is told to, or when whoever
 * started it is gone, however that came about.
 */
import { systemClock } from '../../adapters/system-clock';
import { programLog } from '../program-log';
import type { StartedPart } from './part';
import { failureOf, type Order, type Report } from './part-messages';
import { startHere } from './parts';

const LOOKS_EVERY_MS = 50;
/** Whoever doesn't end by then is ended. */
const ENDING_TAKES_AT_MOST_MS = 8_000;

let running: StartedPart<unknown> | undefined;
let isEnding = false;

function tell(report: Report): void {
  // Where nobody listens any more, the process is about to end.
  if (process.connected) process.send?.(report, undefined, undefined, () => undefined);
}

async function start({ part, settings, isVerbose }: Extract<Order, { order: 'start' }>): Promise<void> {
  const log = programLog({ note: (line) => tell({ report: 'note', line }), isVerbose });
  const onFatal = (error: unknown): void => tell({ report: 'fatal', failure: failureOf(error) });
  try {
    const started = await startHere({ clock: systemClock, log, onFatal })(part, settings);
    running = started;
    tell({ report: 'started', facts: started.facts });
    tellDrained(started, false);
  } catch (error) {
    tell({ report: 'failed', failure: failureOf(error) });
  }
}

/** Says when the part has come to rest, and when it has something to do again. */
function tellDrained(part: StartedPart<unknown>, told: boolean): void {
  if (isEnding) return;
  const isDrained = part.isDrained();
  if (isDrained !== told) tell({ report: 'drained', isDrained });
  systemClock.schedule(LOOKS_EVERY_MS, () => tellDrained(part, isDrained));
}

async function end(): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  systemClock.schedule(ENDING_TAKES_AT_MOST_MS, () => process.exit(1));
  // What is still starting may wait for an API that is gone, and has nothing to lose.
  await running?.stop();
  process.exit(0);
}

// A terminal sends these to every process of `adra up`, which ends its parts in order.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('SIGTERM', () => void end());
process.on('disconnect', () => void end());
process.on('message', (order: Order) => {
  if (order.order === 'start') void start(order);
  else void end();
});
