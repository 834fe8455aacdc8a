/** Calls of functions. */
import { callCost } from '../cost/runtime-cost';
import { type FunctionDeclaration, isOfType, noSuchOverload, type Overload } from '../typing/declaration';
import type { CelType } from '../typing/type';
import { CelError, type Result, type Value } from '../values/value';
import type { Frame, Step } from './frame';

interface CallParts {
  readonly args: readonly Step[];
  /** As the checker knows them. */
  readonly types: readonly CelType[];
  /** Whether an argument that fails keeps the following from being computed. With three it is always so. */
  readonly stopsEarly: boolean;
}

/** Types of which no value of another type can come at runtime. */
const EXACT: ReadonlySet<CelType['kind']> = new Set(['string', 'bool', 'int', 'uint', 'double', 'bytes']);

function fits(overload: Overload, args: readonly Value[]): boolean {
  return (
    overload.args.length === args.length && overload.args.every((type, index) => isOfType(type, args[index] ?? null))
  );
}

/** What a function does with values. */
function implementationOf(
  callee: FunctionDeclaration,
  overloads: readonly Overload[],
  types: readonly CelType[],
): (args: readonly Value[]) => Result {
  const { implementation } = callee;
  if (implementation !== undefined) return (args) => implementation(...args);
  const [only] = overloads;
  if (overloads.length === 1 && only?.implementation !== undefined) {
    const compute = only.implementation;
    if (types.every(({ kind }) => EXACT.has(kind))) return (args) => compute(...args);
    return (args) => (fits(only, args) ? compute(...args) : noSuchOverload(callee.name, args));
  }
  return (args) => {
    const fitting = callee.overloads.find((overload) => overload.implementation !== undefined && fits(overload, args));
    const result = fitting?.implementation?.(...args);
    return result === undefined ? noSuchOverload(callee.name, args) : result;
  };
}

/** A call of one of some signatures. */
export function planFunction(
  callee: FunctionDeclaration,
  overloads: readonly Overload[],
  { args, types, stopsEarly }: CallParts,
): Step {
  const { name } = callee;
  const compute = implementationOf(callee, overloads, types);
  const overload = overloads.length === 1 ? (overloads[0]?.id ?? '') : '';
  const isOpen = callee.implementation === undefined && overloads.length !== 1;
  const [first, second] = args;
  const settle = (frame: Frame, values: readonly Result[]): Result => {
    const failed = values.find((value) => value instanceof CelError);
    const result = failed ?? compute(values as readonly Value[]);
    frame.charge(callCost({ name, overload, args: values, result }));
    return result;
  };
  if (args.length > 2 || stopsEarly || isOpen) return stoppingCall(args, settle);
  if (first === undefined) return (frame) => settle(frame, []);
  if (second === undefined) return (frame) => settle(frame, [first(frame)]);
  return (frame) => settle(frame, [first(frame), second(frame)]);
}

/** An argument that fails ends the call; unless it is the last, the call then costs nothing. */
function stoppingCall(args: readonly Step[], settle: (frame: Frame, values: readonly Result[]) => Result): Step {
  return (frame) => {
    const values: Result[] = [];
    for (const arg of args) {
      const value = arg(frame);
      values.push(value);
      if (value instanceof CelError) return values.length === args.length ? settle(frame, values) : value;
    }
    return settle(frame, values);
  };
}
