/**
 * `variables` of a policy: each is computed where it is looked at first, and kept for the expressions after that.
 * @see k8s.io/apiserver/pkg/cel/lazy/lazy.go, v0.34
 */
import type { Variables } from '../evaluation/frame';
import { findUnescaped } from '../schemas/escaping';
import { quoted } from '../values/quoting';
import { CelError, MapValue, NO_SUCH_OVERLOAD, type Result, type Value } from '../values/value';
import type { CompiledExpression } from './compiled-expression';

/** By name. */
export type CompiledVariables = ReadonlyMap<string, CompiledExpression>;

export class ComposedVariables extends MapValue {
  private readonly known = new Map<string, Result>();
  private cost = 0;

  constructor(
    private readonly compiled: CompiledVariables,
    /** The variables of the request; `variables` is this map itself. */
    private readonly request: Variables,
  ) {
    super();
  }

  override get size(): number {
    return this.compiled.size;
  }

  /** What was computed since it was asked for the last time. */
  takeCost(): number {
    const { cost } = this;
    this.cost = 0;
    return cost;
  }

  override find(key: Value): Result | undefined {
    if (typeof key !== 'string') return NO_SUCH_OVERLOAD;
    const name = findUnescaped(key);
    const compiled = name === undefined ? undefined : this.compiled.get(name);
    if (name === undefined || compiled === undefined) return undefined;
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const value = this.compute(name, compiled);
    this.known.set(name, value);
    return value;
  }

  override keys(): Iterable<Value> {
    return this.compiled.keys();
  }

  override equals(other: Value): boolean | CelError {
    return other instanceof ComposedVariables ? other === this : NO_SUCH_OVERLOAD;
  }

  private compute(name: string, { program, problem = '' }: CompiledExpression): Result {
    if (program === undefined) return new CelError(`composited variable ${quoted(name)} fails to compile: ${problem}`);
    const { result, cost } = program.run((variable) => (variable === 'variables' ? this : this.request(variable)));
    this.cost += cost;
    if (!(result instanceof CelError)) return result;
    return new CelError(`composited variable ${quoted(name)} fails to evaluate: ${result.message}`);
  }
}
