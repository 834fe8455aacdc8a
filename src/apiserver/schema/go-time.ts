/**
 * Times as Go reads RFC 3339, with the words in which it refuses the rest.
 * @see https://pkg.go.dev/time#Parse
 */

/** A text that is no time. */
export class TimeSyntax extends Error {
  override readonly name = 'TimeSyntax';
}

const LAYOUT = '2006-01-02T15:04:05Z07:00';

/** The parts of a time in their order: what the layout calls them, what they match, and what they are outside of a range. */
const PARTS: readonly {
  readonly layout: string;
  readonly pattern: RegExp;
  readonly range?: readonly [string, number, number];
}[] = [
  { layout: '2006', pattern: /^\d{4}/ },
  { layout: '-', pattern: /^-/ },
  { layout: '01', pattern: /^\d{2}/, range: ['month', 1, 12] },
  { layout: '-', pattern: /^-/ },
  { layout: '02', pattern: /^\d{2}/ },
  { layout: 'T', pattern: /^T/ },
  { layout: '15', pattern: /^\d{2}/, range: ['hour', 0, 23] },
  { layout: ':', pattern: /^:/ },
  { layout: '04', pattern: /^\d{2}/, range: ['minute', 0, 59] },
  { layout: ':', pattern: /^:/ },
  { layout: '05', pattern: /^\d{2}(?:[.,]\d+)?/, range: ['second', 0, 59] },
  { layout: 'Z07:00', pattern: /^(?:Z|[+-]\d{2}:\d{2})/ },
];

/** The instant that an RFC 3339 text says; fractions of a second are kept to the millisecond. Throws `TimeSyntax`. */
export function parseTime(text: string): Date {
  const quoted = JSON.stringify(text);
  let rest = text;
  let outside: string | undefined;
  for (const { layout, pattern, range } of PARTS) {
    const [part] = pattern.exec(rest) ?? [];
    if (part === undefined) {
      const left = JSON.stringify(rest);
      throw new TimeSyntax(`parsing time ${quoted} as "${LAYOUT}": cannot parse ${left} as ${JSON.stringify(layout)}`);
    }
    const number = Number.parseInt(part, 10);
    if (range !== undefined && (number < range[1] || number > range[2])) outside ??= range[0];
    if (outside !== undefined) throw new TimeSyntax(`parsing time ${quoted}: ${outside} out of range`);
    rest = rest.slice(part.length);
  }
  if (rest !== '') throw new TimeSyntax(`parsing time ${quoted}: extra text: ${JSON.stringify(rest)}`);
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  // The last day of a month is the zeroth of the next.
  const days = new Date(Date.UTC(2000, month, 0)).setUTCFullYear(year, month, 0);
  if (day < 1 || day > new Date(days).getUTCDate()) throw new TimeSyntax(`parsing time ${quoted}: day out of range`);
  return new Date(text.replace(',', '.'));
}

/** True for `2006-01-02`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    parseTime(`${text}T00:00:00Z`);
    return true;
  } catch {
    return false;
  }
}
