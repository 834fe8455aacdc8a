/**
 * A variable or value, and the way through its fields, keys and indices.
 *
 * Each step of the way costs 1, and the whole once more where it is a value of its own; the branches of a condition are not
 * such, which is why they are resolved rather than evaluated.
 * @see github.com/google/cel-go/interpreter/attributes.go, v0.26
 */
import { intOfDouble } from '../values/integer';
import { valueText } from '../values/text';
import {
  CelError,
  Double,
  isInt,
  ListValue,
  MapValue,
  NO_SUCH_OVERLOAD,
  NONE,
  Optional,
  type Result,
  typeNameOf,
  Uint,
  type Value,
} from '../values/value';
import { Deferred, type Frame, type Step } from './frame';

/** One step of the way. */
export interface Qualifier {
  readonly isOptional: boolean;
  /** What is found; undefined where nothing is there. */
  find(frame: Frame, value: Value): Result | undefined;
  /** What is found; an error where nothing is there. */
  get(frame: Frame, value: Value): Result;
}

export interface Attribute {
  /** The value without its own cost. */
  resolve(frame: Frame): Result;
  add(qualifier: Qualifier): void;
  /** Where its value is that of one of two others, its cost is theirs alone. */
  readonly isConditional: boolean;
}

/** The whole number by which a list is asked; an error for what is none. */
function indexOf(key: Value): number | CelError {
  if (isInt(key)) return Number(key);
  if (key instanceof Uint) return Number(key.value);
  if (!(key instanceof Double)) return new CelError(`unsupported index type '${typeNameOf(key)}' in list`);
  const index = Number.isInteger(key.value) ? intOfDouble(key.value) : undefined;
  if (index !== undefined && !(index instanceof CelError)) return Number(index);
  return new CelError(`unsupported index value ${valueText(key)} in list`);
}

/** What a value has under a key; undefined where it has nothing there. */
function findMember(value: Value, key: Value): Result | undefined {
  if (value instanceof MapValue) return value.find(key);
  if (!(value instanceof ListValue)) return undefined;
  const index = indexOf(key);
  if (index instanceof CelError) return index;
  return index >= 0 && index < value.size ? value.at(index) : undefined;
}

function missing(value: Value, key: Value): CelError {
  const problem = value instanceof ListValue ? 'index out of bounds' : 'no such key';
  return new CelError(`${problem}: ${valueText(key)}`);
}

/** A field, or a key that is known beforehand. */
export class ConstantQualifier implements Qualifier {
  constructor(
    private readonly key: Value,
    readonly isOptional: boolean,
  ) {}

  find(frame: Frame, value: Value): Result | undefined {
    const found = findMember(value, this.key);
    if (found !== undefined) frame.charge(1);
    return found;
  }

  get(frame: Frame, value: Value): Result {
    const found = findMember(value, this.key);
    frame.charge(1);
    return found === undefined ? missing(value, this.key) : found;
  }
}

/** The last step of a `has(…)`. */
export class TestQualifier implements Qualifier {
  readonly isOptional = false;

  constructor(private readonly field: string) {}

  find(frame: Frame, value: Value): Result | undefined {
    const found = findMember(value, this.field);
    if (found !== undefined) frame.charge(1);
    return found;
  }

  get(frame: Frame, value: Value): Result {
    const found = findMember(value, this.field);
    frame.charge(1);
    return found instanceof CelError ? found : found !== undefined;
  }
}

/** A key that is computed. */
export class ComputedQualifier implements Qualifier {
  constructor(
    private readonly key: Step,
    readonly isOptional: boolean,
  ) {}

  find(frame: Frame, value: Value): Result | undefined {
    const key = this.key(frame);
    if (key instanceof CelError) return key;
    const found = findMember(value, key);
    if (found !== undefined) frame.charge(1);
    return found;
  }

  get(frame: Frame, value: Value): Result {
    const key = this.key(frame);
    frame.charge(1);
    if (key instanceof CelError) return key;
    const found = findMember(value, key);
    return found === undefined ? missing(value, key) : found;
  }
}

/** After the first optional step, all are. */
function follow(frame: Frame, start: Value, qualifiers: readonly Qualifier[]): Result {
  let value = start;
  let isOptional = false;
  if (start instanceof Optional) {
    if (start.value === undefined) return start;
    const held = start.value;
    // Inside an optional, a value's schema is forgotten.
    value = held instanceof MapValue || held instanceof ListValue ? held.untyped() : held;
    isOptional = true;
  }
  for (const qualifier of qualifiers) {
    isOptional ||= qualifier.isOptional;
    const found = isOptional ? qualifier.find(frame, value) : qualifier.get(frame, value);
    if (found === undefined) return NONE;
    if (found instanceof CelError) return found;
    value = found;
  }
  return isOptional ? new Optional(value) : value;
}

abstract class Path implements Attribute {
  readonly isConditional = false;
  private readonly qualifiers: Qualifier[] = [];

  protected abstract start(frame: Frame): Result;

  add(qualifier: Qualifier): void {
    this.qualifiers.push(qualifier);
  }

  resolve(frame: Frame): Result {
    const start = this.start(frame);
    return start instanceof CelError ? start : follow(frame, start, this.qualifiers);
  }
}

/** From a variable that the expression is given. */
export class VariablePath extends Path {
  constructor(private readonly name: string) {
    super();
  }

  protected override start(frame: Frame): Result {
    const value = frame.variables(this.name);
    return value === undefined ? new CelError(`no such attribute(s): ${this.name}`) : value;
  }
}

/** From a variable of a fold. */
export class SlotPath extends Path {
  constructor(private readonly slot: number) {
    super();
  }

  protected override start(frame: Frame): Result {
    const held = frame.slots[this.slot];
    if (!(held instanceof Deferred)) return held ?? null;
    const value = held.step(frame);
    frame.slots[this.slot] = value;
    return value;
  }
}

/** From a computed value. */
export class ValuePath extends Path {
  constructor(private readonly step: Step) {
    super();
  }

  protected override start(frame: Frame): Result {
    return this.step(frame);
  }
}

/** One of two attributes. */
export class ConditionalAttribute implements Attribute {
  readonly isConditional = true;

  constructor(
    private readonly condition: Step,
    private readonly whenTrue: Attribute,
    private readonly whenFalse: Attribute,
  ) {}

  add(qualifier: Qualifier): void {
    this.whenTrue.add(qualifier);
    this.whenFalse.add(qualifier);
  }

  resolve(frame: Frame): Result {
    const condition = this.condition(frame);
    if (condition === true) return this.whenTrue.resolve(frame);
    if (condition === false) return this.whenFalse.resolve(frame);
    return condition instanceof CelError ? condition : NO_SUCH_OVERLOAD;
  }
}
