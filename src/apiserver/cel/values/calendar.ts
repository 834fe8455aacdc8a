/** The calendar's fields of a timestamp: what `getHours()` and its kin give. */
import type { Timestamp } from './value';
import { CelError } from './value';

/** As the functions are called. */
export type CalendarField =
  | 'getFullYear'
  | 'getMonth'
  | 'getDayOfYear'
  | 'getDayOfMonth'
  | 'getDate'
  | 'getDayOfWeek'
  | 'getHours'
  | 'getMinutes'
  | 'getSeconds'
  | 'getMilliseconds';

const DAY_MS = 86_400_000;
const NUMBER = /^[+-]?\d+$/;

/** Minutes east of UTC at a moment; an error where there is no such zone. */
function offsetMinutesOf(zone: string, seconds: number): number | CelError {
  if (zone === '' || zone === 'UTC' || zone === 'Local') return 0;
  const colon = zone.indexOf(':');
  return colon === -1 ? offsetOfNamedZone(zone, seconds) : offsetOfText(zone, colon);
}

function offsetOfText(zone: string, colon: number): number | CelError {
  const [hours, minutes] = [zone.slice(0, colon), zone.slice(colon + 1)];
  for (const part of [hours, minutes]) {
    if (!NUMBER.test(part)) return new CelError(`strconv.Atoi: parsing ${JSON.stringify(part)}: invalid syntax`);
  }
  return Number(hours) * 60 + (zone.startsWith('-') ? -Number(minutes) : Number(minutes));
}

function offsetOfNamedZone(zone: string, seconds: number): number | CelError {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return new CelError(`unknown time zone ${zone}`);
  }
  const parts = new Map(format.formatToParts(new Date(seconds * 1000)).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const local = new Date(0);
  local.setUTCFullYear(part('year'), part('month') - 1, part('day'));
  const localSeconds = local.getTime() / 1000 + part('hour') * 3600 + part('minute') * 60 + part('second');
  return Math.round((localSeconds - seconds) / 60);
}

/** A field in a zone, which is a name (`Europe/Berlin`) or an offset (`-07:00`). */
export function calendarField(field: CalendarField, timestamp: Timestamp, zone: string): number | CelError {
  const offset = offsetMinutesOf(zone, timestamp.seconds);
  if (offset instanceof CelError) return offset;
  const date = new Date((timestamp.seconds + offset * 60) * 1000);
  switch (field) {
    case 'getFullYear':
      return date.getUTCFullYear();
    case 'getMonth':
      return date.getUTCMonth();
    case 'getDayOfYear': {
      const newYear = new Date(0);
      newYear.setUTCFullYear(date.getUTCFullYear(), 0, 1);
      return Math.floor((date.getTime() - newYear.getTime()) / DAY_MS);
    }
    case 'getDayOfMonth':
      return date.getUTCDate() - 1;
    case 'getDate':
      return date.getUTCDate();
    case 'getDayOfWeek':
      return date.getUTCDay();
    case 'getHours':
      return date.getUTCHours();
    case 'getMinutes':
      return date.getUTCMinutes();
    case 'getSeconds':
      return date.getUTCSeconds();
    case 'getMilliseconds':
      return Math.trunc(timestamp.nanos / 1_000_000);
  }
}
