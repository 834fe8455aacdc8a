/** Values as text: what `string(x)` gives, and how messages show them. */
import { durationText, plainText, timestampText } from './time';
import {
  Bytes,
  CelError,
  Double,
  Duration,
  isInt,
  ListValue,
  MapValue,
  Optional,
  type Result,
  Timestamp,
  TypeValue,
  Uint,
} from './value';

/** As Go's `%g` writes a double, from 10⁶ on with an exponent: `1e+06`, `1e-07`. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return plainText(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** A value as Go's `%v` shows it in messages. */
export function valueText(value: Result): string {
  if (value === null) return '0';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || isInt(value)) return String(value);
  if (value instanceof Double) return doubleText(value.value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof CelError) return value.message;
  if (value instanceof TypeValue) return value.name;
  if (value instanceof Duration) return durationText(value);
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Bytes) return `[${Array.from(value.bytes).join(' ')}]`;
  if (value instanceof Optional)
    return value.value === undefined ? 'optional.none()' : `optional(${valueText(value.value)})`;
  if (value instanceof ListValue) return `[${Array.from(value, valueText).join(', ')}]`;
  if (value instanceof MapValue) {
    const entries = Array.from(value.keys(), (key) => `${valueText(key)}: ${valueText(value.find(key) ?? null)}`);
    return `{${entries.join(', ')}}`;
  }
  return value.typeName;
}

const SURROGATE = /[\ud800-\udfff]/;

/** The number of a text's code points. */
export function codePointCount(text: string): number {
  return SURROGATE.test(text) ? Array.from(text).length : text.length;
}

/** A text's code points, as a list to be indexed; the text itself where units are code points. */
export function codePointsOf(text: string): string | readonly string[] {
  return SURROGATE.test(text) ? Array.from(text) : text;
}

/** Part of a text, in code points. */
export function codePointSlice(text: string, start: number, end?: number): string {
  const points = codePointsOf(text);
  return typeof points === 'string' ? points.slice(start, end) : points.slice(start, end).join('');
}
