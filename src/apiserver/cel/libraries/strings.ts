/**
 * Functions of strings, by the rules of version 2 of the extension; positions are code points.
 * @see github.com/google/cel-go/ext/strings.go, v0.26
 */
import { declare, global, type Library, member } from '../typing/declaration';
import { aList, anInt, aString, taking } from '../typing/taking';
import { ArrayValue } from '../values/collection';
import type { Int } from '../values/integer';
import { quoted } from '../values/quoting';
import { codePointCount, codePointSlice, codePointsOf, valueText } from '../values/text';
import { CelError, type ListValue, type Result } from '../values/value';
import { formatted } from './formatting';

function outOfRange(index: Int): CelError {
  return new CelError(`index out of range: ${String(index)}`);
}

function charAt(text: string, index: Int): Result {
  const points = codePointsOf(text);
  if (index < 0 || index > points.length) return outOfRange(index);
  return points[Number(index)] ?? '';
}

function startsAt(text: ArrayLike<string>, part: ArrayLike<string>, at: number): boolean {
  for (let index = 0; index < part.length; index += 1) if (text[at + index] !== part[index]) return false;
  return true;
}

function indexOf(text: string, part: string, offset: Int): Result {
  if (part === '') return offset;
  if (offset < 0) return outOfRange(offset);
  const [points, sought] = [codePointsOf(text), codePointsOf(part)];
  for (let at = Number(offset); at <= points.length - sought.length; at += 1)
    if (startsAt(points, sought, at)) return at;
  return -1;
}

function lastIndexOf(text: string, part: string, offset: Int): Result {
  if (part === '') return offset;
  if (offset < 0) return outOfRange(offset);
  const [points, sought] = [codePointsOf(text), codePointsOf(part)];
  if (offset >= points.length) return -1;
  for (let at = Math.min(Number(offset), points.length - sought.length); at >= 0; at -= 1) {
    if (startsAt(points, sought, at)) return at;
  }
  return -1;
}

function lastIndexOfAll(text: string, part: string): Result {
  if (part === '') return codePointCount(text);
  if (text.length < part.length) return -1;
  return lastIndexOf(text, part, codePointCount(text) - 1);
}

function replace(text: string, old: string, replacement: string, limit: Int): string {
  if (limit < 0 || limit > text.length + 1) return text.replaceAll(old, () => replacement);
  const pieces = old === '' ? ['', ...Array.from(text), ''] : text.split(old);
  const count = Math.min(Number(limit), pieces.length - 1);
  const head = pieces.slice(0, count + 1);
  const rest = pieces.slice(count + 1);
  return [head.join(replacement), ...rest].join(old);
}

function split(text: string, separator: string, limit: Int): Result {
  if (limit === 0) return new ArrayValue([]);
  const pieces = separator === '' ? Array.from(text) : text.split(separator);
  if (limit < 0 || limit >= pieces.length) return new ArrayValue(pieces);
  const head = pieces.slice(0, Number(limit) - 1);
  return new ArrayValue([...head, pieces.slice(Number(limit) - 1).join(separator)]);
}

function substring(text: string, start: Int, end: Int): Result {
  const size = codePointCount(text);
  if (start > end) return new CelError(`invalid substring range. start: ${String(start)}, end: ${String(end)}`);
  if (start < 0 || start > size) return outOfRange(start);
  if (end < 0 || end > size) return outOfRange(end);
  return codePointSlice(text, Number(start), Number(end));
}

function substringFrom(text: string, start: Int): Result {
  return start < 0 || start > codePointCount(text) ? outOfRange(start) : codePointSlice(text, Number(start));
}

/** White space of Unicode, without the byte order mark that JavaScript also trims. */
const OUTER_SPACE =
  /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

function join(list: ListValue, separator: string): Result {
  const texts: string[] = [];
  for (const item of list) {
    if (typeof item !== 'string') return new CelError(`join: invalid input: ${valueText(item)}`);
    texts.push(item);
  }
  return texts.join(separator);
}

/** In double quotes, with only the common escapes. */
function quote(text: string): string {
  const ESCAPED = /[\u0007\b\f\n\r\t\v\\"]/g;
  return `"${text.replace(ESCAPED, (character) => quoted(character).slice(1, -1))}"`;
}

export const STRINGS: Library = [
  declare('charAt', member('string_char_at_int(string, int) string', taking([aString, anInt], charAt))),
  declare(
    'indexOf',
    member(
      'string_index_of_string(string, string) int',
      taking([aString, aString], (text, part) => indexOf(text, part, 0)),
    ),
    member('string_index_of_string_int(string, string, int) int', taking([aString, aString, anInt], indexOf)),
  ),
  declare(
    'lastIndexOf',
    member('string_last_index_of_string(string, string) int', taking([aString, aString], lastIndexOfAll)),
    member('string_last_index_of_string_int(string, string, int) int', taking([aString, aString, anInt], lastIndexOf)),
  ),
  declare(
    'lowerAscii',
    member(
      'string_lower_ascii(string) string',
      taking([aString], (text) => text.replace(/[A-Z]+/g, (part) => part.toLowerCase())),
    ),
  ),
  declare(
    'upperAscii',
    member(
      'string_upper_ascii(string) string',
      taking([aString], (text) => text.replace(/[a-z]+/g, (part) => part.toUpperCase())),
    ),
  ),
  declare(
    'replace',
    member(
      'string_replace_string_string(string, string, string) string',
      taking([aString, aString, aString], (text, old, replacement) => replace(text, old, replacement, -1)),
    ),
    member(
      'string_replace_string_string_int(string, string, string, int) string',
      taking([aString, aString, aString, anInt], replace),
    ),
  ),
  declare(
    'split',
    member(
      'string_split_string(string, string) list(string)',
      taking([aString, aString], (text, separator) => split(text, separator, -1)),
    ),
    member('string_split_string_int(string, string, int) list(string)', taking([aString, aString, anInt], split)),
  ),
  declare(
    'substring',
    member('string_substring_int(string, int) string', taking([aString, anInt], substringFrom)),
    member('string_substring_int_int(string, int, int) string', taking([aString, anInt, anInt], substring)),
  ),
  declare(
    'trim',
    member(
      'string_trim(string) string',
      taking([aString], (text) => text.replace(OUTER_SPACE, '')),
    ),
  ),
  declare('format', member('string_format(string, list(dyn)) string', taking([aString, aList], formatted))),
  declare('strings.quote', global('strings_quote(string) string', taking([aString], quote))),
  declare(
    'join',
    member(
      'list_join(list(string)) string',
      taking([aList], (list) => join(list, '')),
    ),
    member('list_join_string(list(string), string) string', taking([aList, aString], join)),
  ),
];
