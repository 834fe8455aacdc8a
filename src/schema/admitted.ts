/**
 * An object as its kind's schema sees it: its problems, or itself with defaults.
 *
 * One template serves many environments, so what was found is kept for as long as the object is: objects are never changed in
 * place, and the same object has the same problems.
 */
import type { Manifest } from '../api/object';
import type { Problem } from '../api/problem';
import { applyDefaults } from './defaults';
import type { KindSchema } from './kind-schema';
import { validatorOf } from './validator';

export interface Admitted<O> {
  /** Everything that is wrong; empty where nothing is. */
  readonly problems: readonly Problem[];
  /** The object with its kind's defaults; as given where something is wrong. */
  readonly object: O;
}

/** Judges objects of one kind, each once. */
export function admissionOf<O extends Manifest>(schema: KindSchema): (object: O) => Admitted<O> {
  const validate = validatorOf(schema);
  const judged = new WeakMap<O, Admitted<O>>();
  return (object) => {
    const known = judged.get(object);
    if (known !== undefined) return known;
    const problems = validate(object);
    const admitted = { problems, object: problems.length > 0 ? object : applyDefaults(schema, object) };
    judged.set(object, admitted);
    return admitted;
  };
}
