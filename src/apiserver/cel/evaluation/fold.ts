/** Folds over lists and maps: what the macros `all`, `map`, … stand for. */
import type { Comprehension } from '../syntax/expression';
import { GrowingList, GrowingMap } from '../values/collection';
import { CelError, ListValue, MapValue, type Result, typeNameOf, type Value } from '../values/value';
import { Deferred, type Frame, type Step } from './frame';
import type { Plan } from './plan';

/** What a fold asks of the planner. */
interface FoldPlanner {
  takeSlot(): number;
  plan(expression: Comprehension['range']): Plan;
  planWithin(expression: Comprehension['range'], variables: ReadonlyMap<string, number>): Plan;
}

interface FoldParts {
  readonly range: Step;
  readonly condition: Step;
  readonly step: Step;
  readonly result: Step;
  readonly accumulator: number;
  readonly first: number;
  readonly second: number | undefined;
  readonly initial: Deferred;
}

/** An empty list or map is one that grows while it is gathered. */
function growing(initial: Step): Step {
  return (frame) => {
    const value = initial(frame);
    if (value instanceof ListValue && value.size === 0) return new GrowingList();
    return value instanceof MapValue && value.size === 0 ? new GrowingMap() : value;
  };
}

export function planFold(fold: Comprehension, planner: FoldPlanner): Plan {
  const initial = planner.plan(fold.initial).step;
  const range = planner.plan(fold.range).step;
  const accumulator = planner.takeSlot();
  const first = planner.takeSlot();
  const second = fold.secondVariable === undefined ? undefined : planner.takeSlot();
  const own = new Map([[fold.accumulator, accumulator]]);
  const variables = new Map(own);
  variables.set(fold.variable, first);
  if (fold.secondVariable !== undefined && second !== undefined) variables.set(fold.secondVariable, second);
  const parts: FoldParts = {
    range,
    condition: planner.planWithin(fold.condition, variables).step,
    step: planner.planWithin(fold.step, variables).step,
    result: planner.planWithin(fold.result, own).step,
    accumulator,
    first,
    second,
    // Computed when it is first looked at: a name that nobody uses costs nothing.
    initial: new Deferred(growing(initial)),
  };
  return { step: (frame) => runFold(frame, parts) };
}

/** One turn; false where the fold is to end. */
function turn(frame: Frame, parts: FoldParts, first: Result, second?: Result): boolean {
  frame.slots[parts.first] = first;
  if (parts.second !== undefined) frame.slots[parts.second] = second ?? null;
  if (parts.condition(frame) === false) return false;
  frame.slots[parts.accumulator] = parts.step(frame);
  return true;
}

function runList(frame: Frame, parts: FoldParts, list: ListValue): void {
  for (let index = 0; index < list.size; index += 1) {
    const item = list.at(index);
    const goesOn = parts.second === undefined ? turn(frame, parts, item) : turn(frame, parts, index, item);
    if (!goesOn) return;
  }
}

function runMap(frame: Frame, parts: FoldParts, map: MapValue): void {
  for (const key of map.keys()) {
    const goesOn =
      parts.second === undefined ? turn(frame, parts, key) : turn(frame, parts, key, map.find(key) ?? null);
    if (!goesOn) return;
  }
}

function cannotFold(value: Value, isTwofold: boolean): CelError {
  return new CelError(
    isTwofold
      ? `unsupported comprehension range type: ${typeNameOf(value)}`
      : `got '${typeNameOf(value)}', expected iterable type`,
  );
}

function runFold(frame: Frame, parts: FoldParts): Result {
  const range = parts.range(frame);
  if (range instanceof CelError) return range;
  frame.slots[parts.accumulator] = parts.initial;
  if (range instanceof ListValue) runList(frame, parts, range);
  else if (range instanceof MapValue) runMap(frame, parts, range);
  else return cannotFold(range, parts.second !== undefined);
  const result = parts.result(frame);
  return result instanceof GrowingList ? result.done() : result;
}
