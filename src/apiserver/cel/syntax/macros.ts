/**
 * Calls that are shorthand for longer expressions: `has`, the folds, and the two for optionals.
 * @see github.com/google/cel-go/parser/macro.go, ext/comprehensions.go, v0.26
 */
import {
  ACCUMULATOR,
  type Comprehension,
  call,
  copyOf,
  type Expression,
  identifier,
  list,
  literal,
  UNUSED_VARIABLE,
} from './expression';

/** A call that might be a macro. */
export interface MacroCall {
  readonly offset: number;
  readonly target: Expression | undefined;
  readonly args: readonly Expression[];
}

/** Thrown where a macro's arguments are wrong. */
export class MacroError extends Error {
  override readonly name = 'MacroError';
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

type Expander = (
  call: MacroCall,
  target: Expression,
  args: readonly [Expression, Expression, ...Expression[]],
) => Expression;

const NOTHING: Expression = { kind: 'unspecified', offset: -1 };

function variableOf(expression: Expression, problem: string): string {
  if (expression.kind !== 'identifier') throw new MacroError(problem, expression.offset);
  return expression.name;
}

function checkVariable(name: string, at: Expression): void {
  if (name === ACCUMULATOR || name === '__result__') {
    throw new MacroError('iteration variable overwrites accumulator variable', at.offset);
  }
}

type Fold = Pick<Comprehension, 'initial' | 'condition' | 'step' | 'result'>;
type Variables = Pick<Comprehension, 'variable' | 'secondVariable'>;

function fold(offset: number, range: Expression, variables: Variables, parts: Fold): Comprehension {
  return { kind: 'comprehension', offset, range, ...variables, accumulator: ACCUMULATOR, ...parts };
}

function allFold(at: number, predicate: Expression): Fold {
  const accumulator = (): Expression => identifier(at, ACCUMULATOR);
  return {
    initial: literal(at, true),
    condition: call(at, '@not_strictly_false', accumulator()),
    step: call(at, '_&&_', accumulator(), predicate),
    result: accumulator(),
  };
}

function existsFold(at: number, predicate: Expression): Fold {
  const accumulator = (): Expression => identifier(at, ACCUMULATOR);
  return {
    initial: literal(at, false),
    condition: call(at, '@not_strictly_false', call(at, '!_', accumulator())),
    step: call(at, '_||_', accumulator(), predicate),
    result: accumulator(),
  };
}

function existsOneFold(at: number, predicate: Expression): Fold {
  const accumulator = (): Expression => identifier(at, ACCUMULATOR);
  const next = call(at, '_+_', accumulator(), literal(at, 1));
  return {
    initial: literal(at, 0),
    condition: literal(at, true),
    step: call(at, '_?_:_', predicate, next, accumulator()),
    result: call(at, '_==_', accumulator(), literal(at, 1)),
  };
}

/** A fold that adds to a list or map, where a filter lets it. */
function gatheringFold(at: number, initial: Expression, next: Expression, filter: Expression | undefined): Fold {
  return {
    initial,
    condition: literal(at, true),
    step: filter === undefined ? next : call(at, '_?_:_', filter, next, identifier(at, ACCUMULATOR)),
    result: identifier(at, ACCUMULATOR),
  };
}

function appended(at: number, element: Expression): Expression {
  return call(at, '_+_', identifier(at, ACCUMULATOR), list(at, element));
}

function quantifier(makeFold: (at: number, predicate: Expression) => Fold): Expander {
  return ({ offset }, range, [name, predicate]) => {
    const variable = variableOf(name, 'argument must be a simple name');
    checkVariable(variable, name);
    return fold(offset, range, { variable }, makeFold(offset, predicate));
  };
}

const expandMap: Expander = ({ offset }, range, [name, second, third]) => {
  const variable = variableOf(name, 'argument is not an identifier');
  checkVariable(variable, name);
  const [filter, transform] = third === undefined ? [undefined, second] : [second, third];
  return fold(offset, range, { variable }, gatheringFold(offset, list(offset), appended(offset, transform), filter));
};

const expandFilter: Expander = ({ offset }, range, [name, filter]) => {
  const variable = variableOf(name, 'argument is not an identifier');
  checkVariable(variable, name);
  return fold(offset, range, { variable }, gatheringFold(offset, list(offset), appended(offset, name), filter));
};

function twoVariables(first: Expression, second: Expression): Variables {
  const variable = variableOf(first, 'argument must be a simple name');
  const secondVariable = variableOf(second, 'argument must be a simple name');
  if (variable === secondVariable) throw new MacroError(`duplicate variable name: ${variable}`, second.offset);
  checkVariable(variable, first);
  checkVariable(secondVariable, second);
  return { variable, secondVariable };
}

function quantifierOfTwo(makeFold: (at: number, predicate: Expression) => Fold): Expander {
  return ({ offset }, range, [first, second, predicate = NOTHING]) =>
    fold(offset, range, twoVariables(first, second), makeFold(offset, predicate));
}

/** `next` makes the accumulator's next value from what each entry is turned into. */
function transformation(
  initial: (at: number) => Expression,
  next: (at: number, transform: Expression, variable: string) => Expression,
): Expander {
  return ({ offset }, range, [first, second, third = NOTHING, fourth]) => {
    const variables = twoVariables(first, second);
    const [filter, transform] = fourth === undefined ? [undefined, third] : [third, fourth];
    const step = next(offset, transform, variables.variable);
    return fold(offset, range, variables, gatheringFold(offset, initial(offset), step, filter));
  };
}

const emptyMap = (offset: number): Expression => ({ kind: 'map', offset, entries: [] });

const expandTransformMap = transformation(emptyMap, (at, transform, variable) =>
  call(at, 'cel.@mapInsert', identifier(at, ACCUMULATOR), identifier(at, variable), transform),
);
const expandTransformMapEntry = transformation(emptyMap, (at, transform) =>
  call(at, 'cel.@mapInsert', identifier(at, ACCUMULATOR), transform),
);

/** A fold over nothing, whose accumulator is a name for a value. */
function binding(at: number, name: string, value: Expression, result: Expression): Comprehension {
  return {
    kind: 'comprehension',
    offset: at,
    range: list(at),
    variable: UNUSED_VARIABLE,
    accumulator: name,
    initial: value,
    condition: literal(at, false),
    step: identifier(at, name),
    result,
  };
}

function memberCall(offset: number, name: string, target: Expression): Expression {
  return { kind: 'call', offset, name, target, args: [] };
}

function optionalMap(macro: string, wrap: (at: number, value: Expression) => Expression): Expander {
  return ({ offset: at }, target, [name, transform]) => {
    const variable = variableOf(name, `${macro}() variable name must be a simple identifier`);
    const bound = binding(at, variable, memberCall(at, 'value', copyOf(target)), transform);
    return call(at, '_?_:_', memberCall(at, 'hasValue', target), wrap(at, bound), call(at, 'optional.none'));
  };
}

/** Keyed by name and number of arguments. */
const MEMBER_MACROS: ReadonlyMap<string, Expander> = new Map([
  ['all:2', quantifier(allFold)],
  ['exists:2', quantifier(existsFold)],
  ['exists_one:2', quantifier(existsOneFold)],
  ['map:2', expandMap],
  ['map:3', expandMap],
  ['filter:2', expandFilter],
  ['all:3', quantifierOfTwo(allFold)],
  ['exists:3', quantifierOfTwo(existsFold)],
  ['existsOne:3', quantifierOfTwo(existsOneFold)],
  ['exists_one:3', quantifierOfTwo(existsOneFold)],
  ['transformList:3', transformation((at) => list(at), appended)],
  ['transformList:4', transformation((at) => list(at), appended)],
  ['transformMap:3', expandTransformMap],
  ['transformMap:4', expandTransformMap],
  ['transformMapEntry:3', expandTransformMapEntry],
  ['transformMapEntry:4', expandTransformMapEntry],
  ['optMap:2', optionalMap('optMap', (at, value) => call(at, 'optional.of', value))],
  ['optFlatMap:2', optionalMap('optFlatMap', (_at, value) => value)],
]);

/** What a call stands for; undefined where it is no macro. Throws `MacroError`. */
export function findExpansion(name: string, macro: MacroCall): Expression | undefined {
  const { offset, target, args } = macro;
  const [first, second, ...rest] = args;
  if (target === undefined) {
    if (name !== 'has' || args.length !== 1 || first === undefined) return undefined;
    if (first.kind !== 'select') throw new MacroError('invalid argument to has() macro', first.offset);
    return { kind: 'select', offset, operand: first.operand, field: first.field, isTest: true };
  }
  if (first === undefined || second === undefined) return undefined;
  return MEMBER_MACROS.get(`${name}:${String(args.length)}`)?.(macro, target, [first, second, ...rest]);
}
