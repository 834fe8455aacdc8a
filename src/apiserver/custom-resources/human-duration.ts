/**
 * Durations as tables show them: two or three figures at most.
 * @see k8s.io/apimachinery/pkg/util/duration/duration.go, v0.34
 */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** `5s`, `2m30s`, `3h`, `6y326d`; a little before now is `0s`, more is `<invalid>`. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 2 * MINUTE) return `${String(seconds)}s`;
  if (seconds < 10 * MINUTE) return withRest(seconds, [MINUTE, 'm'], [1, 's']);
  if (seconds < 3 * HOUR) return `${String(Math.floor(seconds / MINUTE))}m`;
  if (seconds < 8 * HOUR) return withRest(seconds, [HOUR, 'h'], [MINUTE, 'm']);
  if (seconds < 2 * DAY) return `${String(Math.floor(seconds / HOUR))}h`;
  if (seconds < 8 * DAY) return withRest(seconds, [DAY, 'd'], [HOUR, 'h']);
  if (seconds < 2 * YEAR) return `${String(Math.floor(seconds / DAY))}d`;
  if (seconds < 8 * YEAR) return withRest(seconds, [YEAR, 'y'], [DAY, 'd']);
  return `${String(Math.floor(seconds / YEAR))}y`;
}

type Unit = readonly [seconds: number, letter: string];

function withRest(seconds: number, [whole, letter]: Unit, [part, small]: Unit): string {
  const rest = Math.floor((seconds % whole) / part);
  return `${String(Math.floor(seconds / whole))}${letter}${rest === 0 ? '' : `${String(rest)}${small}`}`;
}
