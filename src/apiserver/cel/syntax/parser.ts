/**
 * Reads an expression.
 *
 * A parser of its own rather than `@bufbuild/cel`'s: problems must be told in cel-go's words and at cel-go's places, which are
 * those of operators and parentheses; macros come from Kubernetes' set, and `?.`, `[?` and `{?` are part of the language here.
 * What it cannot read at all it leaves to `syntaxIssuesOf`, which says so as the generated parser of cel-go does.
 * @see https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
 */

import { constantOf } from './constant';
import { type Call, call, type Expression, identifier, literal, type MapEntry, type StructField } from './expression';
import { type Token, tokensOf } from './lexer';
import { findExpansion, MacroError } from './macros';
import { InvalidLiteralError } from './quoted-text';
import type { Issue } from './source';
import { syntaxIssuesOf, tooDeep } from './syntax-issues';

export interface Parsed {
  readonly expression: Expression;
  readonly issues: readonly Issue[];
}

const MAXIMUM_SIZE = 100_000;
const MAXIMUM_DEPTH = 250;
const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else false for function if import in let loop package namespace null return true var void while'.split(
    ' ',
  ),
);
const RELATIONS: ReadonlyMap<string, string> = new Map([
  ['<', '_<_'],
  ['<=', '_<=_'],
  ['>=', '_>=_'],
  ['>', '_>_'],
  ['==', '_==_'],
  ['!=', '_!=_'],
  ['in', '@in'],
]);
const SUMS: ReadonlyMap<string, string> = new Map([
  ['+', '_+_'],
  ['-', '_-_'],
]);
const PRODUCTS: ReadonlyMap<string, string> = new Map([
  ['*', '_*_'],
  ['/', '_/_'],
  ['%', '_%_'],
]);

/** Left with where the text is no expression. */
class NotAnExpression extends Error {
  override readonly name = 'NotAnExpression';
}

class TooDeep extends Error {
  override readonly name = 'TooDeep';
}

/** The rules of the grammar that call themselves, each with a depth of its own. */
type RecursiveRule = 'expr' | 'relation' | 'calc' | 'member';

class Parser {
  readonly issues: Issue[] = [];
  private at = 0;
  private readonly depths: Record<RecursiveRule, number> = { expr: 0, relation: 0, calc: 0, member: 0 };

  constructor(private readonly tokens: readonly Token[]) {}

  parse(): Expression {
    const expression = this.expression();
    if (this.token.kind !== 'end') throw new NotAnExpression();
    return expression;
  }

  private get token(): Token {
    const token = this.tokens[this.at];
    if (token === undefined) throw new NotAnExpression();
    return token;
  }

  private next(): Token {
    const token = this.token;
    this.at += 1;
    return token;
  }

  private isSign(text: string): boolean {
    return this.token.kind === 'sign' && this.token.text === text;
  }

  private take(text: string): Token | undefined {
    return this.isSign(text) ? this.next() : undefined;
  }

  private expect(text: string): Token {
    const token = this.take(text);
    if (token === undefined) throw new NotAnExpression();
    return token;
  }

  private takeOperator(
    operators: ReadonlyMap<string, string>,
  ): { readonly name: string; readonly offset: number } | undefined {
    const name = this.token.kind === 'sign' ? operators.get(this.token.text) : undefined;
    return name === undefined ? undefined : { name, offset: this.next().offset };
  }

  private enter(rule: RecursiveRule): void {
    this.depths[rule] += 1;
    if (this.depths[rule] > MAXIMUM_DEPTH) throw new TooDeep();
  }

  private problem(offset: number, message: string): Expression {
    this.issues.push({ offset, message });
    return { kind: 'unspecified', offset };
  }

  private expression(): Expression {
    const depth = this.depths.expr;
    this.enter('expr');
    const condition = this.logical('||');
    const sign = this.take('?');
    if (sign === undefined) {
      this.depths.expr = depth;
      return condition;
    }
    const whenTrue = this.logical('||');
    this.expect(':');
    const whenFalse = this.expression();
    this.depths.expr = depth;
    return call(sign.offset, '_?_:_', condition, whenTrue, whenFalse);
  }

  private logical(sign: '||' | '&&'): Expression {
    const terms = [sign === '||' ? this.logical('&&') : this.relation()];
    const offsets: number[] = [];
    for (let token = this.take(sign); token !== undefined; token = this.take(sign)) {
      offsets.push(token.offset);
      terms.push(sign === '||' ? this.logical('&&') : this.relation());
    }
    return balanced(sign === '||' ? '_||_' : '_&&_', terms, offsets);
  }

  private relation(): Expression {
    const depth = this.depths.relation;
    this.enter('relation');
    let left = this.sum();
    for (let operator = this.takeOperator(RELATIONS); operator !== undefined; operator = this.takeOperator(RELATIONS)) {
      this.enter('relation');
      left = call(operator.offset, operator.name, left, this.sum());
    }
    this.depths.relation = depth;
    return left;
  }

  private sum(): Expression {
    const depth = this.depths.calc;
    this.enter('calc');
    let left = this.product();
    for (let operator = this.takeOperator(SUMS); operator !== undefined; operator = this.takeOperator(SUMS)) {
      this.enter('calc');
      left = call(operator.offset, operator.name, left, this.product());
    }
    this.depths.calc = depth;
    return left;
  }

  private product(): Expression {
    const depth = this.depths.calc;
    let left = this.unary();
    for (let operator = this.takeOperator(PRODUCTS); operator !== undefined; operator = this.takeOperator(PRODUCTS)) {
      this.enter('calc');
      left = call(operator.offset, operator.name, left, this.unary());
    }
    this.depths.calc = depth;
    return left;
  }

  private unary(): Expression {
    const sign = this.isSign('!') ? '!' : this.isSign('-') && !this.isNegativeNumber() ? '-' : undefined;
    if (sign === undefined) return this.member();
    const { offset } = this.token;
    let count = 0;
    while (this.take(sign) !== undefined) count += 1;
    const operand = this.member();
    if (count % 2 === 0) return operand;
    return call(offset, sign === '!' ? '!_' : '-_', operand);
  }

  private isNegativeNumber(): boolean {
    const after = this.tokens[this.at + 1];
    return this.isSign('-') && (after?.kind === 'int' || after?.kind === 'double');
  }

  private member(): Expression {
    const depth = this.depths.member;
    this.enter('member');
    let operand = this.primary();
    for (;;) {
      const dot = this.take('.');
      const bracket = dot === undefined ? this.take('[') : undefined;
      if (dot === undefined && bracket === undefined) break;
      this.enter('member');
      operand = dot === undefined ? this.index(operand, bracket?.offset ?? 0) : this.selection(operand, dot);
    }
    this.depths.member = depth;
    return operand;
  }

  private index(operand: Expression, offset: number): Expression {
    const name = this.take('?') === undefined ? '_[_]' : '_[?_]';
    const index = this.expression();
    this.expect(']');
    return call(offset, name, operand, index);
  }

  private selection(operand: Expression, dot: Token): Expression {
    const optional = this.take('?');
    const field = this.next();
    if (field.kind === 'escapedIdentifier') this.problem(field.offset, "unsupported syntax: '`'");
    else if (field.kind !== 'identifier') throw new NotAnExpression();
    if (optional !== undefined) return call(dot.offset, '_?._', operand, literal(field.offset, field.text));
    const open = field.kind === 'identifier' ? this.take('(') : undefined;
    if (open !== undefined) return this.callOrMacro(open.offset, field.text, operand, this.args());
    const name = field.kind === 'identifier' ? field.text : '';
    return { kind: 'select', offset: dot.offset, operand, field: name, isTest: false };
  }

  private args(): readonly Expression[] {
    const args: Expression[] = [];
    if (this.take(')') !== undefined) return args;
    do args.push(this.expression());
    while (this.take(',') !== undefined);
    this.expect(')');
    return args;
  }

  private callOrMacro(
    offset: number,
    name: string,
    target: Expression | undefined,
    args: readonly Expression[],
  ): Expression {
    try {
      const expansion = findExpansion(name, { offset, target, args });
      if (expansion !== undefined) return expansion;
    } catch (error) {
      if (error instanceof MacroError) return this.problem(error.offset, error.message);
      throw error;
    }
    const plain: Call = { kind: 'call', offset, name, args };
    return target === undefined ? plain : { ...plain, target };
  }

  private primary(): Expression {
    const token = this.token;
    if (token.kind === 'identifier') return this.name(undefined);
    if (token.kind !== 'sign') return this.literal();
    if (token.text === '.') return this.name(this.next());
    if (token.text === '(') {
      this.next();
      const inner = this.expression();
      this.expect(')');
      return inner;
    }
    if (token.text === '[') return this.listLiteral();
    if (token.text === '{') return this.mapLiteral();
    return this.literal();
  }

  private name(leadingDot: Token | undefined): Expression {
    const token = this.next();
    if (token.kind !== 'identifier') throw new NotAnExpression();
    const struct = this.structLength();
    if (struct !== undefined) return this.structLiteral(leadingDot, token, struct);
    const open = this.take('(');
    if (RESERVED.has(token.text)) {
      if (open !== undefined) this.args();
      return this.problem((leadingDot ?? token).offset, `reserved identifier: ${token.text}`);
    }
    const name = (leadingDot === undefined ? '' : '.') + token.text;
    return open === undefined
      ? identifier(token.offset, name)
      : this.callOrMacro(open.offset, name, undefined, this.args());
  }

  /** How many tokens of `.b.c` come before a brace; undefined where no brace comes. */
  private structLength(): number | undefined {
    let ahead = this.at;
    while (this.tokens[ahead]?.text === '.' && this.tokens[ahead + 1]?.kind === 'identifier') ahead += 2;
    const brace = this.tokens[ahead];
    return brace?.kind === 'sign' && brace.text === '{' ? ahead - this.at : undefined;
  }

  private structLiteral(leadingDot: Token | undefined, first: Token, length: number): Expression {
    let typeName = (leadingDot === undefined ? '' : '.') + first.text;
    for (let count = 0; count < length; count += 1) typeName += this.next().text;
    const { offset } = this.expect('{');
    const fields: StructField[] = [];
    while (!this.isSign('}') && !this.isSign(',')) {
      const isOptional = this.take('?') !== undefined;
      const name = this.next();
      if (name.kind === 'escapedIdentifier') this.problem(name.offset, "unsupported syntax: '`'");
      else if (name.kind !== 'identifier') throw new NotAnExpression();
      const colon = this.expect(':');
      fields.push({ offset: colon.offset, name: name.text, value: this.expression(), isOptional });
      if (this.isLastComma('}') || this.take(',') === undefined) break;
    }
    this.take(',');
    this.expect('}');
    return { kind: 'struct', offset, typeName, fields };
  }

  /** True for a comma that only a closing sign follows. */
  private isLastComma(closing: string): boolean {
    return this.isSign(',') && this.tokens[this.at + 1]?.text === closing;
  }

  private listLiteral(): Expression {
    const { offset } = this.next();
    const elements: Expression[] = [];
    const optionals = new Set<number>();
    while (!this.isSign(']') && !this.isSign(',')) {
      if (this.take('?') !== undefined) optionals.add(elements.length);
      elements.push(this.expression());
      if (this.isLastComma(']') || this.take(',') === undefined) break;
    }
    this.take(',');
    this.expect(']');
    return { kind: 'list', offset, elements, optionals };
  }

  private mapLiteral(): Expression {
    const { offset } = this.next();
    const entries: MapEntry[] = [];
    while (!this.isSign('}') && !this.isSign(',')) {
      const isOptional = this.take('?') !== undefined;
      const key = this.expression();
      const colon = this.expect(':');
      entries.push({ offset: colon.offset, key, value: this.expression(), isOptional });
      if (this.isLastComma('}') || this.take(',') === undefined) break;
    }
    this.take(',');
    this.expect('}');
    return { kind: 'map', offset, entries };
  }

  private literal(): Expression {
    const { offset } = this.token;
    const sign = this.isNegativeNumber() ? this.next().text : '';
    const token = this.next();
    try {
      const value = constantOf(token, sign);
      if (value === undefined) throw new NotAnExpression();
      return literal(offset, value);
    } catch (error) {
      if (error instanceof InvalidLiteralError) return this.problem(offset, error.message);
      throw error;
    }
  }
}

/** The terms of a chain of `&&` or `||` as a tree of little depth. */
function balanced(name: string, terms: readonly Expression[], offsets: readonly number[]): Expression {
  const term = (index: number): Expression => {
    const found = terms[index];
    if (found === undefined) throw new NotAnExpression();
    return found;
  };
  const between = (low: number, high: number): Expression => {
    const middle = Math.floor((low + high + 1) / 2);
    const left = middle === low ? term(middle) : between(low, middle - 1);
    const right = middle === high ? term(middle + 1) : between(middle + 1, high);
    return call(offsets[middle] ?? 0, name, left, right);
  };
  return offsets.length === 0 ? term(0) : between(0, offsets.length - 1);
}

function failed(issues: readonly Issue[]): Parsed {
  return { expression: { kind: 'unspecified', offset: -1 }, issues };
}

/** The tree of an expression; where there are issues, it is not to be used. */
export function parse(text: string): Parsed {
  const size = text.length > MAXIMUM_SIZE ? Array.from(text).length : 0;
  if (size > MAXIMUM_SIZE) {
    const limit = String(MAXIMUM_SIZE);
    return failed([
      { offset: -1, message: `expression code point size exceeds limit: size: ${String(size)}, limit ${limit}` },
    ]);
  }
  const { tokens, issues } = tokensOf(text);
  const parser = new Parser(tokens);
  try {
    const expression = parser.parse();
    return { expression, issues: [...issues, ...parser.issues] };
  } catch (error) {
    if (error instanceof TooDeep) {
      return failed([...issues, { offset: -1, message: tooDeep(MAXIMUM_DEPTH) }]);
    }
    if (error instanceof NotAnExpression) return failed([...issues, ...syntaxIssuesOf(text, tokens, MAXIMUM_DEPTH)]);
    throw error;
  }
}
