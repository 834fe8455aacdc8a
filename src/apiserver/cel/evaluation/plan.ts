/** Parts of expressions that are ready to run. */
import { CelError, Optional, type Result, type Value } from '../values/value';
import type { Attribute } from './attribute';
import { Frame, type Step } from './frame';

/** Why an expression that passes the checks cannot run; the message is cel-go's. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
}

/** One part of an expression, ready to run. */
export interface Plan {
  readonly step: Step;
  /** Where the value is known beforehand. */
  readonly constant?: { readonly value: Value };
  readonly attribute?: Attribute;
}

/** What is known beforehand. */
export function constantPlan(value: Value): Plan {
  return { step: () => value, constant: { value } };
}

/** An attribute as a value of its own, at its own cost. */
export function attributePlan(attribute: Attribute): Plan {
  if (attribute.isConditional) return { step: (frame) => attribute.resolve(frame), attribute };
  const step = (frame: Frame): Result => {
    const value = attribute.resolve(frame);
    frame.charge(1);
    return value;
  };
  return { step, attribute };
}

/** A presence test costs no more than its way. */
export function testPlan(attribute: Attribute): Plan {
  const step = (frame: Frame): Result => {
    const found = attribute.resolve(frame);
    return found instanceof Optional ? found.value !== undefined : found;
  };
  return { step, attribute };
}

/** The value of a part that needs no variables. */
export function computeNow(step: Step): Result {
  return step(new Frame(() => undefined, Infinity));
}

/** A part whose own parts are all known beforehand. */
export function constantOf(step: Step): Plan {
  const value = computeNow(step);
  return value instanceof CelError ? { step: () => value } : constantPlan(value);
}
