/** How filters of JSON paths compare values. */

import type { JsonValue } from '../../api/json';
import { isNumeric, isWholeNumber } from '../json/int64';

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** The kinds of values that can be compared, each with its own kind only. */
function kindOf(value: JsonValue): string | undefined {
  if (isNumeric(value)) return isWholeNumber(value) ? 'integer' : 'number';
  return typeof value === 'string' || typeof value === 'boolean' ? typeof value : undefined;
}

/** Whether a comparison holds; undefined where the values can't be compared so. */
export function compare(a: JsonValue, operator: Comparison, b: JsonValue): boolean | undefined {
  const kind = kindOf(a);
  if (kind === undefined || kind !== kindOf(b) || a === null || b === null) return undefined;
  if (operator === '==') return a === b;
  if (operator === '!=') return a !== b;
  if (kind === 'boolean') return undefined;
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return undefined;
  }
}
