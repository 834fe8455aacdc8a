/**
 * Checks of literals that would fail, or mislead, whenever the expression runs.
 * @see github.com/google/cel-go/cel/validator.go, ext/formatting.go, v0.26
 */
import { clauseProblem, FormatError, formatParts, type Verb } from '../libraries/formatting';
import { type Call, type Expression, type ListLiteral, type MapLiteral, partsOf } from '../syntax/expression';
import type { Issue } from '../syntax/source';
import { toDuration, toTimestamp } from '../values/conversion';
import { compileRegex, InvalidPatternError } from '../values/regex';
import { CelError, type Result, type Value } from '../values/value';
import type { Checked } from './checker';
import { type CelType, DYN, isSameType, typeText, unwrapped } from './type';

type Visit = (expression: Expression, isInFormat: boolean) => void;

/** Parts before the whole. */
function walk(expression: Expression, isInFormat: boolean, visit: Visit): void {
  const isFormat = isInFormat || (expression.kind === 'call' && expression.name === 'format');
  for (const part of partsOf(expression)) walk(part, isFormat, visit);
  visit(expression, isInFormat);
}

class LiteralChecks {
  readonly issues: Issue[] = [];

  constructor(private readonly checked: Checked) {}

  private typeOf(expression: Expression): CelType {
    return this.checked.types.get(expression) ?? DYN;
  }

  private report(at: { readonly offset: number }, message: string): void {
    this.issues.push({ offset: at.offset, message });
  }

  private each(visit: Visit): void {
    walk(this.checked.expression, false, visit);
  }

  run(): void {
    // Arguments of a format differ in type by nature.
    this.each((part, isInFormat) => {
      if (part.kind === 'list' && !isInFormat) this.checkList(part);
    });
    this.each((part, isInFormat) => {
      if (part.kind === 'map' && !isInFormat) this.checkMap(part);
    });
    this.checkCalls('duration', (value) => !(toDuration(value) instanceof CelError));
    this.checkCalls('timestamp', (value) => !(toTimestamp(value) instanceof CelError));
    this.checkCalls('matches', isPattern);
    this.each((part) => {
      if (part.kind === 'call' && part.name === 'format') this.checkFormat(part);
    });
  }

  private mismatch(at: Expression, expected: CelType, actual: CelType): void {
    this.report(at, `expected type '${typeText(expected)}' but found '${typeText(actual)}'`);
  }

  private checkList({ elements, optionals }: ListLiteral): void {
    let expected: CelType | undefined;
    for (const [index, element] of elements.entries()) {
      const type = optionals.has(index) ? unwrapped(this.typeOf(element)) : this.typeOf(element);
      expected ??= type;
      if (isSameType(expected, type)) continue;
      this.mismatch(element, expected, type);
      return;
    }
  }

  private checkMap({ entries }: MapLiteral): void {
    let keyType: CelType | undefined;
    let valueType: CelType | undefined;
    for (const { key, value, isOptional } of entries) {
      const types = [this.typeOf(key), isOptional ? unwrapped(this.typeOf(value)) : this.typeOf(value)] as const;
      keyType ??= types[0];
      valueType ??= types[1];
      if (!isSameType(keyType, types[0])) this.mismatch(key, keyType, types[0]);
      if (!isSameType(valueType, types[1])) this.mismatch(value, valueType, types[1]);
    }
  }

  private checkCalls(name: string, isValid: (value: Value) => boolean): void {
    this.each((part) => {
      const arg = part.kind === 'call' && part.name === name ? part.args[0] : undefined;
      if (arg?.kind === 'literal' && !isValid(arg.value)) this.report(arg, `invalid ${name} argument`);
    });
  }

  private checkFormat(call: Call): void {
    const [args] = call.args;
    const { target } = call;
    if (target?.kind !== 'literal' || typeof target.value !== 'string' || args?.kind !== 'list') return;
    let used = 0;
    try {
      for (const part of formatParts(target.value, args.elements.length)) {
        if (typeof part === 'string') continue;
        const arg = args.elements[used];
        used += 1;
        const misfit = arg === undefined ? undefined : this.findMisfit(part.verb, arg);
        if (misfit === undefined) continue;
        const problem = clauseProblem(part.verb, this.typeOf(misfit).name);
        this.report(misfit, `error during formatting: ${problem}`);
        return;
      }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.report(call, error.message);
      return;
    }
    const given = args.elements.length;
    if (given <= used) return;
    this.report(call, `too many arguments supplied to string.format (expected ${String(used)}, got ${String(given)})`);
  }

  /** The part of an argument that a clause cannot write. */
  private findMisfit(verb: Verb, arg: Expression): Expression | undefined {
    const { kind } = this.typeOf(arg);
    if (kind === 'dyn') return this.findMisfitWithin(verb, arg);
    return WRITABLE[verb].has(kind) ? this.findMisfitWithin(verb, arg) : arg;
  }

  private findMisfitWithin(verb: Verb, arg: Expression): Expression | undefined {
    if (verb !== 's' || (arg.kind !== 'list' && arg.kind !== 'map')) return undefined;
    for (const part of partsOf(arg)) {
      const misfit = this.findMisfit(verb, part);
      if (misfit !== undefined) return misfit;
    }
    return undefined;
  }
}

function kinds(...some: readonly CelType['kind'][]): ReadonlySet<CelType['kind']> {
  return new Set(some);
}

const WHOLE = kinds('int', 'uint');
const HEXABLE = kinds('int', 'uint', 'string', 'bytes');
const FLOATING = kinds('double', 'string');
const WRITABLE: Readonly<Record<Verb, ReadonlySet<CelType['kind']>>> = {
  s: kinds(
    ...([
      'list',
      'map',
      'int',
      'uint',
      'double',
      'bool',
      'string',
      'timestamp',
      'bytes',
      'duration',
      'type',
      'null',
    ] as const),
  ),
  d: WHOLE,
  f: FLOATING,
  e: FLOATING,
  b: kinds('int', 'uint', 'bool'),
  x: HEXABLE,
  X: HEXABLE,
  o: WHOLE,
};

function isPattern(value: Result): boolean {
  if (typeof value !== 'string') return true;
  try {
    compileRegex(value);
    return true;
  } catch (error) {
    if (error instanceof InvalidPatternError) return false;
    throw error;
  }
}

/** What is wrong with the literals of an expression that passes the type checks. */
export function literalIssues(checked: Checked): readonly Issue[] {
  const checks = new LiteralChecks(checked);
  checks.run();
  return checks.issues;
}
