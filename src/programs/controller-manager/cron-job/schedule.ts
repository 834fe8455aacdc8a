/**
 * Schedules in cron's five fields, or `@daily` and the like, in a time zone. Pure.
 * @see https://en.wikipedia.org/wiki/Cron
 */

export interface Schedule {
  /** The first instant after this one, in milliseconds; undefined where there is none in five years. */
  next(afterMs: number): number | undefined;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DAYS_MAX = 5 * 366;
const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: MINUTE_MS, s: 1000 };

interface Field {
  readonly values: ReadonlySet<number>;
  /** A field that says any, be it in steps. */
  readonly isStar: boolean;
}

/** The schedule that a text says; undefined where it says none. The zone is a name of the IANA database; default UTC. */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule | undefined {
  const [, inlineZone, rest = ''] = /^(?:(?:CRON_)?TZ=(\S+)\s+)?(.*)$/.exec(text.trim()) ?? [];
  const zone = inlineZone ?? timeZone;
  if (!isTimeZone(zone)) return undefined;
  const every = /^@every\s+(.+)$/.exec(rest)?.[1];
  if (every !== undefined) return everySchedule(every);
  const parts = (DESCRIPTORS[rest] ?? rest).split(/\s+/);
  if (parts.length !== 5) return undefined;
  const [minutes, hours, days, months, weekdays] = [
    parseField(parts[0], 0, 59),
    parseField(parts[1], 0, 23),
    parseField(parts[2], 1, 31),
    parseField(parts[3], 1, 12, MONTHS),
    parseField(parts[4], 0, 7, WEEKDAYS),
  ];
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  const isDay = (date: Date): boolean => {
    if (!months.values.has(date.getUTCMonth() + 1)) return false;
    const isOfMonth = days.values.has(date.getUTCDate());
    const isOfWeek = weekdays.values.has(date.getUTCDay()) || (date.getUTCDay() === 0 && weekdays.values.has(7));
    // Either will do where both are restricted.
    return days.isStar || weekdays.isStar ? isOfMonth && isOfWeek : isOfMonth || isOfWeek;
  };
  return { next: (afterMs) => nextInstant(afterMs, { zone, isDay, hours: sorted(hours), minutes: sorted(minutes) }) };
}

/** True for a name of the IANA database of time zones. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return zone !== '';
  } catch {
    return false;
  }
}

/** An instant as a clock of the zone shows it, RFC 3339. */
export function zonedText(ms: number, zone: string): string {
  const offset = offsetAt(ms, zone);
  const local = new Date(ms + offset).toISOString().slice(0, 19);
  if (offset === 0) return `${local}Z`;
  const minutes = Math.abs(offset) / MINUTE_MS;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

function everySchedule(text: string): Schedule | undefined {
  let total = 0;
  if (!/^(\d+(\.\d+)?[hms])+$/.test(text)) return undefined;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)([hms])/g))
    total += Number(amount) * (UNITS[unit] ?? 0);
  const step = Math.max(1000, Math.floor(total / 1000) * 1000);
  return { next: (afterMs) => Math.floor((afterMs + step) / 1000) * 1000 };
}

interface Wanted {
  readonly zone: string;
  readonly isDay: (date: Date) => boolean;
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
}

/** Days are gone through as the zone's calendar has them; an hour that a day lacks is left out. */
function nextInstant(afterMs: number, { zone, isDay, hours, minutes }: Wanted): number | undefined {
  const firstDay = Math.floor((afterMs + offsetAt(afterMs, zone)) / DAY_MS) * DAY_MS;
  for (let day = firstDay; day < firstDay + DAYS_MAX * DAY_MS; day += DAY_MS) {
    if (!isDay(new Date(day))) continue;
    for (const hour of hours) {
      for (const minute of minutes) {
        const local = day + (hour * 60 + minute) * MINUTE_MS;
        const instant = instantOf(local, zone);
        if (instant !== undefined && instant > afterMs) return instant;
      }
    }
  }
  return undefined;
}

/** The first instant at which the zone's clocks show this; undefined where they never do. */
function instantOf(local: number, zone: string): number | undefined {
  if (zone === 'UTC') return local;
  const candidates = [local - offsetAt(local - DAY_MS / 2, zone), local - offsetAt(local + DAY_MS / 2, zone)];
  return candidates.filter((instant) => instant + offsetAt(instant, zone) === local).sort((a, b) => a - b)[0];
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** How far the zone's clocks are ahead of UTC, in milliseconds. */
function offsetAt(ms: number, zone: string): number {
  if (zone === 'UTC' || zone === 'Etc/UTC') return 0;
  let format = FORMATS.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    FORMATS.set(zone, format);
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(ms)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

function parseField(
  text: string | undefined,
  min: number,
  max: number,
  names: readonly string[] = [],
): Field | undefined {
  const values = new Set<number>();
  let isStar = false;
  const valueOf = (word: string): number => {
    const index = names.indexOf(word.toLowerCase());
    if (index >= 0) return index + (names === MONTHS ? 1 : 0);
    return /^\d+$/.test(word) ? Number(word) : Number.NaN;
  };
  for (const part of (text ?? '').split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const [low = '', high] = range.split('-');
    const isAny = range === '*' || range === '?';
    if (isAny && (step === undefined || step === '1')) isStar = true;
    const first = isAny ? min : valueOf(low);
    const last = isAny || (high === undefined && step !== undefined) ? max : valueOf(high ?? low);
    const by = Number(step ?? '1');
    if (!(first >= min && last <= max && first <= last && by > 0)) return undefined;
    for (let value = first; value <= last; value += by) values.add(value);
  }
  return { values, isStar };
}

function sorted({ values }: Field): readonly number[] {
  return [...values].sort((a, b) => a - b);
}
