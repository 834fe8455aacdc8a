/**
 * Label selectors as they stand in a query: `app=web,tier in (a, b),!canary`.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
import { badRequest } from '../status-error';

export type LabelOperator = 'in' | 'notin' | '=' | '==' | '!=' | 'exists' | '!' | 'gt' | 'lt';

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

/** True where labels meet every requirement. */
export type LabelMatcher = (labels: Labels) => boolean;

/**
 * The requirements of a selector, in the order of their keys.
 * Throws `StatusError` 400 where the text is no selector.
 */
export function parseLabelSelector(text: string): readonly LabelRequirement[] {
  try {
    return new Parser(text).requirements();
  } catch (error) {
    if (error instanceof SyntaxProblem) throw badRequest(`unable to parse requirement: ${error.message}`);
    throw error;
  }
}

export function labelMatcher(requirements: readonly LabelRequirement[]): LabelMatcher {
  return (labels) => requirements.every((requirement) => meets(labels, requirement));
}

function meets(labels: Labels, { key, operator, values }: LabelRequirement): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return value !== undefined && values.includes(value);
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
    case 'lt':
      return value !== undefined && compares(operator, value, values[0] ?? '');
  }
}

function compares(operator: 'gt' | 'lt', value: string, bound: string): boolean {
  if (!INTEGER.test(value)) return false;
  return operator === 'gt' ? Number(value) > Number(bound) : Number(value) < Number(bound);
}

class SyntaxProblem extends Error {}

const INTEGER = /^[+-]?\d+$/;
const OPERATORS: readonly string[] = ['in', 'notin', '=', '==', '!=', 'gt', 'lt'];
const SYMBOLS = ['!=', '==', '=', '!', '(', ')', ',', '>', '<'];
const WORD_END = /[\s=!(),<>]/;

class Parser {
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  requirements(): readonly LabelRequirement[] {
    const found: LabelRequirement[] = [];
    if (this.#peek() === '') return found;
    for (;;) {
      found.push(this.#requirement());
      const separator = this.#take();
      if (separator === '') break;
      if (separator !== ',') throw new SyntaxProblem(`found '${separator}', expected: ',' or 'end of string'`);
      if (this.#peek() === '' || this.#isSymbol(this.#peek(), '!')) {
        throw new SyntaxProblem(`found '${this.#peek()}', expected: identifier after ','`);
      }
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  #peek(): string {
    return this.#tokens[this.#next] ?? '';
  }

  #take(): string {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #isSymbol(token: string, except: string): boolean {
    return token !== except && SYMBOLS.includes(token);
  }

  #requirement(): LabelRequirement {
    let isNegated = false;
    if (this.#peek() === '!') {
      this.#take();
      isNegated = true;
    }
    const key = this.#take();
    if (key === '' || this.#isSymbol(key, '')) {
      throw new SyntaxProblem(`found '${key}', expected: identifier`);
    }
    checkKey(key);
    if (isNegated) return { key, operator: '!', values: [] };
    const next = this.#peek();
    if (next === '' || next === ',') return { key, operator: 'exists', values: [] };
    const operator = this.#operator();
    const values = operator === 'in' || operator === 'notin' ? this.#values() : [this.#value()];
    if (operator === 'gt' || operator === 'lt') {
      if (!INTEGER.test(values[0] ?? '')) {
        throw new SyntaxProblem(
          `values[0][${key}]: Invalid value: ${JSON.stringify(values[0])}: for 'Gt', 'Lt' operators, the value must be an integer`,
        );
      }
    }
    values.forEach((value, index) => {
      checkValue(key, value, index);
    });
    return { key, operator, values };
  }

  #operator(): LabelOperator {
    const token = this.#take();
    switch (token) {
      case '>':
        return 'gt';
      case '<':
        return 'lt';
      case '=':
      case '==':
      case '!=':
      case 'in':
      case 'notin':
        return token;
      default:
        throw new SyntaxProblem(`found '${token}', expected: ${OPERATORS.join(', ')}`);
    }
  }

  #values(): readonly string[] {
    const open = this.#take();
    if (open !== '(') throw new SyntaxProblem(`found '${open}' expected: '('`);
    const values = new Set<string>();
    let isAfterValue = false;
    for (;;) {
      const token = this.#take();
      if (token === ')') {
        if (!isAfterValue) values.add('');
        return [...values].sort();
      }
      if (token === ',') {
        if (!isAfterValue) values.add('');
        isAfterValue = false;
        if (this.#peek() === ')') {
          values.add('');
          isAfterValue = true;
        }
      } else if (token === '' || SYMBOLS.includes(token) || isAfterValue) {
        throw new SyntaxProblem(`found '${token}', expected: ',', or identifier`);
      } else {
        values.add(token);
        isAfterValue = true;
      }
    }
  }

  #value(): string {
    const token = this.#peek();
    if (token === '' || token === ',') return '';
    this.#take();
    if (SYMBOLS.includes(token)) throw new SyntaxProblem(`found '${token}', expected: identifier`);
    return token;
  }
}

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  for (let index = 0; index < text.length; ) {
    const rest = text.slice(index, index + 2);
    const symbol = SYMBOLS.find((candidate) => rest.startsWith(candidate));
    if (/\s/.test(text[index] ?? '')) index += 1;
    else if (symbol !== undefined) {
      tokens.push(symbol);
      index += symbol.length;
    } else {
      let end = index;
      while (end < text.length && !WORD_END.test(text[end] ?? '')) end += 1;
      tokens.push(text.slice(index, end));
      index = end;
    }
  }
  return tokens;
}

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const NAME_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

function checkKey(key: string): void {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  if (slash >= 0 && !PREFIX.test(key.slice(0, slash))) {
    throw new SyntaxProblem(
      `key: Invalid value: ${JSON.stringify(key)}: prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
    );
  }
  if (!NAME.test(name)) throw new SyntaxProblem(`key: Invalid value: ${JSON.stringify(key)}: ${NAME_RULE}`);
}

function checkValue(key: string, value: string, index: number): void {
  if (value === '') return;
  if (value.length > 63) {
    throw new SyntaxProblem(
      `values[${String(index)}][${key}]: Invalid value: ${JSON.stringify(value)}: must be no more than 63 bytes`,
    );
  }
  if (!NAME.test(value))
    throw new SyntaxProblem(`values[${String(index)}][${key}]: Invalid value: ${JSON.stringify(value)}: ${VALUE_RULE}`);
}
