/**
 * Field selectors as they stand in a query: `metadata.name=web,status.phase!=Running`.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 */
import { badRequest } from '../status-error';

export interface FieldTerm {
  readonly field: string;
  readonly isNegated: boolean;
  readonly value: string;
}

export type Fields = Readonly<Record<string, string>>;

/** The terms of a selector, in their order as texts. Throws `StatusError` 400 where the text is no selector. */
export function parseFieldSelector(text: string): readonly FieldTerm[] {
  return splitTerms(text)
    .filter((term) => term !== '')
    .sort()
    .map((term) => parseTerm(term, text));
}

/** True where the fields hold what every term says. A field that isn't there is empty. */
export function fieldsMatch(terms: readonly FieldTerm[], fields: Fields): boolean {
  return terms.every(
    ({ field, isNegated, value }) =>
      (fields[field] === undefined ? '' === value : fields[field] === value) !== isNegated,
  );
}

/** The value that a field must have, where a term asks for one. */
export function exactValue(terms: readonly FieldTerm[], field: string): string | undefined {
  return terms.find((term) => term.field === field && !term.isNegated)?.value;
}

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === ',') {
      terms.push(text.slice(start, index));
      start = index + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

function parseTerm(term: string, selector: string): FieldTerm {
  for (let index = 0; index < term.length; index += 1) {
    const operator = ['!=', '==', '='].find((candidate) => term.startsWith(candidate, index));
    if (operator === undefined) continue;
    return {
      field: term.slice(0, index),
      isNegated: operator === '!=',
      value: unescapeValue(term.slice(index + operator.length)),
    };
  }
  throw badRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
}

/** `\\`, `\,` and `\=` stand for themselves; anything else after a backslash is refused. */
function unescapeValue(value: string): string {
  let plain = '';
  for (let index = 0; index < value.length; index += 1) {
    const character = value[index] ?? '';
    if (character === '\\') {
      index += 1;
      const escaped = value[index] ?? '';
      if (escaped === '' || !'\\,='.includes(escaped)) {
        throw badRequest(`invalid field selector: invalid escape sequence: ${value.slice(index - 1, index + 1)}`);
      }
      plain += escaped;
    } else if (character === ',' || character === '=') {
      throw badRequest(`invalid field selector: unescaped character in value: ${String(character.charCodeAt(0))}`);
    } else plain += character;
  }
  return plain;
}
