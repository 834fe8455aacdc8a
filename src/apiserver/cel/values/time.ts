/** Durations and timestamps: reading, writing and computing, with the limits of cel-go. */
import { isInt64 } from './integer';
import { CelError, Duration, Timestamp } from './value';

const SECOND = 1_000_000_000n;
const MIN_SECONDS = -62_135_596_800;
const MAX_SECONDS = 253_402_300_799;
const TIMESTAMP_OVERFLOW = new CelError('timestamp overflow');
const INT_OVERFLOW = new CelError('integer overflow');

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['μs', 1000n],
  ['ms', 1_000_000n],
  ['s', SECOND],
  ['m', 60n * SECOND],
  ['h', 3600n * SECOND],
]);
const DURATION = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const DURATION_PART = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g;

/** A duration as Go's `time.ParseDuration` reads it: `1h30m`, `-1.5s`, `0`. Undefined for any other text. */
export function findDuration(text: string): Duration | undefined {
  if (/^[+-]?0$/.test(text)) return new Duration(0n);
  if (!DURATION.test(text)) return undefined;
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(DURATION_PART)) {
    const scale = UNITS.get(unit) ?? 0n;
    nanos += BigInt(whole === '' ? '0' : whole) * scale;
    // What is finer than a nanosecond is cut off.
    if (fraction !== '') nanos += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
  }
  const signed = text.startsWith('-') ? -nanos : nanos;
  return isInt64(signed) ? new Duration(signed) : undefined;
}

const DAY = 24n * 3600n * SECOND;
/** The last name of each unit also stands for whatever begins with it: `minutes`. */
const LONG_UNITS: readonly (readonly [bigint, readonly string[]])[] = [
  [1n, ['ns', 'nano']],
  [1000n, ['us', 'µs', 'micro']],
  [1_000_000n, ['ms', 'milli']],
  [SECOND, ['s', 'sec']],
  [60n * SECOND, ['m', 'min']],
  [3600n * SECOND, ['h', 'hr', 'hour']],
  [DAY, ['d', 'day']],
  [7n * DAY, ['w', 'wk', 'week']],
];
const LONG_DURATION_PART = /(\d+)\s*([A-Za-zµ]+)/g;

/** A duration as the format `duration` of a schema has it: also `3 days`. Undefined for any other text. */
export function findSchemaDuration(text: string): Duration | undefined {
  const duration = findDuration(text);
  if (duration !== undefined) return duration;
  let nanos: bigint | undefined;
  for (const [, factor = '', name = ''] of text.matchAll(LONG_DURATION_PART)) {
    const unit = name.toLowerCase();
    for (const [scale, names] of LONG_UNITS) {
      const isUnit = names.some(
        (known, index) => known === unit || (index === names.length - 1 && unit.startsWith(known)),
      );
      if (isUnit) nanos = (nanos ?? 0n) + BigInt(factor) * scale;
    }
  }
  return nanos === undefined ? undefined : new Duration(BigInt.asIntN(64, nanos));
}

/** `1.5s`: seconds, however long. */
export function durationText({ nanos }: Duration): string {
  const magnitude = nanos < 0n ? -nanos : nanos;
  const seconds = Number(nanos / SECOND) + Number(nanos % SECOND) / 1e9;
  // Go writes the nearest double; short fractions are exact in both.
  if (magnitude % SECOND === 0n) return `${String(nanos / SECOND)}s`;
  return `${plainText(seconds)}s`;
}

/** A number without an exponent. */
export function plainText(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = '', first = '', rest = '', exponent = '0'] = match;
  const digits = first + rest;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return point >= digits.length
    ? `${sign}${digits}${'0'.repeat(point - digits.length)}`
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

const TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d+))?(Z|([+-])(\d{2}):(\d{2}))$/;
const LOCAL_TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?$/;

/** Seconds since 1970 of a day and time that exist; undefined otherwise. */
function findSeconds(parts: readonly [number, number, number, number, number, number]): number | undefined {
  const [year, month, day, hour, minute, second] = parts;
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  // `Date.UTC` would take a year below 100 for one of the last century.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1) return undefined;
  return date.getTime() / 1000 + hour * 3600 + minute * 60 + second;
}

/** A timestamp of RFC 3339; undefined for any other text, an error where it is out of range. */
export function findTimestamp(text: string): Timestamp | CelError | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const seconds = findSeconds([year, month, day, hour, minute, second]);
  if (seconds === undefined) return undefined;
  const [hours, minutes] = [Number(match[10] ?? '0'), Number(match[11] ?? '0')];
  if (hours > 24 || minutes > 59) return undefined;
  const offset = (match[9] === '-' ? -1 : 1) * (hours * 60 + minutes);
  const nanos = Number((match[7] ?? '').slice(0, 9).padEnd(9, '0'));
  return checkedTimestamp(seconds - offset * 60, nanos, offset + 0);
}

/** A timestamp as the format `date-time` of a schema has it; undefined for any other text. */
export function findSchemaTimestamp(text: string): Timestamp | undefined {
  if (text === '') return new Timestamp(0, 0);
  const timestamp = findTimestamp(LOCAL_TIMESTAMP.test(text) ? `${text}Z` : text);
  return timestamp instanceof Timestamp ? timestamp : undefined;
}

/** A day as the format `date` of a schema has it; undefined for any other text. */
export function findDate(text: string): Timestamp | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? findSchemaTimestamp(`${text}T00:00:00Z`) : undefined;
}

export function checkedTimestamp(seconds: number, nanos: number, offsetMinutes = 0): Timestamp | CelError {
  return seconds < MIN_SECONDS || seconds > MAX_SECONDS
    ? TIMESTAMP_OVERFLOW
    : new Timestamp(seconds, nanos, offsetMinutes);
}

function padded(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}

/** RFC 3339, in the zone in which the timestamp is written. */
export function timestampText({ seconds, nanos, offsetMinutes }: Timestamp): string {
  const date = new Date((seconds + offsetMinutes * 60) * 1000);
  const fraction = nanos === 0 ? '' : `.${padded(nanos, 9).replace(/0+$/, '')}`;
  const magnitude = Math.abs(offsetMinutes);
  const zone =
    offsetMinutes === 0
      ? 'Z'
      : `${offsetMinutes < 0 ? '-' : '+'}${padded(Math.trunc(magnitude / 60))}:${padded(magnitude % 60)}`;
  const day = `${padded(date.getUTCFullYear(), 4)}-${padded(date.getUTCMonth() + 1)}-${padded(date.getUTCDate())}`;
  const time = `${padded(date.getUTCHours())}:${padded(date.getUTCMinutes())}:${padded(date.getUTCSeconds())}`;
  return `${day}T${time}${fraction}${zone}`;
}

/** A duration of so many nanoseconds; an error beyond 64 bits. */
export function checkedDuration(nanos: bigint): Duration | CelError {
  return isInt64(nanos) ? new Duration(nanos) : INT_OVERFLOW;
}

export function addToTimestamp(timestamp: Timestamp, { nanos }: Duration): Timestamp | CelError {
  const total = BigInt(timestamp.nanos) + nanos;
  const rest = ((total % SECOND) + SECOND) % SECOND;
  const seconds = timestamp.seconds + Number((total - rest) / SECOND);
  return checkedTimestamp(seconds, Number(rest), timestamp.offsetMinutes);
}

export function betweenTimestamps(later: Timestamp, earlier: Timestamp): Duration | CelError {
  const seconds = BigInt(later.seconds - earlier.seconds) * SECOND;
  return isInt64(seconds) ? checkedDuration(seconds + BigInt(later.nanos - earlier.nanos)) : INT_OVERFLOW;
}
