/** What a schema says about the sizes of values. */
import type { DeclaredType } from '../schemas/declared-type';
import type { CelType } from '../typing/type';
import type { Range } from './range';
import type { SchemaPath } from './schema-path';

/** A part of an expression, as estimates see it. */
export interface SizedNode {
  readonly path: SchemaPath | undefined;
  readonly type: CelType;
  /** Known from the expression itself. */
  readonly size?: Range | undefined;
  /** A literal whole number. */
  readonly int?: number | undefined;
}

/** The bounds of the values at a path; undefined where nothing is known. */
export type SizeEstimator = (path: SchemaPath | undefined) => Range | undefined;

/** The sizes that a declared type allows, for paths that begin at a variable of that type. */
export function sizesOf(root: DeclaredType): SizeEstimator {
  return (path) => {
    if (path === undefined) return undefined;
    let type: DeclaredType | undefined = root;
    for (const step of path.steps().slice(1)) {
      if (step === '@items' || step === '@values') type = type.element;
      else type = step === '@keys' ? type.key : type.fields?.get(step);
      if (type === undefined) return undefined;
    }
    return { min: 0, max: type.maxElements };
  };
}
