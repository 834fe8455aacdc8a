/**
 * What an expression may cost at least and at most, by which rules are accepted or refused.
 * @see github.com/google/cel-go/checker/cost.go, v0.26
 */
import {
  ACCUMULATOR,
  type Call,
  type Comprehension,
  type Expression,
  type ListLiteral,
  type MapLiteral,
  type Select,
} from '../syntax/expression';
import type { Checked } from '../typing/checker';
import { type CelType, DYN, unwrapped } from '../typing/type';
import { codePointCount } from '../values/text';
import { Bytes } from '../values/value';
import { type CallEstimate, findCallEstimate } from './call-estimate';
import { LIST_BASE, MAP_BASE, REGEX_LENGTH_FACTOR, STRING_TRAVERSAL, STRUCT_BASE } from './factors';
import { fixed, MAXIMUM, ONE, product, type Range, scaled, sum, UNKNOWN, union, ZERO } from './range';
import { SchemaPath } from './schema-path';
import type { SizedNode, SizeEstimator } from './size-estimate';

/** The sizes of a list's or map's entries. */
interface EntrySizes {
  readonly container: 'list' | 'map';
  readonly key: Range;
  readonly value: Range;
}

interface LocalVariable {
  readonly path: SchemaPath | undefined;
  readonly size: Range | undefined;
  readonly entries: EntrySizes | undefined;
}

const FIXED_SIZE: ReadonlySet<CelType['kind']> = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);

class CostEstimator {
  private readonly paths = new Map<Expression, SchemaPath>();
  private readonly sizesByPart = new Map<Expression, Range>();
  private readonly entriesByPart = new Map<Expression, EntrySizes>();
  private readonly locals = new Map<string, LocalVariable[]>();

  constructor(
    private readonly checked: Checked,
    private readonly sizes: SizeEstimator,
  ) {}

  cost(expression: Expression): Range {
    switch (expression.kind) {
      case 'literal':
      case 'unspecified':
        return ZERO;
      case 'identifier':
        return this.nameCost(expression, expression.name);
      case 'select':
        return this.selectCost(expression);
      case 'call':
        return this.callCost(expression);
      case 'list':
        return this.listCost(expression);
      case 'map':
        return this.mapCost(expression);
      case 'struct':
        return sum(...expression.fields.map(({ value }) => this.cost(value)), fixed(STRUCT_BASE));
      case 'comprehension':
        return isBinding(expression) ? this.bindingCost(expression) : this.foldCost(expression);
    }
  }

  private typeOf(expression: Expression): CelType {
    return this.checked.types.get(expression) ?? DYN;
  }

  private local(name: string): LocalVariable | undefined {
    return this.locals.get(name)?.at(-1);
  }

  private push(name: string, variable: LocalVariable): void {
    const stack = this.locals.get(name);
    if (stack === undefined) this.locals.set(name, [variable]);
    else stack.push(variable);
  }

  private pop(name: string): void {
    this.locals.get(name)?.pop();
  }

  private nameCost(expression: Expression, name: string): Range {
    const local = this.local(name);
    const path = local === undefined ? SchemaPath.of(name) : local.path;
    if (path !== undefined) this.paths.set(expression, path);
    return ONE;
  }

  private selectCost(select: Select): Range {
    const reference = this.checked.references.get(select);
    if (reference?.kind === 'variable') return this.nameCost(select, reference.name);
    if (reference?.kind === 'type') return this.nameCost(select, reference.written);
    const operand = this.cost(select.operand);
    if (select.isTest) return operand;
    this.paths.set(select, SchemaPath.append(this.pathOf(select.operand), select.field));
    const { kind } = this.typeOf(select.operand);
    return kind === 'map' || kind === 'struct' || kind === 'parameter' ? sum(operand, ONE) : operand;
  }

  private pathOf(expression: Expression): SchemaPath | undefined {
    const local = expression.kind === 'identifier' ? this.local(expression.name) : undefined;
    return local === undefined ? this.paths.get(expression) : local.path;
  }

  private nodeOf(expression: Expression): SizedNode {
    const path = this.pathOf(expression);
    const isGathered = path?.steps()[0] === ACCUMULATOR;
    const int = expression.kind === 'literal' && typeof expression.value === 'number' ? expression.value : undefined;
    return { path: isGathered ? undefined : path, type: this.typeOf(expression), size: this.sizeOf(expression), int };
  }

  private sizeOf(expression: Expression): Range | undefined {
    const known = this.sizesByPart.get(expression) ?? literalSize(expression);
    if (known !== undefined) return known;
    const bound = this.sizes(this.pathOf(expression));
    if (bound !== undefined) {
      this.sizesByPart.set(expression, bound);
      return bound;
    }
    if (hasFixedSize(this.typeOf(expression))) return ONE;
    return expression.kind === 'identifier' ? this.local(expression.name)?.size : undefined;
  }

  private sizeOrUnknown(expression: Expression): Range {
    return this.sizeOf(expression) ?? UNKNOWN;
  }

  private entriesOf(expression: Expression): EntrySizes | undefined {
    const known = this.entriesByPart.get(expression);
    if (known !== undefined || expression.kind !== 'identifier') return known;
    return this.local(expression.name)?.entries;
  }

  private copySizes(to: Expression, from: Expression): void {
    const size = this.sizeOf(from);
    if (size !== undefined) this.sizesByPart.set(to, size);
    const entries = this.entriesOf(from);
    if (entries !== undefined) this.entriesByPart.set(to, entries);
  }

  private callCost(call: Call): Range {
    const [first] = call.args;
    if (call.name === 'dyn' && first !== undefined) {
      const cost = this.cost(first);
      this.copySizes(call, first);
      return sum(ONE, cost);
    }
    const costs: Range[] = [];
    const args: SizedNode[] = [];
    for (const arg of call.args) {
      costs.push(this.cost(arg));
      args.push(this.nodeOf(arg));
    }
    const reference = this.checked.references.get(call);
    if (reference?.kind !== 'function') return ZERO;
    const target = reference.isQualified ? undefined : call.target;
    const targetCost = target === undefined ? ZERO : this.cost(target);
    const targetNode = target === undefined ? undefined : this.nodeOf(target);
    let cost: Range = { min: MAXIMUM, max: 0 };
    let size: Range | undefined;
    for (const { id } of reference.overloads) {
      const estimated = { name: reference.callee.name, overload: id, target: targetNode, args, sizes: this.sizes };
      const own = findCallEstimate(estimated);
      const estimate =
        own === undefined
          ? this.standardCost(call, id, { costs, args, target: targetNode })
          : { ...own, cost: sum(own.cost, ...costs) };
      cost = union(cost, estimate.cost);
      const { resultSize } = estimate;
      if (resultSize !== undefined) size = size === undefined ? resultSize : union(size, resultSize);
      if (id === 'index_list' || id === 'index_map') {
        size = first === undefined ? size : this.entriesOf(first)?.value;
        if (first !== undefined) {
          this.paths.set(call, SchemaPath.append(this.pathOf(first), id === 'index_list' ? '@items' : '@values'));
        }
      }
      size ??= this.sizeOf(call);
    }
    if (size !== undefined) this.sizesByPart.set(call, size);
    return sum(targetCost, cost);
  }

  /** What the language itself says of a call. */
  private standardCost(
    call: Call,
    overload: string,
    parts: {
      readonly costs: readonly Range[];
      readonly args: readonly SizedNode[];
      readonly target: SizedNode | undefined;
    },
  ): CallEstimate {
    const argumentCost = sum(...parts.costs);
    const size = (node: SizedNode | undefined): Range => node?.size ?? UNKNOWN;
    const [first, second, third] = call.args;
    const [left, right] = parts.args;
    const read = (range: Range): Range => sum(scaled(range, STRING_TRAVERSAL), argumentCost);
    switch (overload) {
      case 'string_format':
        return { cost: read(size(parts.target)) };
      case 'string_to_bytes':
        return {
          cost: read(size(left)),
          resultSize: { min: size(left).min, max: Math.min(size(left).max * 4, MAXIMUM) },
        };
      case 'bytes_to_string':
        return { cost: read(size(left)), resultSize: { min: Math.trunc(size(left).min / 4), max: size(left).max } };
      case 'strings_quote': {
        const { min, max } = size(left);
        // Twice the largest number is none in 64 bits.
        return { cost: read(size(left)), resultSize: { min: min + 2, max: max >= MAXIMUM ? 0 : max * 2 + 2 } };
      }
      case 'starts_with_string':
      case 'ends_with_string':
        return { cost: read(size(left)) };
      case 'in_list':
        return { cost: sum(size(right), argumentCost) };
      case 'matches_string':
        if (parts.target === undefined) break;
        return {
          cost: sum(
            product(scaled(sum(size(parts.target), ONE), STRING_TRAVERSAL), scaled(size(left), REGEX_LENGTH_FACTOR)),
            argumentCost,
          ),
        };
      case 'contains_string':
        return {
          cost: sum(
            product(scaled(size(parts.target), STRING_TRAVERSAL), scaled(size(left), STRING_TRAVERSAL)),
            argumentCost,
          ),
        };
      case 'logical_or':
      case 'logical_and':
        // The right side may never be looked at.
        return { cost: { min: parts.costs[0]?.min ?? 0, max: argumentCost.max } };
      case 'conditional':
        if (second === undefined || third === undefined) break;
        return this.conditionalCost(call, parts.costs, [second, third]);
      case 'add_string':
      case 'add_bytes':
      case 'add_list': {
        const resultSize = sum(size(left), size(right));
        this.unite(call, first, second);
        return { cost: overload === 'add_list' ? sum(ONE, argumentCost) : read(resultSize), resultSize };
      }
      default:
    }
    if (!SCALAR_COMPARISONS.has(overload)) return { cost: sum(ONE, argumentCost) };
    const smallest = Math.min(size(left).max, size(right).max);
    return { cost: read({ min: smallest > 0 ? 1 : 0, max: smallest }) };
  }

  private conditionalCost(
    call: Call,
    costs: readonly Range[],
    [whenTrue, whenFalse]: readonly [Expression, Expression],
  ): CallEstimate {
    const resultSize = union(this.sizeOrUnknown(whenTrue), this.sizeOrUnknown(whenFalse));
    this.unite(call, whenTrue, whenFalse);
    return { cost: sum(costs[0] ?? ZERO, union(costs[1] ?? ZERO, costs[2] ?? ZERO)), resultSize };
  }

  /** The entries of a value that is made of, or is one of, two others. */
  private unite(to: Expression, a: Expression | undefined, b: Expression | undefined): void {
    const left = a === undefined ? undefined : this.entriesOf(a);
    const right = b === undefined ? undefined : this.entriesOf(b);
    if (left === undefined || right === undefined) return;
    const united = { ...left, key: union(left.key, right.key), value: union(left.value, right.value) };
    this.entriesByPart.set(to, united);
  }

  private listCost(expression: ListLiteral): Range {
    let cost = fixed(LIST_BASE);
    let value: Range = { min: expression.elements.length === 0 ? 0 : MAXIMUM, max: 0 };
    for (const element of expression.elements) {
      cost = sum(cost, this.cost(element));
      value = union(value, this.sizeOrUnknown(element));
    }
    this.entriesByPart.set(expression, { container: 'list', key: ONE, value });
    return cost;
  }

  private mapCost(expression: MapLiteral): Range {
    const least = expression.entries.length === 0 ? 0 : MAXIMUM;
    let cost = fixed(MAP_BASE);
    let key: Range = { min: least, max: 0 };
    let value: Range = { min: least, max: 0 };
    for (const entry of expression.entries) {
      cost = sum(cost, this.cost(entry.key), this.cost(entry.value));
      key = union(key, this.sizeOrUnknown(entry.key));
      value = union(value, this.sizeOrUnknown(entry.value));
    }
    this.entriesByPart.set(expression, { container: 'map', key, value });
    return cost;
  }

  /** What a variable of a fold stands for: a key, an index or a value. */
  private pushIteration(name: string, range: Expression, wanted: 'key' | 'value'): void {
    const entries = this.entriesOf(range);
    const isList = (entries?.container ?? this.typeOf(range).kind) === 'list';
    const step = wanted === 'value' ? (isList ? '@items' : '@values') : isList ? '@indices' : '@keys';
    this.push(name, { path: SchemaPath.append(this.pathOf(range), step), size: entries?.[wanted], entries: undefined });
  }

  private foldCost(fold: Comprehension): Range {
    const rangeCost = this.cost(fold.range);
    const initialCost = this.cost(fold.initial);
    this.pushValue(fold.accumulator, fold.initial);
    if (fold.secondVariable === undefined) {
      const isList = (this.entriesOf(fold.range)?.container ?? this.typeOf(fold.range).kind) === 'list';
      this.pushIteration(fold.variable, fold.range, isList ? 'value' : 'key');
    } else {
      this.pushIteration(fold.variable, fold.range, 'key');
      this.pushIteration(fold.secondVariable, fold.range, 'value');
    }
    const conditionCost = this.cost(fold.condition);
    const stepCost = this.cost(fold.step);
    this.pop(fold.variable);
    if (fold.secondVariable !== undefined) this.pop(fold.secondVariable);
    const resultCost = this.cost(fold.result);
    this.pop(fold.accumulator);
    const count = this.sizeOrUnknown(fold.range);
    const { kind } = fold.initial;
    if (kind === 'literal') {
      const size = this.sizeOf(fold.initial);
      if (size !== undefined) this.sizesByPart.set(fold, size);
    } else if (kind === 'list' || kind === 'map') {
      this.sizesByPart.set(fold, count);
      const entries = this.entriesOf(fold.step);
      if (entries !== undefined) this.entriesByPart.set(fold, entries);
    }
    return sum(rangeCost, initialCost, resultCost, product(count, sum(stepCost, conditionCost)));
  }

  private pushValue(name: string, value: Expression): void {
    this.push(name, { path: this.pathOf(value), size: this.sizeOf(value), entries: this.entriesOf(value) });
  }

  private bindingCost(fold: Comprehension): Range {
    const rangeCost = this.cost(fold.range);
    const initialCost = this.cost(fold.initial);
    this.pushValue(fold.accumulator, fold.initial);
    const resultCost = this.cost(fold.result);
    this.pop(fold.accumulator);
    this.copySizes(fold, fold.result);
    return sum(rangeCost, initialCost, resultCost);
  }
}

const SCALAR_COMPARISONS: ReadonlySet<string> = new Set([
  'equals',
  'not_equals',
  ...['less', 'less_equals', 'greater', 'greater_equals'].flatMap((id) => [`${id}_string`, `${id}_bytes`]),
]);

/** A fold over nothing, which gives a value a name. */
function isBinding({ range, condition, accumulator }: Comprehension): boolean {
  const isEmpty = range.kind === 'list' && range.elements.length === 0;
  return isEmpty && condition.kind === 'literal' && condition.value === false && accumulator !== '__result__';
}

function literalSize(expression: Expression): Range | undefined {
  if (expression.kind === 'list') return fixed(expression.elements.length);
  if (expression.kind === 'map') return fixed(expression.entries.length);
  if (expression.kind !== 'literal') return undefined;
  const { value } = expression;
  if (typeof value === 'string') return fixed(codePointCount(value));
  return fixed(value instanceof Bytes ? value.bytes.length : 1);
}

function hasFixedSize(type: CelType): boolean {
  return FIXED_SIZE.has(unwrapped(type).kind);
}

/** The cost of an expression whose checks found nothing wrong. */
export function estimateCost(checked: Checked, sizes: SizeEstimator): Range {
  return new CostEstimator(checked, sizes).cost(checked.expression);
}
