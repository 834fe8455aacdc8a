/** What an update may change of the spec of a pod: images, tolerations that are added, gates that go, and little else. */
import type { JsonObject } from '../../../../api/json';
import type { KubeObject } from '../../../../api/object';
import { type FieldError, forbiddenField, invalidField, requiredField } from '../../../field-error';
import {
  hasKey,
  isSameValue,
  jsonOf,
  listAt,
  mapAt,
  objectAt,
  optionalNumberAt,
  shownMap,
  textAt,
} from '../../json-members';
import { rangeProblem } from '../../metadata';
import { annotationsOf, MIRROR_ANNOTATION } from '../../pod-template/pod-annotations';
import { addTolerationErrors } from '../../pod-template/pod-spec';
import { serverDiff, serverValue } from '../../server-values';
import { specOf } from '../strategy-parts';

const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');
const DEADLINE_MAX = 2_147_483_647;
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** Errors for changes of a pod's spec. */
export function podSpecUpdateErrors(spec: JsonObject, old: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ['containers', 'initContainers']) {
    if (!addContainerUpdateErrors(errors, { next: listAt(spec, key), old: listAt(old, key) }, `spec.${key}`))
      return errors;
  }
  if (!addDeadlineErrors(errors, spec, old)) return errors;
  addTolerationUpdateErrors(errors, listAt(spec, 'tolerations'), listAt(old, 'tolerations'));
  addGateErrors(errors, listAt(spec, 'schedulingGates'), listAt(old, 'schedulingGates'));
  if (isSameValue(spec, old)) return errors;
  const rest = withUpdatableFieldsOf(spec, old);
  if (listAt(old, 'schedulingGates').length > 0) keepGatedFields(errors, rest, old);
  if (!isSameValue(rest, old)) {
    const diff = serverDiff(old, rest, 'PodSpec');
    errors.push(forbiddenField('spec', `pod updates may not change fields other than ${UPDATABLE}\n${diff}`));
  }
  return errors;
}

/** Errors for changes of ephemeral containers: they can only be added. `errors` are those found before. */
export function ephemeralContainerErrors(pod: KubeObject, old: KubeObject, errors: FieldError[]): FieldError[] {
  if (hasKey(annotationsOf(jsonOf(old)), MIRROR_ANNOTATION)) {
    return [forbiddenField('[]', 'static pods do not support ephemeral containers')];
  }
  const containers = new Map(
    listAt(specOf(pod), 'ephemeralContainers').map((container) => [textAt(container, 'name'), container]),
  );
  for (const before of listAt(specOf(old), 'ephemeralContainers')) {
    const name = textAt(before, 'name');
    const next = containers.get(name);
    const which = `existing ephemeral containers ${JSON.stringify(name)}`;
    if (next === undefined) {
      errors.push(forbiddenField('spec.ephemeralContainers', `${which} may not be removed\n`));
    } else if (!isSameValue(before, next)) {
      const diff = serverDiff(before, next, 'EphemeralContainer');
      errors.push(forbiddenField('spec.ephemeralContainers', `${which} may not be changed\n${diff}`));
    }
  }
  return errors;
}

interface ContainerLists {
  readonly next: readonly JsonObject[];
  readonly old: readonly JsonObject[];
}

/** False where the lists can't be compared any further. */
function addContainerUpdateErrors(errors: FieldError[], { next, old }: ContainerLists, path: string): boolean {
  if (next.length !== old.length) {
    errors.push(forbiddenField(path, 'pod updates may not add or remove containers'));
    return false;
  }
  for (const [index, container] of next.entries()) {
    const image = textAt(container, 'image');
    const at = `${path}[${String(index)}].image`;
    if (image === '') errors.push(requiredField(at));
    if (image.trim() !== image) {
      errors.push(invalidField(at, image, 'must not have leading or trailing whitespace'));
    }
  }
  return true;
}

/** False where nothing more is said. */
function addDeadlineErrors(errors: FieldError[], spec: JsonObject, old: JsonObject): boolean {
  const path = 'spec.activeDeadlineSeconds';
  const deadline = optionalNumberAt(spec, 'activeDeadlineSeconds');
  const before = optionalNumberAt(old, 'activeDeadlineSeconds');
  if (deadline === undefined) {
    if (before !== undefined) {
      errors.push(invalidField(path, null, 'must not update from a positive integer to nil value'));
    }
    return true;
  }
  if (deadline < 0 || deadline > DEADLINE_MAX) {
    errors.push(invalidField(path, deadline, rangeProblem(0, DEADLINE_MAX)));
    return false;
  }
  if (before !== undefined && before < deadline) {
    errors.push(invalidField(path, deadline, 'must be less than or equal to previous value'));
    return false;
  }
  return true;
}

function addTolerationUpdateErrors(
  errors: FieldError[],
  tolerations: readonly JsonObject[],
  old: readonly JsonObject[],
): void {
  const withoutSeconds = (toleration: JsonObject) => ({ ...toleration, tolerationSeconds: undefined });
  const kept = tolerations.map(withoutSeconds);
  const isKept = (toleration: JsonObject) => kept.some((other) => isSameValue(other, withoutSeconds(toleration)));
  if (old.every(isKept)) addTolerationErrors(errors, tolerations, 'spec.tolerations');
  else {
    const why = 'existing toleration can not be modified except its tolerationSeconds';
    errors.push(forbiddenField('spec.tolerations', why));
  }
}

function addGateErrors(errors: FieldError[], gates: readonly JsonObject[], old: readonly JsonObject[]): void {
  const known = new Set(old.map((gate) => textAt(gate, 'name')));
  for (const [index, gate] of gates.entries()) {
    const name = textAt(gate, 'name');
    if (known.has(name)) continue;
    const why = `only deletion is allowed, but found new scheduling gate '${name}'`;
    errors.push(forbiddenField(`spec.schedulingGates[${String(index)}].name`, why));
  }
}

/** The new spec with the old values of what may change. */
function withUpdatableFieldsOf(spec: JsonObject, old: JsonObject): Record<string, JsonObject[string]> {
  const rest: Record<string, JsonObject[string]> = { ...spec };
  for (const key of ['containers', 'initContainers']) {
    const before = listAt(old, key);
    const next = listAt(spec, key);
    if (next.length > 0)
      rest[key] = next.map((container, index) => ({ ...container, image: before[index]?.['image'] }));
  }
  for (const key of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations']) rest[key] = old[key];
  return rest;
}

/** A pod that the scheduler doesn't see yet may be narrowed down. */
function keepGatedFields(errors: FieldError[], rest: Record<string, JsonObject[string]>, old: JsonObject): void {
  if (!isSameValue(rest['nodeSelector'], old['nodeSelector'])) {
    addNodeSelectorErrors(errors, mapAt(rest, 'nodeSelector'), mapAt(old, 'nodeSelector'));
    rest['nodeSelector'] = old['nodeSelector'];
  }
  const before = objectAt(objectAt(old, 'affinity'), 'nodeAffinity');
  const affinity = objectAt(rest, 'affinity');
  const next = objectAt(affinity, 'nodeAffinity');
  if (isSameValue(before, next)) return;
  addNodeAffinityErrors(errors, next, before);
  const hasOthers = affinity?.['podAffinity'] !== undefined || affinity?.['podAntiAffinity'] !== undefined;
  if (affinity === undefined) rest['affinity'] = { nodeAffinity: before };
  else if (old['affinity'] === undefined && !hasOthers) delete rest['affinity'];
  else rest['affinity'] = { ...affinity, nodeAffinity: before };
}

type TextMap = Readonly<Record<string, string>>;

function addNodeSelectorErrors(errors: FieldError[], selector: TextMap, old: TextMap): void {
  const isKept = Object.entries(old).every(([key, value]) => hasKey(selector, key) && selector[key] === value);
  if (isKept) return;
  const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  errors.push(invalidField('spec.nodeSelector', shownMap(selector), detail));
}

function addNodeAffinityErrors(errors: FieldError[], next: JsonObject | undefined, old: JsonObject | undefined): void {
  const terms = listAt(objectAt(next, REQUIRED), 'nodeSelectorTerms');
  const before = listAt(objectAt(old, REQUIRED), 'nodeSelectorTerms');
  if (before.length === 0) return;
  const path = `spec.affinity.nodeAffinity.${REQUIRED}.nodeSelectorTerms`;
  if (terms.length !== before.length) {
    const detail = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    errors.push(invalidField(path, serverValue(terms.length === 0 ? undefined : terms, '[NodeSelectorTerm'), detail));
    return;
  }
  for (const [index, term] of terms.entries()) {
    if (hasOnlyAdditions(term, before[index] ?? {})) continue;
    const detail = 'only additions are allowed (no mutations or deletions)';
    errors.push(invalidField(`${path}[${String(index)}]`, serverValue(term, 'NodeSelectorTerm'), detail));
  }
}

function hasOnlyAdditions(term: JsonObject, old: JsonObject): boolean {
  const keys = ['matchExpressions', 'matchFields'];
  const wasEmpty = keys.every((key) => listAt(old, key).length === 0);
  if (wasEmpty) return keys.every((key) => listAt(term, key).length === 0);
  return keys.every((key) => {
    const before = listAt(old, key);
    return isSameValue(listAt(term, key).slice(0, before.length), before);
  });
}
