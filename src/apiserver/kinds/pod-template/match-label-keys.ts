/**
 * `matchLabelKeys` and `mismatchLabelKeys`: labels of a pod by which it is compared with others.
 *
 * At a pod's creation they become requirements of the label selector beside them.
 */
import type { JsonObject } from '../../../api/json';
import { type DraftObject, findObject, objectsIn } from '../../draft';
import { type FieldError, forbiddenField, invalidField } from '../../field-error';
import { entryAt, listAt, mapAt, objectAt, textAt, textsAt } from '../json-members';
import { addProblems, qualifiedNameProblems } from '../metadata';

type Labels = Readonly<Record<string, string>>;

/** Adds what is wrong with the keys of a term or a constraint. */
export function addMatchLabelKeysErrors(errors: FieldError[], term: JsonObject, path: string): void {
  const selector = objectAt(term, 'labelSelector');
  const matched = textsAt(term, 'matchLabelKeys');
  const mismatched = textsAt(term, 'mismatchLabelKeys');
  if (matched.length === 0 && mismatched.length === 0) return;
  for (const key of ['matchLabelKeys', 'mismatchLabelKeys']) {
    addKeyErrors(errors, textsAt(term, key), { selector, path: `${path}.${key}` });
  }
  if (selector !== undefined) addRepeatedKeyErrors(errors, { selector, matched }, path);
  for (const [index, key] of matched.entries()) {
    if (!mismatched.includes(key)) continue;
    const detail = 'exists in both matchLabelKeys and mismatchLabelKeys';
    errors.push(invalidField(`${path}.matchLabelKeys[${String(index)}]`, key, detail));
  }
}

function addKeyErrors(
  errors: FieldError[],
  keys: readonly string[],
  { selector, path }: { readonly selector: JsonObject | undefined; readonly path: string },
): void {
  if (keys.length === 0) return;
  if (selector === undefined) {
    errors.push(forbiddenField(path, 'must not be specified when labelSelector is not set'));
    return;
  }
  for (const [index, key] of keys.entries()) {
    addProblems(errors, `${path}[${String(index)}]`, key, qualifiedNameProblems(key));
  }
}

function addRepeatedKeyErrors(
  errors: FieldError[],
  { selector, matched }: { readonly selector: JsonObject; readonly matched: readonly string[] },
  path: string,
): void {
  const known = new Set(Object.keys(mapAt(selector, 'matchLabels')));
  for (const requirement of listAt(selector, 'matchExpressions')) {
    const key = textAt(requirement, 'key');
    const index = matched.lastIndexOf(key);
    if (index >= 0 && known.has(key)) {
      errors.push(invalidField(`${path}[${String(index)}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    }
    known.add(key);
  }
}

/** Makes the keys of a pod's affinity and spread constraints into requirements, in place. */
export function applyMatchLabelKeys(pod: DraftObject): void {
  const spec = findObject(pod, 'spec');
  const labels = mapAt(findObject(pod, 'metadata'), 'labels');
  const affinity = findObject(spec, 'affinity');
  for (const key of ['podAffinity', 'podAntiAffinity']) {
    const pods = findObject(affinity, key);
    for (const weighted of objectsIn(pods, 'preferredDuringSchedulingIgnoredDuringExecution')) {
      applyKeys(findObject(weighted, 'podAffinityTerm'), labels);
    }
    for (const term of objectsIn(pods, 'requiredDuringSchedulingIgnoredDuringExecution')) applyKeys(term, labels);
  }
  for (const constraint of objectsIn(spec, 'topologySpreadConstraints')) applyKeys(constraint, labels);
}

function applyKeys(term: DraftObject | undefined, labels: Labels): void {
  const selector = findObject(term, 'labelSelector');
  if (term === undefined || selector === undefined) return;
  addRequirements(selector, { keys: textsAt(term, 'matchLabelKeys'), operator: 'In', labels });
  addRequirements(selector, { keys: textsAt(term, 'mismatchLabelKeys'), operator: 'NotIn', labels });
}

interface KeyRequirements {
  readonly keys: readonly string[];
  readonly operator: 'In' | 'NotIn';
  readonly labels: Labels;
}

function addRequirements(selector: DraftObject, { keys, operator, labels }: KeyRequirements): void {
  const made = keys.flatMap((key) => {
    const value = entryAt(labels, key);
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
  if (made.length > 0) selector['matchExpressions'] = [...objectsIn(selector, 'matchExpressions'), ...made];
}
