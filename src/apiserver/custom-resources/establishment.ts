/**
 * When a definition is served: its names are accepted unless another definition of its group has them, and then it is
 * established.
 *
 * Each call gives one step, as the controllers of Kubernetes write it, so that watchers see the same events.
 * @see k8s.io/apiextensions-apiserver/pkg/controller/status/naming_controller.go and establish, apiapproval,
 * nonstructuralschema beside it, v0.34
 */

import { fieldErrorText, invalidField } from '../field-error';
import { canonicalJson } from '../json/json-text';
import { approvalCondition } from './api-approval';
import { caBundleProblem } from './ca-bundle';
import {
  type CustomResourceDefinition,
  type DefinitionCondition,
  type DefinitionNames,
  type DefinitionStatus,
  findCondition,
  isConditionTrue,
} from './definition';
import { isSameCondition, withCondition } from './definition-conditions';
import { listOf } from './definition-form';
import { structuralErrors, unreadable } from './structural-rules';

export interface Surroundings {
  /** All definitions that there are; those of other groups don't matter, and this one may be among them. */
  readonly definitions: Iterable<CustomResourceDefinition>;
  readonly now: Date;
}

/** The status after the next step; undefined where nothing is left to do. */
export function nextStatus(definition: CustomResourceDefinition, around: Surroundings): DefinitionStatus | undefined {
  return (
    afterNaming(definition, around) ??
    afterReport(definition, approvalCondition(definition), around.now) ??
    afterStructure(definition, around.now) ??
    afterEstablishing(definition, around.now)
  );
}

function afterNaming(
  definition: CustomResourceDefinition,
  { definitions, now }: Surroundings,
): DefinitionStatus | undefined {
  const { spec } = definition;
  const status = definition.status ?? {};
  const accepted: Partial<DefinitionNames> = status.acceptedNames ?? {};
  if (textOf(spec.names) === textOf(accepted)) return undefined;
  const { names, condition } = agreedNames(spec.names, accepted, takenNames(definition, definitions));
  if (textOf(names) === textOf(accepted) && isSameCondition(condition, findCondition(definition, condition.type))) {
    return undefined;
  }
  const conditions = withCondition(status.conditions, condition, now);
  return {
    ...status,
    conditions: withCondition(conditions, establishing(definition, condition), now),
    acceptedNames: names,
  };
}

/** Absent names are empty ones, and absent lists too. */
function textOf(names: Partial<DefinitionNames>): string {
  const { plural, singular, kind, listKind, shortNames, categories } = names;
  const texts = [plural, singular, kind, listKind].map((name) => name ?? '');
  return canonicalJson([...texts, shortNames ?? [], categories ?? []]);
}

interface TakenNames {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

function takenNames({ spec }: CustomResourceDefinition, definitions: Iterable<CustomResourceDefinition>): TakenNames {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const other of definitions) {
    const names = other.spec.group === spec.group ? other.status?.acceptedNames : undefined;
    if (names === undefined) continue;
    for (const name of [names.plural, names.singular ?? '', ...listOf(names.shortNames)]) resources.add(name);
    for (const name of [names.kind, names.listKind ?? '']) kinds.add(name);
  }
  return { resources, kinds };
}

/** The names that are accepted, each by itself, and what is said of the last that isn't. */
function agreedNames(
  asked: DefinitionNames,
  accepted: Partial<DefinitionNames>,
  taken: TakenNames,
): { readonly names: DefinitionNames; readonly condition: DefinitionCondition } {
  let conflict: { readonly reason: string; readonly message: string } | undefined;
  const agreed = (
    name: string | undefined,
    had: string | undefined,
    used: ReadonlySet<string>,
    what: string,
  ): string => {
    const wanted = name ?? '';
    if (wanted === (had ?? '') || !used.has(wanted)) return wanted;
    conflict = { reason: `${what}Conflict`, message: inUse(wanted) };
    return had ?? '';
  };
  const plural = agreed(asked.plural, accepted.plural, taken.resources, 'Plural');
  const singular = agreed(asked.singular, accepted.singular, taken.resources, 'Singular');
  let shortNames = listOf(accepted.shortNames);
  const had = new Set(shortNames);
  const conflicts = listOf(asked.shortNames).filter((name) => !had.has(name) && taken.resources.has(name));
  if (conflicts.length === 0) shortNames = listOf(asked.shortNames);
  else {
    const messages = [...new Set(conflicts.map(inUse))];
    const message = messages.length === 1 ? (messages[0] ?? '') : `[${messages.join(', ')}]`;
    conflict = { reason: 'ShortNamesConflict', message };
  }
  const kind = agreed(asked.kind, accepted.kind, taken.kinds, 'Kind');
  const listKind = agreed(asked.listKind, accepted.listKind, taken.kinds, 'ListKind');
  const categories = listOf(asked.categories);
  return {
    names: {
      plural,
      ...(singular === '' ? {} : { singular }),
      ...(shortNames.length === 0 ? {} : { shortNames }),
      kind,
      ...(listKind === '' ? {} : { listKind }),
      ...(categories.length === 0 ? {} : { categories }),
    },
    condition: {
      type: 'NamesAccepted',
      ...(conflict === undefined
        ? { status: 'True', reason: 'NoConflicts', message: 'no conflicts found' }
        : { status: 'False', ...conflict }),
    },
  };
}

function inUse(name: string): string {
  return `${JSON.stringify(name)} is already in use`;
}

/** Whoever was established stays so, whatever becomes of the names. */
function establishing(definition: CustomResourceDefinition, names: DefinitionCondition): DefinitionCondition {
  const before = findCondition(definition, 'Established');
  if (before?.status !== 'True' && names.status === 'True') {
    return {
      type: 'Established',
      status: 'False',
      reason: 'Installing',
      message: 'the initial names have been accepted',
    };
  }
  return (
    before ?? { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' }
  );
}

function afterReport(
  definition: CustomResourceDefinition,
  condition: DefinitionCondition | undefined,
  now: Date,
): DefinitionStatus | undefined {
  if (condition === undefined || isSameCondition(condition, findCondition(definition, condition.type)))
    return undefined;
  return { ...definition.status, conditions: withCondition(definition.status?.conditions, condition, now) };
}

/** Definitions from before structural schemas were required may have others. */
function afterStructure(definition: CustomResourceDefinition, now: Date): DefinitionStatus | undefined {
  const type = 'NonStructuralSchema';
  const condition = structureCondition(definition);
  if (condition !== undefined) return afterReport(definition, condition, now);
  if (findCondition(definition, type) === undefined) return undefined;
  return {
    ...definition.status,
    conditions: listOf(definition.status?.conditions).filter((other) => other.type !== type),
  };
}

function structureCondition({ spec }: CustomResourceDefinition): DefinitionCondition | undefined {
  const type = 'NonStructuralSchema';
  const errors =
    spec.preserveUnknownFields === true ? [invalidField('spec.preserveUnknownFields', true, 'must be false')] : [];
  for (const [index, { name, schema }] of spec.versions.entries()) {
    const openAPIV3Schema = schema?.openAPIV3Schema;
    if (openAPIV3Schema === undefined) continue;
    const why = unreadable(openAPIV3Schema);
    if (why !== undefined) {
      const message = `failed to check validation schema for version ${name}: ${why}`;
      return { type, status: 'Unknown', reason: 'StructuralError', message };
    }
    errors.push(...structuralErrors(openAPIV3Schema, `spec.versions[${String(index)}].schema.openAPIV3Schema`));
  }
  if (errors.length === 0) return undefined;
  const texts = [...new Set(errors.map(fieldErrorText))];
  const message = texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
  return { type, status: 'True', reason: 'Violations', message };
}

const ESTABLISHED: DefinitionCondition = {
  type: 'Established',
  status: 'True',
  reason: 'InitialNamesAccepted',
  message: 'the initial names have been accepted',
};

const UNTRUSTED: DefinitionCondition = {
  type: 'Established',
  status: 'False',
  reason: 'InvalidCABundle',
  message: 'The conversion webhook CABundle is invalid',
};

function afterEstablishing(definition: CustomResourceDefinition, now: Date): DefinitionStatus | undefined {
  if (!isConditionTrue(definition, 'NamesAccepted') || isConditionTrue(definition, 'Established')) return undefined;
  const { caBundle } = definition.spec.conversion?.webhook?.clientConfig ?? {};
  return afterReport(definition, caBundleProblem(caBundle) === undefined ? ESTABLISHED : UNTRUSTED, now);
}
