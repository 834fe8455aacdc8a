/**
 * What workloads have in common: a selector, and a template of pods that it selects.
 * @see k8s.io/kubernetes/pkg/apis/apps/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import { type DraftObject, ensureObject, findObject } from '../../draft';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../../field-error';
import { mapAt, objectAt, textAt } from '../json-members';
import { dnsLabelProblems, labelSelectorErrors } from '../metadata';
import { dropDisabledFields, setPodTemplateDefaults } from '../pod-template';
import { findSelectorMatcher, isEmptySelector } from './label-selectors';

const MISMATCH = '`selector` does not match template `labels`';

/** Completes the template below a spec, in place. */
export function setTemplateDefaults(spec: DraftObject): void {
  setPodTemplateDefaults(ensureObject(spec, 'template'));
}

/** Takes out of the template below a spec what no server of this version keeps, in place. */
export function dropDisabledTemplateFields(spec: DraftObject | undefined): void {
  const podSpec = findObject(findObject(spec, 'template'), 'spec');
  if (podSpec !== undefined) dropDisabledFields(podSpec);
}

/** Problems of a selector that must be there and must not select everything. */
export function workloadSelectorErrors(spec: JsonObject, kind: string): FieldError[] {
  const selector = objectAt(spec, 'selector');
  if (selector === undefined) return [requiredField('spec.selector')];
  const errors = labelSelectorErrors(selector, 'spec.selector');
  if (isEmptySelector(selector)) {
    errors.push(invalidField('spec.selector', selector, `empty selector is invalid for ${kind}`));
  }
  return errors;
}

/**
 * The error of a template whose labels its selector doesn't select. Undefined where the selector cannot be understood.
 */
export function findMismatchErrors(spec: JsonObject, path = 'spec'): FieldError[] | undefined {
  const matches = findSelectorMatcher(objectAt(spec, 'selector'));
  if (matches === undefined) return undefined;
  const metadata = objectAt(objectAt(spec, 'template'), 'metadata');
  if (matches(mapAt(metadata, 'labels'))) return [];
  return [invalidField(`${path}.template.metadata.labels`, metadata?.['labels'], MISMATCH)];
}

/** Problems of a template whose pods are to run for ever. */
export function everlastingErrors(spec: JsonObject, kind: string): FieldError[] {
  const podSpec = objectAt(objectAt(spec, 'template'), 'spec');
  const errors: FieldError[] = [];
  const policy = textAt(podSpec, 'restartPolicy');
  if (policy !== 'Always') errors.push(notSupportedField('spec.template.spec.restartPolicy', policy, ['Always']));
  if (podSpec?.['activeDeadlineSeconds'] !== undefined) {
    const why = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(forbiddenField('spec.template.spec.activeDeadlineSeconds', why));
  }
  return errors;
}

/** What is said of a name that pods' names begin with. */
export function podNameWarnings(name: string): string[] {
  const problems = dnsLabelProblems(name);
  if (problems.length === 0) return [];
  return [
    `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`,
  ];
}

/** The error of a count that must not shrink. */
export function decrementErrors(status: JsonObject, old: JsonObject, key: string): FieldError[] {
  const count = Number(status[key] ?? 0);
  return old[key] !== undefined && count < Number(old[key])
    ? [invalidField(`status.${key}`, count, 'cannot be decremented')]
    : [];
}

/** Errors of counts that exceed another. */
export function exceedingErrors(
  status: JsonObject,
  keys: readonly string[],
  { limit, shownAs }: { readonly limit: string; readonly shownAs: string },
): FieldError[] {
  return keys
    .filter((key) => Number(status[key] ?? 0) > Number(status[limit] ?? 0))
    .map((key) => invalidField(`status.${key}`, status[key], `cannot be greater than ${shownAs}`));
}
