/** Values as Go prints them, where the API's messages show them so. */
import type { JsonValue } from '../../api/json';
import { canonicalJson } from '../json/json-text';

/** JSON as Go writes it: members in order, and nothing that HTML could take for markup. */
export function goJson(value: JsonValue): string {
  return goMarkup(canonicalJson(value));
}

/** A JSON text with what HTML could take for markup escaped, as Go does. */
export function goMarkup(json: string): string {
  return json.replaceAll(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** A number as `%v` prints a `float64`: `1.5`, `2.0000005e+06`, `1e-05`. */
export function goFloat(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (value === 0 || (power >= -4 && power < 6)) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** A text as `%q` prints it, as far as JSON doesn't: control characters and what can't be printed. */
export function goQuoted(text: string): string {
  return JSON.stringify(text).replaceAll(/\\u00([01][0-9a-f])|\\b|\\f|\u007f/g, (escape: string, hex?: string) => {
    if (hex === '07') return '\\a';
    if (hex === '0b') return '\\v';
    if (hex !== undefined) return `\\x${hex}`;
    return escape === '\u007f' ? '\\x7f' : escape;
  });
}
