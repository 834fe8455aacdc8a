/**
 * What `'…'.format([…])` does, by the rules of version 2 of the extension.
 * @see github.com/google/cel-go/ext/formatting.go, v0.26
 */
import { quoted } from '../values/quoting';
import { doubleText, valueText } from '../values/text';
import { durationText, timestampText } from '../values/time';
import {
  Bytes,
  CelError,
  Double,
  Duration,
  isInt,
  ListValue,
  MapValue,
  type Result,
  Timestamp,
  TypeValue,
  typeNameOf,
  Uint,
  type Value,
} from '../values/value';

/** Why a format cannot be used. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

export type Verb = 's' | 'd' | 'f' | 'e' | 'b' | 'x' | 'X' | 'o';

export interface Clause {
  readonly verb: Verb;
  readonly precision: number;
}

/** A piece of a format: a text, or a clause for the next argument. */
export type FormatPart = string | Clause;

const DEFAULT_PRECISION = 6;
const PROBLEMS: Readonly<Record<Verb, string>> = {
  s: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  d: 'decimal clause can only be used on integers',
  f: 'fixed-point clause can only be used on doubles',
  e: 'scientific clause can only be used on doubles',
  b: 'only integers and bools can be formatted as binary',
  x: 'only integers, byte buffers, and strings can be formatted as hex',
  X: 'only integers, byte buffers, and strings can be formatted as hex',
  o: 'octal clause can only be used on integers',
};

/** What a clause says of an argument that it cannot write. */
export function clauseProblem(verb: Verb, typeName: string): string {
  return `${PROBLEMS[verb]}, was given ${typeName}`;
}

function isVerb(letter: string): letter is Verb {
  return letter in PROBLEMS;
}

/** Reads the clause that begins after a percent sign. */
function readClause(text: string, start: number): { readonly clause: Clause; readonly end: number } {
  let at = start;
  let precision = DEFAULT_PRECISION;
  if (text.charAt(at) === '.') {
    const digits = /^\d*/.exec(text.slice(at + 1))?.[0] ?? '';
    at += 1 + digits.length;
    const problem = 'could not parse formatting clause: error while parsing precision';
    if (at >= text.length) throw new FormatError(`${problem}: could not find end of precision specifier`);
    if (digits === '') {
      throw new FormatError(
        `${problem}: error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax`,
      );
    }
    precision = Number(digits);
  }
  const letter = text.charAt(at);
  if (!isVerb(letter)) {
    throw new FormatError(
      `could not parse formatting clause: unrecognized formatting clause ${JSON.stringify(letter)}`,
    );
  }
  return { clause: { verb: letter, precision }, end: at + 1 };
}

/** The parts of a format for so many arguments, one after the other. Throws `FormatError` where one cannot be read. */
export function* formatParts(format: string, argumentCount: number): Iterable<FormatPart> {
  let at = 0;
  let used = 0;
  while (at < format.length) {
    const percent = format.indexOf('%', at);
    if (percent === -1) break;
    if (percent > at) yield format.slice(at, percent);
    if (format.charAt(percent + 1) === '%') {
      yield '%';
      at = percent + 2;
      continue;
    }
    if (percent + 1 >= format.length) throw new FormatError('unexpected end of string');
    if (used >= argumentCount) throw new FormatError(`index ${String(used)} out of range`);
    const { clause, end } = readClause(format, percent + 1);
    yield clause;
    used += 1;
    at = end;
  }
  if (at < format.length) yield format.slice(at);
}

function refuse(verb: Verb, value: Value): never {
  throw new FormatError(clauseProblem(verb, typeNameOf(value)));
}

/** A value inside a list or map. */
function innerText(value: Value): string {
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Bytes) return `b${quoted(Buffer.from(value.bytes).toString())}`;
  if (value instanceof Timestamp) return `timestamp("${timestampText(value)}")`;
  if (value instanceof Duration) return `duration("${durationText(value)}")`;
  if (value instanceof Double)
    return Number.isFinite(value.value) ? exactText(value.value, DEFAULT_PRECISION) : quoted(doubleText(value.value));
  if (value === null || typeof value === 'boolean' || isInt(value)) return stringText(value);
  if (value instanceof Uint || value instanceof ListValue || value instanceof MapValue || value instanceof TypeValue) {
    return stringText(value);
  }
  throw new FormatError(`no formatting function for ${typeNameOf(value)}`);
}

function keyText(key: Value): string {
  if (typeof key === 'string') return quoted(key);
  if (typeof key === 'boolean' || isInt(key) || key instanceof Uint) return valueText(key);
  throw new FormatError(`no formatting function for map key of type ${typeNameOf(key)}`);
}

function known(result: Result): Value {
  if (result instanceof CelError) throw new FormatError(result.message);
  return result;
}

function stringText(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string' || typeof value === 'boolean' || isInt(value)) return String(value);
  if (value instanceof ListValue) return `[${Array.from(value, (item) => innerText(known(item))).join(', ')}]`;
  if (value instanceof MapValue) {
    const entries = Array.from(
      value.keys(),
      (key) => [keyText(key), innerText(known(value.find(key) ?? null))] as const,
    );
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, text]) => `${key}:${text}`).join(', ')}}`;
  }
  if (value instanceof Bytes) return Buffer.from(value.bytes).toString();
  const isKnown = [Double, Uint, Duration, Timestamp, TypeValue].some((type) => value instanceof type);
  return isKnown ? valueText(value) : refuse('s', value);
}

const NAMED_DOUBLES: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

function doubleOf(verb: Verb, value: Value): number {
  if (value instanceof Double) return value.value;
  const named = typeof value === 'string' ? NAMED_DOUBLES.get(value) : undefined;
  return named ?? refuse(verb, value);
}

function wholeOf(verb: Verb, value: Value): bigint {
  if (isInt(value)) return BigInt(value);
  return value instanceof Uint ? value.value : refuse(verb, value);
}

/** All digits of a double, rounded half to even. */
function exactText(value: number, precision: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const power = Number(bits >> 52n);
  const mantissa = (bits & (2n ** 52n - 1n)) + (power === 0 ? 0n : 2n ** 52n);
  const shift = Math.max(power, 1) - 1075;
  const scaled = mantissa * 10n ** BigInt(precision);
  const divisor = shift < 0 ? 2n ** BigInt(-shift) : 1n;
  const whole = shift < 0 ? scaled / divisor : scaled * 2n ** BigInt(shift);
  const twice = shift < 0 ? (scaled % divisor) * 2n : 0n;
  const isUp = twice > divisor || (twice === divisor && whole % 2n === 1n);
  const digits = String(whole + (isUp ? 1n : 0n)).padStart(precision + 1, '0');
  const text = precision === 0 ? digits : `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
  return value < 0 || Object.is(value, -0) ? `-${text}` : text;
}

function notFinite(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '∞' : '-∞';
}

/** With commas between thousands. */
function fixedText(value: number, precision: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const [whole = '', fraction] = exactText(value, precision).split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `1.500000×10⁰³`; what is given as precision is a width. */
function scientificText(value: number, width: number): string {
  if (!Number.isFinite(value)) return notFinite(value).padStart(width);
  const [mantissa = '', exponent = '0'] = value.toExponential(DEFAULT_PRECISION).split('e');
  const digits = String(Math.abs(Number(exponent))).padStart(2, '0');
  const raised = digits.replace(/\d/g, (digit) => SUPERSCRIPTS.charAt(Number(digit)));
  return `${mantissa}×10${Number(exponent) < 0 ? '⁻' : ''}${raised}`.padStart(width);
}

function clauseText({ verb, precision }: Clause, value: Value): string {
  switch (verb) {
    case 's':
      return stringText(value);
    case 'd':
      return String(wholeOf(verb, value));
    case 'f':
      return fixedText(doubleOf(verb, value), precision);
    case 'e':
      return scientificText(doubleOf(verb, value), precision);
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : wholeOf(verb, value).toString(2);
    case 'o':
      return wholeOf(verb, value).toString(8);
    case 'x':
    case 'X': {
      const bytes = typeof value === 'string' ? Buffer.from(value) : value instanceof Bytes ? value.bytes : undefined;
      const text = bytes === undefined ? wholeOf(verb, value).toString(16) : Buffer.from(bytes).toString('hex');
      return verb === 'X' ? text.toUpperCase() : text;
    }
  }
}

/** The text of a format with its arguments. */
export function formatted(format: string, args: ListValue): Result {
  let text = '';
  let used = 0;
  try {
    for (const part of formatParts(format, args.size)) {
      if (typeof part === 'string') {
        text += part;
        continue;
      }
      const value = args.at(used);
      if (value instanceof CelError) return value;
      used += 1;
      text += clauseTextOrProblem(part, value);
    }
    return text;
  } catch (error) {
    if (error instanceof FormatError) return new CelError(error.message);
    throw error;
  }
}

function clauseTextOrProblem(clause: Clause, value: Value): string {
  try {
    return clauseText(clause, value);
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(`error during formatting: ${error.message}`);
    throw error;
  }
}
