/**
 * Turns a checked expression into functions that compute it, and that count what this costs as cel-go counts it.
 * @see github.com/google/cel-go/interpreter/planner.go, interpretable.go, decorators.go, v0.26
 */
import { LIST_BASE, MAP_BASE, STRUCT_BASE } from '../cost/factors';
import { callCost } from '../cost/runtime-cost';
import type { Call, Expression, ListLiteral, MapLiteral, Select, StructLiteral } from '../syntax/expression';
import type { Checked, Reference } from '../typing/checker';
import { type CelType, DYN } from '../typing/type';
import { ArrayValue, EntryMap } from '../values/collection';
import { areEqual } from '../values/order';
import { compileRegex, InvalidPatternError } from '../values/regex';
import { valueText } from '../values/text';
import { CelError, NO_SUCH_OVERLOAD, Optional, type Result, TypeValue, type Value } from '../values/value';
import {
  type Attribute,
  ComputedQualifier,
  ConditionalAttribute,
  ConstantQualifier,
  SlotPath,
  TestQualifier,
  ValuePath,
  VariablePath,
} from './attribute';
import { planFold } from './fold';
import type { Frame, Step } from './frame';
import { planFunction } from './function-call';
import { findConstantMembership } from './membership';
import { attributePlan, computeNow, constantOf, constantPlan, type Plan, ProgramError, testPlan } from './plan';

const CONVERSIONS: ReadonlySet<string> = new Set(
  'bool bytes double duration dyn int string timestamp type uint'.split(' '),
);
const PATTERN_FUNCTIONS: ReadonlySet<string> = new Set(['matches', 'find', 'findAll']);

export class Planner {
  private readonly scopes: ReadonlyMap<string, number>[] = [];
  private slots = 0;

  constructor(private readonly checked: Checked) {}

  plan(expression: Expression): Plan {
    switch (expression.kind) {
      case 'literal':
        return constantPlan(expression.value);
      case 'identifier':
        return this.planReference(this.checked.references.get(expression), expression);
      case 'select':
        return this.planSelect(expression);
      case 'call':
        return this.planCall(expression);
      case 'list':
        return this.planList(expression);
      case 'map':
        return this.planMap(expression);
      case 'struct':
        return this.planStruct(expression);
      case 'comprehension':
        return planFold(expression, this);
      case 'unspecified':
        throw new ProgramError('unsupported expression');
    }
  }

  /** A slot for a variable of a fold. */
  takeSlot(): number {
    this.slots += 1;
    return this.slots - 1;
  }

  /** Plans an expression that sees more variables of folds. */
  planWithin(expression: Expression, variables: ReadonlyMap<string, number>): Plan {
    this.scopes.push(variables);
    const plan = this.plan(expression);
    this.scopes.pop();
    return plan;
  }

  private planReference(reference: Reference | undefined, expression: Expression): Plan {
    if (reference?.kind === 'type') {
      if (reference.name === undefined) throw new ProgramError(`reference to undefined type: ${reference.written}`);
      return constantPlan(new TypeValue(reference.name));
    }
    if (reference?.kind !== 'variable') throw new ProgramError(`unresolved expression: ${expression.kind}`);
    for (let index = this.scopes.length - 1; index >= 0; index -= 1) {
      const slot = this.scopes[index]?.get(reference.name);
      if (slot !== undefined) return attributePlan(new SlotPath(slot));
    }
    return attributePlan(new VariablePath(reference.name));
  }

  /** The attribute that a way goes on from. */
  private attributeOf(plan: Plan): Attribute {
    return plan.attribute ?? new ValuePath(plan.step);
  }

  private planSelect(select: Select): Plan {
    const reference = this.checked.references.get(select);
    if (reference !== undefined) return this.planReference(reference, select);
    const attribute = this.attributeOf(this.plan(select.operand));
    if (select.isTest) {
      attribute.add(new TestQualifier(select.field));
      return testPlan(attribute);
    }
    attribute.add(new ConstantQualifier(select.field, false));
    return attributePlan(attribute);
  }

  private planCall(call: Call): Plan {
    const reference = this.checked.references.get(call);
    if (reference?.kind !== 'function') throw new ProgramError(`unresolved call: ${call.name}`);
    const { target } = call;
    const parts = target === undefined || reference.isQualified ? call.args : [target, ...call.args];
    const args = parts.map((part) => this.plan(part));
    const types = parts.map((part) => this.checked.types.get(part) ?? DYN);
    const [first, second, third] = args;
    if (first === undefined) return this.planOther(reference, args, types);
    const { name } = reference.callee;
    if (second === undefined) return this.planOther(reference, args, types);
    switch (name) {
      case '_&&_':
        return { step: logical(first.step, second.step, false) };
      case '_||_':
        return { step: logical(first.step, second.step, true) };
      case '_?_:_':
        if (third === undefined) break;
        return attributePlan(new ConditionalAttribute(first.step, this.attributeOf(second), this.attributeOf(third)));
      case '_==_':
      case '_!=_':
        return { step: equality(name, first.step, second.step) };
      case '_[_]':
        return this.planIndex(first, second, false);
      case '_[?_]':
      case '_?._':
        return this.planIndex(first, second, true);
      case 'or':
        return { step: firstValue(first.step, second.step, (optional) => optional) };
      case 'orValue':
        return { step: firstValue(first.step, second.step, ({ value }) => value ?? null) };
      default:
    }
    return this.planOther(reference, args, types);
  }

  private planIndex(operand: Plan, index: Plan, isOptional: boolean): Plan {
    const attribute = this.attributeOf(operand);
    const inner = index.attribute;
    if (index.constant !== undefined) attribute.add(new ConstantQualifier(index.constant.value, isOptional));
    else {
      // Another attribute as an index isn't a value of its own.
      attribute.add(
        new ComputedQualifier(inner === undefined ? index.step : (frame) => inner.resolve(frame), isOptional),
      );
    }
    return attributePlan(attribute);
  }

  private planOther(
    reference: Extract<Reference, { kind: 'function' }>,
    args: readonly Plan[],
    types: readonly CelType[],
  ): Plan {
    const { callee, overloads } = reference;
    const [first, second] = args;
    const overload = overloads.length === 1 ? (overloads[0]?.id ?? '') : '';
    if (callee.name === '@not_strictly_false' && first !== undefined) return { step: notStrictlyFalse(first.step) };
    if (overload === 'in_list' && first !== undefined && second?.constant !== undefined) {
      const membership = findConstantMembership(first.step, second.constant.value);
      if (membership === false) return constantPlan(false);
      if (membership !== undefined) return { step: membership };
    }
    const pattern = PATTERN_FUNCTIONS.has(callee.name) ? second?.constant?.value : undefined;
    const isPattern = typeof pattern === 'string';
    if (isPattern) checkPattern(pattern);
    const step = planFunction(callee, overloads, { args: args.map((arg) => arg.step), types, stopsEarly: isPattern });
    if (args.length === 1 && first?.constant !== undefined && CONVERSIONS.has(callee.name)) {
      const value = computeNow(step);
      if (value instanceof CelError) throw new ProgramError(value.message);
      return constantPlan(value);
    }
    return { step };
  }

  private planList({ elements, optionals }: ListLiteral): Plan {
    const plans = elements.map((element) => this.plan(element));
    const steps = plans.map(({ step }) => step);
    const step = (frame: Frame): Result => {
      const list = listOf(frame, steps, optionals);
      frame.charge(LIST_BASE);
      return list;
    };
    return plans.every(({ constant }) => constant !== undefined) ? constantOf(step) : { step };
  }

  private planMap({ entries }: MapLiteral): Plan {
    const plans = entries.map(({ key, value, isOptional }) => ({
      key: this.plan(key),
      value: this.plan(value),
      isOptional,
    }));
    const step = (frame: Frame): Result => {
      const map = mapOf(frame, plans);
      frame.charge(MAP_BASE);
      return map;
    };
    const isConstant = plans.every(({ key, value }) => key.constant !== undefined && value.constant !== undefined);
    return isConstant ? constantOf(step) : { step };
  }

  /** No type of the API can be made in an expression; its parts are computed all the same. */
  private planStruct({ typeName, fields }: StructLiteral): Plan {
    const steps = fields.map(({ value }) => this.plan(value).step);
    const step = (frame: Frame): Result => {
      const failed = steps.map((field) => field(frame)).find((value) => value instanceof CelError);
      frame.charge(STRUCT_BASE);
      return failed ?? new CelError(`unknown type '${typeName}'`);
    };
    return { step };
  }
}

function checkPattern(pattern: string): void {
  try {
    compileRegex(pattern);
  } catch (error) {
    if (error instanceof InvalidPatternError) throw new ProgramError(error.message);
    throw error;
  }
}

/** `&&` and `||`: the value that decides wins over an error on the other side. */
function logical(first: Step, second: Step, decisive: boolean): Step {
  return (frame) => {
    const left = first(frame);
    if (left === decisive) return decisive;
    const right = second(frame);
    if (right === decisive) return decisive;
    if (typeof left !== 'boolean') return left instanceof CelError ? left : NO_SUCH_OVERLOAD;
    if (typeof right !== 'boolean') return right instanceof CelError ? right : NO_SUCH_OVERLOAD;
    return !decisive;
  };
}

function equality(name: '_==_' | '_!=_', first: Step, second: Step): Step {
  const overload = name === '_==_' ? 'equals' : 'not_equals';
  return (frame) => {
    const left = first(frame);
    const right = second(frame);
    let result: Result;
    if (left instanceof CelError) result = left;
    else if (right instanceof CelError) result = right;
    else if (name === '_==_') result = areEqual(left, right);
    else result = areEqual(left, right) !== true;
    frame.charge(callCost({ name, overload, args: [left, right], result }));
    return result;
  };
}

function firstValue(first: Step, second: Step, take: (optional: Optional) => Value): Step {
  return (frame) => {
    const value = first(frame);
    if (!(value instanceof Optional)) return value;
    return value.value === undefined ? second(frame) : take(value);
  };
}

function notStrictlyFalse(step: Step): Step {
  return (frame) => {
    const value = step(frame);
    frame.charge(1);
    return typeof value === 'boolean' ? value : true;
  };
}

function listOf(frame: Frame, steps: readonly Step[], optionals: ReadonlySet<number>): Result {
  const values: Value[] = [];
  for (const [index, step] of steps.entries()) {
    const value = step(frame);
    if (value instanceof CelError) return value;
    if (!optionals.has(index)) values.push(value);
    else if (!(value instanceof Optional)) {
      return new CelError(`cannot initialize optional list element from non-optional value ${valueText(value)}`);
    } else if (value.value !== undefined) values.push(value.value);
  }
  return new ArrayValue(values);
}

interface EntryPlan {
  readonly key: Plan;
  readonly value: Plan;
  readonly isOptional: boolean;
}

function mapOf(frame: Frame, entries: readonly EntryPlan[]): Result {
  const map = new EntryMap();
  for (const entry of entries) {
    const key = entry.key.step(frame);
    if (key instanceof CelError) return key;
    const value = entry.value.step(frame);
    if (value instanceof CelError) return value;
    if (!entry.isOptional) map.set(key, value);
    else if (!(value instanceof Optional)) {
      const [name, text] = [valueText(key), valueText(value)];
      return new CelError(`cannot initialize optional entry '${name}' from non-optional value ${text}`);
    } else if (value.value === undefined) map.delete(key);
    else map.set(key, value.value);
  }
  return map;
}
