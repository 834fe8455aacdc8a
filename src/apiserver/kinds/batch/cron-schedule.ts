/**
 * Schedules of cron jobs: five fields, or a word such as `@daily`, or `@every 1h`.
 * @see https://pkg.go.dev/github.com/robfig/cron/v3, whose words the messages are
 */
import { findTimeZoneProblem } from './time-zone';

interface FieldBounds {
  readonly minimum: number;
  readonly maximum: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const FIELDS: readonly FieldBounds[] = [
  { minimum: 0, maximum: 59 },
  { minimum: 0, maximum: 23 },
  { minimum: 1, maximum: 31 },
  { minimum: 1, maximum: 12, names: MONTHS },
  { minimum: 0, maximum: 6, names: WEEKDAYS },
];

const DESCRIPTORS: ReadonlySet<string> = new Set([
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
]);
const EVERY = '@every ';
const GO_DURATION =
  /^[-+]?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*)$/;
const INTEGER = /^[+-]?[0-9]+$/;
const LARGEST_INTEGER = 2 ** 63;

class ScheduleProblem extends Error {}

/** What is wrong with a schedule; undefined where nothing is. */
export function findScheduleProblem(schedule: string): string | undefined {
  try {
    checkSchedule(schedule);
    return undefined;
  } catch (error) {
    if (error instanceof ScheduleProblem) return error.message;
    throw error;
  }
}

function checkSchedule(schedule: string): void {
  const text = withoutZone(schedule);
  if (text.startsWith('@')) {
    checkDescriptor(text);
    return;
  }
  const fields = text.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== FIELDS.length) {
    throw new ScheduleProblem(
      `expected exactly ${String(FIELDS.length)} fields, found ${String(fields.length)}: [${fields.join(' ')}]`,
    );
  }
  for (const [index, bounds] of FIELDS.entries()) checkField(fields[index] ?? '', bounds);
}

/** The schedule after `TZ=…`, which it may begin with. */
function withoutZone(schedule: string): string {
  if (!schedule.startsWith('TZ=') && !schedule.startsWith('CRON_TZ=')) return schedule;
  const space = schedule.indexOf(' ');
  const zone = schedule.slice(schedule.indexOf('=') + 1, space < 0 ? schedule.length : space);
  const problem = findTimeZoneProblem(zone);
  if (problem !== undefined) throw new ScheduleProblem(`provided bad location ${zone}: ${problem}`);
  return space < 0 ? '' : schedule.slice(space).trim();
}

function checkDescriptor(text: string): void {
  if (DESCRIPTORS.has(text)) return;
  if (!text.startsWith(EVERY)) throw new ScheduleProblem(`unrecognized descriptor: ${text}`);
  const duration = text.slice(EVERY.length);
  if (!GO_DURATION.test(duration)) {
    const why = `time: invalid duration ${JSON.stringify(duration)}`;
    throw new ScheduleProblem(`failed to parse duration ${text}: ${why}`);
  }
}

function checkField(field: string, bounds: FieldBounds): void {
  for (const range of field.split(',')) if (range !== '') checkRange(range, bounds);
}

function checkRange(range: string, bounds: FieldBounds): void {
  const [span = '', stepText, ...moreSteps] = range.split('/');
  const [low = '', high, ...moreEnds] = span.split('-');
  let start = bounds.minimum;
  let end = bounds.maximum;
  if (low !== '*' && low !== '?') {
    start = numberOf(low, bounds.names, bounds.minimum);
    if (moreEnds.length > 0) throw new ScheduleProblem(`too many hyphens: ${range}`);
    end = high === undefined ? start : numberOf(high, bounds.names, bounds.minimum);
  }
  if (moreSteps.length > 0) throw new ScheduleProblem(`too many slashes: ${range}`);
  const step = stepText === undefined ? 1 : numberOf(stepText);
  if (stepText !== undefined && high === undefined) end = bounds.maximum;
  checkSpan({ start, end, step, range }, bounds);
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly range: string;
}

function checkSpan({ start, end, step, range }: Span, { minimum, maximum }: FieldBounds): void {
  if (start < minimum) {
    throw new ScheduleProblem(`beginning of range (${start}) below minimum (${minimum}): ${range}`);
  }
  if (end > maximum) throw new ScheduleProblem(`end of range (${end}) above maximum (${maximum}): ${range}`);
  if (start > end) throw new ScheduleProblem(`beginning of range (${start}) beyond end of range (${end}): ${range}`);
  if (step === 0) throw new ScheduleProblem(`step of range should be a positive number: ${range}`);
}

/** The number that a text or a name stands for; names count from `first`. */
function numberOf(text: string, names?: readonly string[], first = 0): number {
  const index = names?.indexOf(text.toLowerCase()) ?? -1;
  if (index >= 0) return index + first;
  if (!INTEGER.test(text)) {
    const why = `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw new ScheduleProblem(`failed to parse int from ${text}: ${why}`);
  }
  const number = Number(text);
  if (Math.abs(number) > LARGEST_INTEGER) {
    const why = `strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`;
    throw new ScheduleProblem(`failed to parse int from ${text}: ${why}`);
  }
  if (number < 0) throw new ScheduleProblem(`negative number (${number}) not allowed: ${text}`);
  return number;
}
