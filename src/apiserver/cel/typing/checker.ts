/**
 * Gives every part of an expression its type, and says what doesn't fit, in cel-go's words.
 * @see github.com/google/cel-go/checker/checker.go, v0.26
 */
import {
  type Call,
  type Comprehension,
  type Expression,
  type ListLiteral,
  type Literal,
  type MapLiteral,
  qualifiedNameOf,
  type Select,
  type StructLiteral,
} from '../syntax/expression';
import type { Issue } from '../syntax/source';
import { Bytes, Double, isInt } from '../values/value';
import type { FunctionDeclaration, Overload } from './declaration';
import { type Environment, findTypeName } from './environment';
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DYN,
  ERROR,
  INT,
  isDyn,
  isOptional,
  isSameType,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  parameterAt,
  parameterOf,
  STRING,
  typeText,
  UINT,
  unwrapped,
} from './type';
import { findSubstitutions, mostGeneral, type Substitutions, substituted } from './unification';

/** What a name or a call was found to mean. */
export type Reference =
  | { readonly kind: 'variable'; readonly name: string }
  /** `name`: at runtime; undefined where there is no such value. */
  | { readonly kind: 'type'; readonly written: string; readonly name: string | undefined }
  | {
      readonly kind: 'function';
      readonly callee: FunctionDeclaration;
      /** More than one where the types leave it open. */
      readonly overloads: readonly Overload[];
      /** What looked like a target is part of the name. */
      readonly isQualified: boolean;
    };

export interface Checked {
  readonly expression: Expression;
  readonly types: ReadonlyMap<Expression, CelType>;
  readonly references: ReadonlyMap<Expression, Reference>;
  readonly issues: readonly Issue[];
}

class Checker {
  readonly issues: Issue[] = [];
  readonly types = new Map<Expression, CelType>();
  readonly references = new Map<Expression, Reference>();
  substitutions: Substitutions = new Map();
  private readonly scopes: Map<string, CelType>[] = [];
  private freeVariables = 0;

  constructor(private readonly environment: Environment) {}

  check(expression: Expression): CelType {
    const type = this.typeOf(expression);
    this.types.set(expression, type);
    return type;
  }

  private typeOf(expression: Expression): CelType {
    switch (expression.kind) {
      case 'literal':
        return literalType(expression);
      case 'identifier':
        return this.nameType(expression, expression.name) ?? this.undeclared(expression, expression.name);
      case 'select':
        return this.selectType(expression);
      case 'call':
        return expression.name === '_?._' ? this.optionalSelectType(expression) : this.callType(expression);
      case 'list':
        return this.listType(expression);
      case 'map':
        return this.mapType(expression);
      case 'struct':
        return this.structType(expression);
      case 'comprehension':
        return this.comprehensionType(expression);
      case 'unspecified':
        return ERROR;
    }
  }

  private report(at: Expression | { readonly offset: number }, message: string): void {
    this.issues.push({ offset: at.offset, message });
  }

  private undeclared(at: Expression, name: string): CelType {
    this.report(at, `undeclared reference to '${name}' (in container '')`);
    return ERROR;
  }

  private mismatch(at: Expression, expected: CelType, actual: CelType): void {
    this.report(at, `expected type '${typeText(expected)}' but found '${typeText(actual)}'`);
  }

  private typeGiven(expression: Expression): CelType {
    return this.types.get(expression) ?? ERROR;
  }

  private resolved(type: CelType): CelType {
    return substituted(this.substitutions, type, false);
  }

  private isAssignable(a: readonly CelType[], b: readonly CelType[]): boolean {
    const found = findSubstitutions(this.substitutions, a, b);
    if (found === undefined) return false;
    this.substitutions = found;
    return true;
  }

  private freeVariable(): CelType {
    this.freeVariables += 1;
    return parameterOf(`_var${String(this.freeVariables - 1)}`);
  }

  private findVariable(name: string): CelType | undefined {
    for (let index = this.scopes.length - 1; index >= 0; index -= 1) {
      const type = this.scopes[index]?.get(name);
      if (type !== undefined) return type;
    }
    return this.environment.variables.get(name);
  }

  private nameType(expression: Expression, written: string): CelType | undefined {
    const name = written.startsWith('.') ? written.slice(1) : written;
    const variable = this.findVariable(name);
    if (variable !== undefined) {
      this.references.set(expression, { kind: 'variable', name });
      return variable;
    }
    const found = findTypeName(this.environment, name);
    if (found === undefined) return undefined;
    this.references.set(expression, { kind: 'type', written: name, name: found.name });
    return found.type;
  }

  private selectType(select: Select): CelType {
    const name = qualifiedNameOf(select);
    const type = name === undefined ? undefined : this.nameType(select, name);
    if (type !== undefined) return type;
    const field = this.fieldType(select, select.operand, select.field, false);
    return select.isTest ? BOOL : this.resolved(field);
  }

  private optionalSelectType(call: Call): CelType {
    const [operand, field] = call.args;
    if (operand === undefined || field?.kind !== 'literal' || typeof field.value !== 'string') return ERROR;
    const callee = this.environment.functions.get(call.name);
    if (callee === undefined) return this.undeclared(call, call.name);
    this.references.set(call, { kind: 'function', callee, overloads: callee.overloads, isQualified: false });
    return this.resolved(this.fieldType(call, operand, field.value, true));
  }

  private fieldType(at: Expression, operand: Expression, field: string, optional: boolean): CelType {
    const operandType = this.resolved(this.check(operand));
    const target = unwrapped(operandType);
    const type = this.memberType(at, target, field);
    return isOptional(operandType) || optional ? optionalOf(type) : type;
  }

  private memberType(at: Expression, target: CelType, field: string): CelType {
    switch (target.kind) {
      case 'map':
        return parameterAt(target, 1);
      case 'struct':
        return this.structFieldType(at, target.name, field) ?? ERROR;
      case 'parameter':
        this.isAssignable([DYN], [target]);
        return DYN;
      default:
        if (!isDyn(target) && target.kind !== 'error') {
          this.report(at, `type '${typeText(target)}' does not support field selection`);
        }
        return DYN;
    }
  }

  private structFieldType(at: { readonly offset: number }, struct: string, field: string): CelType | undefined {
    const type = this.environment.structs.get(struct);
    if (type === undefined) {
      this.report(at, `unexpected failed resolution of '${struct}'`);
      return undefined;
    }
    const found = type.findField(field);
    if (found === undefined) this.report(at, `undefined field '${field}'`);
    return found;
  }

  private callType(call: Call): CelType {
    for (const arg of call.args) this.check(arg);
    const { target } = call;
    if (target === undefined) {
      const name = call.name.startsWith('.') ? call.name.slice(1) : call.name;
      const callee = this.environment.functions.get(name);
      return callee === undefined ? this.undeclared(call, call.name) : this.resolution(call, callee, false);
    }
    const prefix = qualifiedNameOf(target);
    if (prefix !== undefined) {
      const written = `${prefix}.${call.name}`;
      const name = written.startsWith('.') ? written.slice(1) : written;
      const callee = this.environment.functions.get(name);
      if (callee !== undefined) return this.resolution(call, callee, true);
    }
    this.check(target);
    const callee = this.environment.functions.get(call.name);
    return callee === undefined ? this.undeclared(call, call.name) : this.resolution(call, callee, false);
  }

  /** `isQualified`: what looks like the target is part of the function's name. */
  private resolution(call: Call, callee: FunctionDeclaration, isQualified: boolean): CelType {
    const target = isQualified ? undefined : call.target;
    const args = (target === undefined ? call.args : [target, ...call.args]).map((arg) => this.typeGiven(arg));
    const fitting: Overload[] = [];
    let result: CelType | undefined;
    for (const overload of callee.overloads) {
      if (overload.isMember !== (target !== undefined)) continue;
      if (callee.name === '_&&_' || callee.name === '_||_') return this.logicalType(call, callee, args);
      const fresh = new Map(overload.parameters.map((parameter) => [parameter, this.freeVariable()]));
      const wanted = overload.args.map((arg) => substituted(fresh, arg, false));
      if (!this.isAssignable(args, wanted)) continue;
      fitting.push(overload);
      const type = this.resolved(substituted(fresh, overload.result, false));
      if (result === undefined) result = type;
      else if (!isDyn(result) && !isSameType(type, result)) result = DYN;
    }
    if (result === undefined) {
      this.reportNoOverload(call, callee.name, args, target !== undefined);
      return ERROR;
    }
    this.references.set(call, { kind: 'function', callee, overloads: fitting, isQualified });
    return result;
  }

  private logicalType(call: Call, callee: FunctionDeclaration, args: readonly CelType[]): CelType {
    let fits = true;
    for (const [index, arg] of call.args.entries()) {
      const type = args[index] ?? ERROR;
      if (this.isAssignable([type], [BOOL])) continue;
      this.mismatch(arg, BOOL, type);
      fits = false;
    }
    if (!fits) return ERROR;
    this.references.set(call, { kind: 'function', callee, overloads: callee.overloads, isQualified: false });
    return BOOL;
  }

  private reportNoOverload(call: Call, name: string, args: readonly CelType[], isMember: boolean): void {
    const texts = args.map((arg) => typeText(substituted(this.substitutions, arg, true)));
    const signature = isMember ? `${texts[0] ?? ''}.(${texts.slice(1).join(', ')})` : `(${texts.join(', ')})`;
    this.report(call, `found no matching overload for '${name}' applied to '${signature}'`);
  }

  /** The type of an optional part; whatever it stands in must be told that it is one. */
  private optionalPart(part: Expression, isPartOptional: boolean): CelType {
    const type = this.typeGiven(part);
    if (!isPartOptional) return type;
    const inner = unwrapped(type);
    if (!isOptional(type) && !isDyn(type)) this.mismatch(part, optionalOf(inner), inner);
    return inner;
  }

  /** The common type of parts of a literal; `dyn` where there is none. That parts differ is told afterwards. */
  private joined(previous: CelType | undefined, current: CelType): CelType {
    if (previous === undefined) return current;
    return this.isAssignable([previous], [current]) ? mostGeneral(previous, current) : DYN;
  }

  private listType(expression: ListLiteral): CelType {
    let type: CelType | undefined;
    for (const [index, element] of expression.elements.entries()) {
      this.check(element);
      type = this.joined(type, this.optionalPart(element, expression.optionals.has(index)));
    }
    return listOf(type ?? this.freeVariable());
  }

  private mapType(expression: MapLiteral): CelType {
    let keyType: CelType | undefined;
    let valueType: CelType | undefined;
    for (const { key, value, isOptional: isEntryOptional } of expression.entries) {
      this.check(key);
      keyType = this.joined(keyType, this.typeGiven(key));
      this.check(value);
      valueType = this.joined(valueType, this.optionalPart(value, isEntryOptional));
    }
    return mapOf(keyType ?? this.freeVariable(), valueType ?? this.freeVariable());
  }

  private structType(expression: StructLiteral): CelType {
    const type = this.nameType(expression, expression.typeName);
    if (type === undefined) return this.undeclared(expression, expression.typeName);
    let result = ERROR;
    if (type.kind !== 'type') this.report(expression, `'${typeText(type)}' is not a type`);
    else if (parameterAt(type, 0).kind === 'struct') result = parameterAt(type, 0);
    else this.report(expression, `'${parameterAt(type, 0).name}' is not a message type`);
    for (const field of expression.fields) {
      this.check(field.value);
      const struct = result.kind === 'struct' ? result.name : expression.typeName;
      const wanted = this.structFieldType(field, struct, field.name) ?? ERROR;
      const given = this.optionalPart(field.value, field.isOptional);
      if (this.isAssignable([wanted], [given])) continue;
      const [expected, actual] = [typeText(wanted), typeText(given)];
      this.report(field, `expected type of field '${field.name}' is '${expected}' but provided type is '${actual}'`);
    }
    return result;
  }

  private comprehensionType(fold: Comprehension): CelType {
    this.check(fold.range);
    const accumulator = this.check(fold.initial);
    const range = this.resolved(this.typeGiven(fold.range));
    const [first, second] = this.iterationTypes(fold, range);
    this.scopes.push(new Map([[fold.accumulator, accumulator]]));
    const variables = new Map([[fold.variable, first]]);
    if (fold.secondVariable !== undefined) variables.set(fold.secondVariable, second);
    this.scopes.push(variables);
    this.assertType(fold.condition, BOOL);
    this.assertType(fold.step, accumulator);
    this.scopes.pop();
    this.check(fold.result);
    this.scopes.pop();
    return this.resolved(this.typeGiven(fold.result));
  }

  private iterationTypes(fold: Comprehension, range: CelType): readonly [CelType, CelType] {
    const hasSecond = fold.secondVariable !== undefined;
    switch (range.kind) {
      case 'list':
        return hasSecond ? [INT, parameterAt(range, 0)] : [parameterAt(range, 0), ERROR];
      case 'map':
        return [parameterAt(range, 0), parameterAt(range, 1)];
      case 'dyn':
      case 'error':
      case 'parameter':
        this.isAssignable([DYN], [range]);
        return [DYN, DYN];
      default:
        this.report(
          fold.range,
          `expression of type '${typeText(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        );
        return [ERROR, ERROR];
    }
  }

  private assertType(expression: Expression, wanted: CelType): void {
    const type = this.check(expression);
    if (!this.isAssignable([wanted], [type])) this.mismatch(expression, wanted, type);
  }
}

function literalType({ value }: Literal): CelType {
  if (value === null) return NULL;
  if (typeof value === 'string') return STRING;
  if (typeof value === 'boolean') return BOOL;
  if (isInt(value)) return INT;
  if (value instanceof Double) return DOUBLE;
  return value instanceof Bytes ? BYTES : UINT;
}

/** The types of an expression's parts. Where there are issues, they mean nothing. */
export function check(expression: Expression, environment: Environment): Checked {
  const checker = new Checker(environment);
  checker.check(expression);
  const types = new Map<Expression, CelType>();
  for (const [part, type] of checker.types) types.set(part, substituted(checker.substitutions, type, true));
  return { expression, types, references: checker.references, issues: checker.issues };
}
