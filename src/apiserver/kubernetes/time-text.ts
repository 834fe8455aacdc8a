/**
 * Times as the API reads and writes them: RFC 3339, in the layouts and with the complaints of Go's time package.
 * @see https://pkg.go.dev/time#Parse
 */

/** A layout's name in messages. Fractions of a second are read in both, and kept in micro times alone. */
const LAYOUTS = {
  time: '2006-01-02T15:04:05Z07:00',
  'micro-time': '2006-01-02T15:04:05.000000Z07:00',
} as const;

export type TimeLayout = keyof typeof LAYOUTS;

/** What was read, or the complaint. An undefined text stands for the zero time, year 1. */
export type ReadTime = { readonly text: string | undefined } | { readonly problem: string };

interface Part {
  readonly layout: string;
  readonly pattern: RegExp;
  readonly range?: { readonly name: string; readonly from: number; readonly to: number };
}

const ZONE: Part = { layout: 'Z07:00', pattern: /^(?:Z|[+-]\d\d:\d\d)/ };
const DATE_AND_TIME: readonly Part[] = [
  { layout: '2006', pattern: /^\d{4}/ },
  { layout: '-', pattern: /^-/ },
  { layout: '01', pattern: /^\d\d/, range: { name: 'month', from: 1, to: 12 } },
  { layout: '-', pattern: /^-/ },
  { layout: '02', pattern: /^\d\d/ },
  { layout: 'T', pattern: /^T/ },
  { layout: '15', pattern: /^\d{1,2}/, range: { name: 'hour', from: 0, to: 23 } },
  { layout: ':', pattern: /^:/ },
  { layout: '04', pattern: /^\d\d/, range: { name: 'minute', from: 0, to: 59 } },
  { layout: ':', pattern: /^:/ },
  { layout: '05', pattern: /^\d\d/, range: { name: 'second', from: 0, to: 59 } },
];
const PARTS: Readonly<Record<TimeLayout, readonly Part[]>> = {
  time: [...DATE_AND_TIME, ZONE],
  'micro-time': [...DATE_AND_TIME, { layout: '.000000', pattern: /^[.,]\d{6}/ }, ZONE],
};
/** Seconds may have a fraction that the layout doesn't name. */
const FRACTION = /^[.,]\d+/;

const CANONICAL = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const ZERO = '0001-01-01T00:00:00Z';

/** The time in UTC, in its layout's precision; what is finer is cut off. */
export function readTime(text: string, layout: TimeLayout): ReadTime {
  if (layout === 'time' && CANONICAL.test(text)) return { text: text === ZERO ? undefined : text };
  const found: string[] = [];
  let rest = text;
  let fraction = '';
  for (const part of PARTS[layout]) {
    const value = part.pattern.exec(rest)?.[0];
    if (value === undefined)
      return { problem: cannotParse(text, layout, `cannot parse ${quoted(rest)} as ${quoted(part.layout)}`) };
    if (part.range !== undefined && isOutOf(Number(value), part.range)) {
      return { problem: outOfRange(text, part.range.name) };
    }
    found.push(value);
    rest = rest.slice(value.length);
    if (part.layout === '.000000') fraction = value;
    if (part.layout === '05' && layout === 'time') {
      const extra = FRACTION.exec(rest)?.[0] ?? '';
      fraction = extra;
      rest = rest.slice(extra.length);
    }
  }
  if (rest !== '') return { problem: `parsing time ${quoted(text)}: extra text: ${quoted(rest)}` };
  return shifted(text, found, fraction, layout);
}

function shifted(text: string, found: readonly string[], fraction: string, layout: TimeLayout): ReadTime {
  const [year = '', , month = '', , day = '', , hour = '', , minute = '', , second = ''] = found;
  const zone = found.at(-1) ?? 'Z';
  const utc = new Date(0);
  utc.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // Told after all else, since only a whole date has a last day.
  if (utc.getUTCDate() !== Number(day)) return { problem: outOfRange(text, 'day') };
  const offset = zone === 'Z' ? 0 : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  if (zone !== 'Z' && (Number(zone.slice(1, 3)) > 24 || Number(zone.slice(4, 6)) > 60)) {
    return {
      problem: outOfRange(text, Number(zone.slice(1, 3)) > 24 ? 'time zone offset hour' : 'time zone offset minute'),
    };
  }
  utc.setUTCHours(Number(hour), Number(minute) - (zone.startsWith('-') ? -offset : offset), Number(second));
  const seconds = utc.toISOString().slice(0, -'.000Z'.length);
  const micros = layout === 'time' ? '' : `.${fraction.slice(1, 7).padEnd(6, '0')}`;
  if (`${seconds}Z` === ZERO && /^(?:[.,]0*)?$/.test(fraction)) return { text: undefined };
  return { text: `${seconds}${micros}Z` };
}

function isOutOf(value: number, { from, to }: { readonly from: number; readonly to: number }): boolean {
  return value < from || value > to;
}

function outOfRange(text: string, name: string): string {
  return `parsing time ${quoted(text)}: ${name} out of range`;
}

function cannotParse(text: string, layout: TimeLayout, why: string): string {
  return `parsing time ${quoted(text)} as ${quoted(LAYOUTS[layout])}: ${why}`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
