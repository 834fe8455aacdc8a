/**
 * Whether a type may stand for another, and what type parameters are then.
 * @see github.com/google/cel-go/checker/types.go, v0.26
 */
import { type CelType, DYN, isDyn, isSameType, parameterAt } from './type';

/** What each type parameter stands for, by name. */
export type Substitutions = ReadonlyMap<string, CelType>;

type Draft = Map<string, CelType>;

const NULLABLE: ReadonlySet<CelType['kind']> = new Set([
  'opaque',
  'struct',
  'any',
  'duration',
  'timestamp',
  'null',
  'dyn',
]);

/** The type with every known parameter replaced; unknown ones become `dyn` where that is asked. */
export function substituted(substitutions: Substitutions, type: CelType, unknownToDyn: boolean): CelType {
  if (type.kind === 'parameter') {
    const known = substitutions.get(type.name);
    if (known !== undefined) return substituted(substitutions, known, unknownToDyn);
    return unknownToDyn ? DYN : type;
  }
  if (type.parameters.length === 0) return type;
  const parameters = type.parameters.map((parameter) => substituted(substitutions, parameter, unknownToDyn));
  return { ...type, parameters };
}

function isLessSpecific(a: CelType, b: CelType): boolean {
  if (isDyn(a) || a.kind === 'parameter') return true;
  if (isDyn(b) || b.kind === 'parameter' || a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'opaque':
    case 'list':
    case 'map':
      return (
        a.name === b.name &&
        a.parameters.length === b.parameters.length &&
        a.parameters.every((parameter, index) => isLessSpecific(parameter, parameterAt(b, index)))
      );
    case 'type':
      return true;
    default:
      return isSameType(a, b);
  }
}

/** The more general of two types that unify. */
export function mostGeneral(a: CelType, b: CelType): CelType {
  return isLessSpecific(a, b) ? a : b;
}

/** True where `parameter` is no part of `type`, also not through what other parameters stand for. */
function isAbsentFrom(draft: Draft, parameter: CelType, type: CelType): boolean {
  if (isSameType(parameter, type)) return false;
  if (type.kind === 'parameter') {
    const known = draft.get(type.name);
    return known === undefined || isAbsentFrom(draft, parameter, known);
  }
  return type.parameters.every((part) => isAbsentFrom(draft, parameter, part));
}

/** Lets `parameter` stand for `type`, where it can. */
function bind(draft: Draft, type: CelType, parameter: CelType): 'bound' | 'refused' | 'taken' {
  if (isSameType(type, parameter)) return 'bound';
  const known = draft.get(parameter.name);
  if (known === undefined) {
    if (!isAbsentFrom(draft, parameter, type)) return 'refused';
    draft.set(parameter.name, type);
    return 'bound';
  }
  if (isSameType(type, known)) return 'bound';
  if (!assign(draft, type, known)) return 'taken';
  const general = mostGeneral(type, known);
  if (isAbsentFrom(draft, parameter, general)) draft.set(parameter.name, general);
  return 'bound';
}

function assign(draft: Draft, a: CelType, b: CelType): boolean {
  if (b.kind === 'parameter') {
    const outcome = bind(draft, a, b);
    if (outcome !== 'refused') return outcome === 'bound';
  }
  if (a.kind === 'parameter') return bind(draft, b, a) === 'bound';
  if (isDyn(a) || isDyn(b) || a.kind === 'error' || b.kind === 'error') return true;
  if (a.kind === 'null') return NULLABLE.has(b.kind);
  if (b.kind === 'null') return NULLABLE.has(a.kind);
  switch (a.kind) {
    case 'type':
      return b.kind === 'type';
    case 'opaque':
    case 'list':
    case 'map':
      return a.kind === b.kind && a.name === b.name && assignAll(draft, a.parameters, b.parameters);
    default:
      return isSameType(a, b);
  }
}

function assignAll(draft: Draft, a: readonly CelType[], b: readonly CelType[]): boolean {
  return a.length === b.length && a.every((type, index) => assign(draft, type, b[index] ?? DYN));
}

/** The substitutions under which each type of `a` may stand for the one of `b`; undefined where there are none. */
export function findSubstitutions(
  substitutions: Substitutions,
  a: readonly CelType[],
  b: readonly CelType[],
): Substitutions | undefined {
  const draft = new Map(substitutions);
  return assignAll(draft, a, b) ? draft : undefined;
}
