/**
 * Keywords that schemas carry beside JSON Schema's own, and builders for shapes that Kubernetes has and TypeBox hasn't.
 */
import { type Static, type TArray, type TSchema, type TUnsafe, Type } from '@sinclair/typebox';

/** In words what a pattern asks for: "a DNS label"; shown instead of the pattern when a value doesn't match. */
export const EXPLAIN = 'x-explain';

/** Unit of a value, for the reference page: "bytes", "seconds". */
export const UNIT = 'x-unit';

/** Name of a shape of Kubernetes' own, such as `EnvVar (core/v1)`: the reference page names it instead of its fields. */
export const SHAPE = 'x-shape';

/** A CEL rule on one node of a schema. */
export interface SchemaRule {
  /** CEL over `self`, and `oldSelf` where it is a transition rule. */
  readonly rule: string;
  /** What is wrong and what to do. */
  readonly message: string;
  /** Below the node, as CRDs write it: `.name`. */
  readonly fieldPath?: string;
  /** The same in TypeScript, for the doors; never written to the CRD. Absent: only the API server checks the rule. */
  readonly holds?: (self: never, oldSelf?: never) => boolean;
}

/** The keyword under which a schema carries its rules. */
export const VALIDATIONS = 'x-kubernetes-validations';

/** The options that attach rules to a schema: `Type.Object({…}, withRules({ rule, message, holds }))`. */
export function withRules(
  ...rules: readonly SchemaRule[]
): Readonly<Record<typeof VALIDATIONS, readonly SchemaRule[]>> {
  return { [VALIDATIONS]: rules };
}

/** A type with all its members read-only, however deep. */
export type DeepReadonly<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly DeepReadonly<Item>[]
    : { readonly [K in keyof T]: DeepReadonly<T[K]> };

/** The TypeScript type of a schema's values, read-only. */
export type Typed<S extends TSchema> = DeepReadonly<Static<S>>;

type Options = Readonly<Record<string, unknown>>;

/** One of the given words. */
export function stringEnum<const Word extends string>(words: readonly Word[], options: Options = {}): TUnsafe<Word> {
  return Type.Unsafe<Word>({ type: 'string', enum: [...words], ...options });
}

/** A list in which items are told apart by these members: merged by them, and refused twice. */
export function listMap<Item extends TSchema>(
  item: Item,
  keys: readonly string[],
  options: Options = {},
): TArray<Item> {
  return Type.Array(item, { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [...keys], ...options });
}

/** A list of scalars without repetition. */
export function listSet<Item extends TSchema>(item: Item, options: Options = {}): TArray<Item> {
  return Type.Array(item, { 'x-kubernetes-list-type': 'set', ...options });
}

/** A list that is replaced as a whole. */
export function listAtomic<Item extends TSchema>(item: Item, options: Options = {}): TArray<Item> {
  return Type.Array(item, { 'x-kubernetes-list-type': 'atomic', ...options });
}
