/**
 * The tree of a CEL expression after parsing, with macros already expanded.
 *
 * `offset` is where a problem of the node is reported, in UTF-16 units from the start: operators and calls are reported at
 * their sign (`==`, `(`, `.`), not where they begin.
 */
import type { Bytes, Double, Uint } from '../values/value';

export type Constant = null | boolean | number | bigint | string | Double | Uint | Bytes;

export interface Literal {
  readonly kind: 'literal';
  readonly offset: number;
  readonly value: Constant;
}

export interface Identifier {
  readonly kind: 'identifier';
  readonly offset: number;
  readonly name: string;
}

export interface Select {
  readonly kind: 'select';
  readonly offset: number;
  readonly operand: Expression;
  readonly field: string;
  /** A `has(operand.field)`. */
  readonly isTest: boolean;
}

export interface Call {
  readonly kind: 'call';
  readonly offset: number;
  /** Operators have names such as `_==_`. */
  readonly name: string;
  /** What stands before the dot. */
  readonly target?: Expression;
  readonly args: readonly Expression[];
}

export interface ListLiteral {
  readonly kind: 'list';
  readonly offset: number;
  readonly elements: readonly Expression[];
  /** Indices of elements written `?x`. */
  readonly optionals: ReadonlySet<number>;
}

export interface MapEntry {
  readonly offset: number;
  readonly key: Expression;
  readonly value: Expression;
  readonly isOptional: boolean;
}

export interface MapLiteral {
  readonly kind: 'map';
  readonly offset: number;
  readonly entries: readonly MapEntry[];
}

export interface StructField {
  readonly offset: number;
  readonly name: string;
  readonly value: Expression;
  readonly isOptional: boolean;
}

export interface StructLiteral {
  readonly kind: 'struct';
  readonly offset: number;
  readonly typeName: string;
  readonly fields: readonly StructField[];
}

/** A fold over a list or map: what the macros `all`, `map`, … stand for. */
export interface Comprehension {
  readonly kind: 'comprehension';
  readonly offset: number;
  readonly range: Expression;
  readonly variable: string;
  /** The value beside the index or key, in the two-variable macros. */
  readonly secondVariable?: string;
  readonly accumulator: string;
  readonly initial: Expression;
  readonly condition: Expression;
  readonly step: Expression;
  readonly result: Expression;
}

/** Stands where something could not be parsed. */
export interface Unspecified {
  readonly kind: 'unspecified';
  readonly offset: number;
}

export type Expression =
  | Literal
  | Identifier
  | Select
  | Call
  | ListLiteral
  | MapLiteral
  | StructLiteral
  | Comprehension
  | Unspecified;

/** The accumulator of the standard macros; no expression can name it. */
export const ACCUMULATOR = '@result';

/** The iteration variable of a fold that only binds a name. */
export const UNUSED_VARIABLE = '#unused';

const NO_OPTIONALS: ReadonlySet<number> = new Set();

export function literal(offset: number, value: Constant): Literal {
  return { kind: 'literal', offset, value };
}

export function identifier(offset: number, name: string): Identifier {
  return { kind: 'identifier', offset, name };
}

export function call(offset: number, name: string, ...args: readonly Expression[]): Call {
  return { kind: 'call', offset, name, args };
}

export function list(offset: number, ...elements: readonly Expression[]): ListLiteral {
  return { kind: 'list', offset, elements, optionals: NO_OPTIONALS };
}

/** `a.b.c` where the expression is nothing but names and dots. */
export function qualifiedNameOf(expression: Expression): string | undefined {
  if (expression.kind === 'identifier') return expression.name;
  if (expression.kind !== 'select' || expression.isTest) return undefined;
  const operand = qualifiedNameOf(expression.operand);
  return operand === undefined ? undefined : `${operand}.${expression.field}`;
}

/** The direct parts of an expression, in the order in which they are visited. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'select':
      return [expression.operand];
    case 'call':
      return expression.target === undefined ? expression.args : [expression.target, ...expression.args];
    case 'list':
      return expression.elements;
    case 'map':
      return expression.entries.flatMap(({ key, value }) => [key, value]);
    case 'struct':
      return expression.fields.map(({ value }) => value);
    case 'comprehension':
      return [expression.range, expression.initial, expression.condition, expression.step, expression.result];
    case 'literal':
    case 'identifier':
    case 'unspecified':
      return [];
  }
}

/** Another tree of the same shape and places, each node of its own. */
export function copyOf(expression: Expression): Expression {
  switch (expression.kind) {
    case 'select':
      return { ...expression, operand: copyOf(expression.operand) };
    case 'call':
      return {
        ...expression,
        args: expression.args.map(copyOf),
        ...(expression.target === undefined ? {} : { target: copyOf(expression.target) }),
      };
    case 'list':
      return { ...expression, elements: expression.elements.map(copyOf) };
    case 'map': {
      const entries = expression.entries.map((entry) => ({
        ...entry,
        key: copyOf(entry.key),
        value: copyOf(entry.value),
      }));
      return { ...expression, entries };
    }
    case 'struct':
      return { ...expression, fields: expression.fields.map((field) => ({ ...field, value: copyOf(field.value) })) };
    case 'comprehension':
      return {
        ...expression,
        range: copyOf(expression.range),
        initial: copyOf(expression.initial),
        condition: copyOf(expression.condition),
        step: copyOf(expression.step),
        result: copyOf(expression.result),
      };
    case 'literal':
    case 'identifier':
    case 'unspecified':
      return { ...expression };
  }
}
