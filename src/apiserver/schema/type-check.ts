/** Whether a value has the type, or the format, that a schema says. */

import type { JsonValue } from '../../api/json';
import { findLargeInt } from '../json/int64';
import type { SchemaNode } from './schema-node';
import { type SchemaProblem, typeProblem } from './schema-problem';
import { isKnownFormat } from './string-formats';

export interface TypeCheck {
  /** False where the schema says neither. */
  readonly applies: boolean;
  /** Adds a problem, or returns 1 where the type holds. */
  check(value: JsonValue, path: string, problems: SchemaProblem[]): number;
}

/** The check of a node's type. */
export function typeCheck({ type, intOrString, format: said, nullable }: SchemaNode): TypeCheck {
  const types: readonly string[] = intOrString === true ? ['integer', 'string'] : type === undefined ? [] : [type];
  const expected = types.join(',');
  // Formats that are unknown say nothing.
  const format = said !== undefined && isKnownFormat(said) ? said : '';
  const isNumeric = types.includes('integer') || types.includes('number');
  return {
    applies: types.length > 0 || format !== '',
    check(value, path, problems) {
      if (value === null) {
        if (types.length === 0 || nullable === true) return 1;
        problems.push(typeProblem(path, expected, 'null'));
        return 0;
      }
      const found = jsonType(value);
      const holds = types.includes(found) || (found === 'integer' && types.includes('number'));
      const isText = found === 'string' || found === 'array';
      if (format !== '' && !isText && !holds) {
        problems.push(typeProblem(path, format, GO_FORMATS[found] ?? ''));
        return 0;
      }
      if (holds || (format !== '' && isText && !isNumeric)) return 1;
      problems.push(typeProblem(path, expected, found));
      return 0;
    },
  };
}

const GO_FORMATS: Readonly<Record<string, string>> = { integer: 'int64', number: 'float64' };

/** The JSON type of a value as messages name it; whole numbers are integers, as far as they fit into 64 bits. A double
 * that is larger than it can hold exactly was written with an exponent, or is larger than these. */
function jsonType(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (findLargeInt(value) !== undefined) return 'integer';
  if (typeof value !== 'number') return typeof value;
  return Number.isSafeInteger(value) ? 'integer' : 'number';
}
