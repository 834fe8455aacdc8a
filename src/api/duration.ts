/**
 * Durations as people write them in specs: `90s`, `1h30m`, `30d`.
 */
import { AdrasteiaError } from '../errors';

const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 } as const;

/** What a duration looks like: whole numbers with units d, h, m and s, largest first, each at most once. */
const DURATION_PATTERN = '^([0-9]{1,9}d)?([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?$';

/**
 * A duration in milliseconds; a day has 24 hours.
 * @throws DurationInvalid for any other text, the empty one included.
 */
export function parseDuration(text: string): number {
  // Input from objects that nothing validated may be anything.
  const match = typeof text === 'string' && text !== '' ? new RegExp(DURATION_PATTERN).exec(text) : null;
  if (match === null) {
    throw new AdrasteiaError(
      'DurationInvalid',
      `Duration ${shown(text)} cannot be read: it is not a number with a unit; write s, m, h or d, such as 90s, 1h30m or 30d`,
    );
  }
  const units = [UNIT_MS.d, UNIT_MS.h, UNIT_MS.m, UNIT_MS.s];
  return units.reduce((sum, unit, index) => sum + Number.parseInt(match[index + 1] ?? '0', 10) * unit, 0);
}

function shown(text: unknown): string {
  const json = typeof text === 'string' ? JSON.stringify(text) : String(text);
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}
