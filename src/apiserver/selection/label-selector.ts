/**
 * Label selectors as they stand in a query: `app=web,tier in (a, b),!canary`.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
import { labelValueProblems, qualifiedNameProblems } from '../kinds/metadata/names';
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
    if (error instanceof RequirementProblem) throw badRequest(`unable to parse requirement: ${error.message}`);
    if (error instanceof SyntaxProblem) throw badRequest(error.message);
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

/** What is wrong within a requirement, not between them. */
class RequirementProblem extends Error {}

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
    while (this.#peek() !== '') {
      if (isSymbol(this.#peek()) && this.#peek() !== '!') {
        throw new SyntaxProblem(`found '${this.#peek()}', expected: !, identifier, or 'end of string'`);
      }
      found.push(this.#requirement());
      const separator = this.#take();
      if (separator === '') break;
      if (separator !== ',') throw new SyntaxProblem(`found '${separator}', expected: ',' or 'end of string'`);
      const next = this.#peek();
      if (next === '' || (isSymbol(next) && next !== '!')) {
        throw new SyntaxProblem(`found '${next}', expected: identifier after ','`);
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

  #requirement(): LabelRequirement {
    let isNegated = false;
    if (this.#peek() === '!') {
      this.#take();
      isNegated = true;
    }
    const key = this.#take();
    if (key === '' || isSymbol(key)) throw new RequirementProblem(`found '${key}', expected: identifier`);
    checkKey(key);
    if (isNegated) return { key, operator: '!', values: [] };
    const next = this.#peek();
    if (next === '' || next === ',') return { key, operator: 'exists', values: [] };
    const operator = this.#operator();
    const values = operator === 'in' || operator === 'notin' ? this.#values() : [this.#value()];
    checkValues(key, operator, values);
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
        throw new RequirementProblem(`found '${token}', expected: ${OPERATORS.join(', ')}`);
    }
  }

  #values(): readonly string[] {
    const open = this.#take();
    if (open !== '(') throw new RequirementProblem(`found '${open}' expected: '('`);
    const first = this.#peek();
    if (first === '' || (isSymbol(first) && first !== ',' && first !== ')')) {
      throw new RequirementProblem(`found '${first}', expected: ',', ')' or identifier`);
    }
    if (first === ')') {
      this.#take();
      return [''];
    }
    const values = new Set<string>();
    for (;;) {
      const token = this.#take();
      const next = this.#peek();
      if (token === ',') {
        // What is missing before, between or after commas is the empty value.
        if (values.size === 0 || next === ')' || next === ',') values.add('');
        if (next === ',') this.#take();
      } else if (token === '' || isSymbol(token)) {
        throw new RequirementProblem(`found '${token}', expected: ',', or identifier`);
      } else {
        values.add(token);
        if (next !== ',' && next !== ')') throw new RequirementProblem(`found '${next}', expected: ',' or ')'`);
      }
      if (next === ')') {
        this.#take();
        return [...values].sort();
      }
    }
  }

  #value(): string {
    const token = this.#peek();
    if (token === '' || token === ',') return '';
    this.#take();
    if (isSymbol(token)) throw new RequirementProblem(`found '${token}', expected: identifier`);
    return token;
  }
}

function isSymbol(token: string): boolean {
  return SYMBOLS.includes(token);
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

function checkKey(key: string): void {
  const problems = qualifiedNameProblems(key);
  // A key in a query has no path, which Kubernetes says so.
  if (problems.length > 0) {
    throw new RequirementProblem(`<nil>: Invalid value: ${JSON.stringify(key)}: ${problems.join('; ')}`);
  }
}

function checkValues(key: string, operator: LabelOperator, values: readonly string[]): void {
  const problems: string[] = [];
  const refuse = (path: string, value: string, why: string): number =>
    problems.push(`${path}: Invalid value: ${JSON.stringify(value)}: ${why}`);
  for (const [index, value] of values.entries()) {
    if ((operator === 'gt' || operator === 'lt') && !isInt64(value)) {
      refuse(`values[${String(index)}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer");
    }
  }
  for (const [index, value] of values.entries()) {
    const why = labelValueProblems(value);
    if (why.length > 0) refuse(`values[${String(index)}][${key}]`, value, why.join('; '));
  }
  const [only = '', ...others] = problems;
  if (problems.length > 0) throw new RequirementProblem(others.length === 0 ? only : `[${problems.join(', ')}]`);
}

const INT64_MAX = 2n ** 63n - 1n;

function isInt64(value: string): boolean {
  if (!INTEGER.test(value)) return false;
  const number = BigInt(value.replace(/^\+/, ''));
  return number <= INT64_MAX && number >= -INT64_MAX - 1n;
}
