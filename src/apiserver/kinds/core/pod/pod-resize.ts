/** What a resize may change: amounts of processors and memory, of regular containers and sidecars. */
import type { JsonObject } from '../../../../api/json';
import type { KubeObject } from '../../../../api/object';
import { type FieldError, forbiddenField, invalidField } from '../../../field-error';
import { entryAt, hasKey, isSameValue, jsonOf, listAt, mapAt, objectAt, textAt } from '../../json-members';
import { qosClassOf } from '../../pod-template';
import { isSidecar } from '../../pod-template/containers-of-pod';
import { annotationsOf, MIRROR_ANNOTATION } from '../../pod-template/pod-annotations';
import { specOf, statusOf } from '../strategy-parts';

/** All errors of a resize; `errors` are those found before. */
export function podResizeErrors(pod: KubeObject, old: KubeObject, errors: FieldError[]): FieldError[] {
  const spec = specOf(pod);
  const oldSpec = specOf(old);
  const refused = refusal(spec, { old, oldSpec });
  if (refused !== undefined) return [forbiddenField('[]', refused)];
  const oldClass = textAt(statusOf(old), 'qosClass');
  if ((oldClass === '' ? qosClassOf(oldSpec) : oldClass) !== qosClassOf(spec)) {
    const detail = 'Pod QOS Class may not change as a result of resizing';
    errors.push(invalidField('spec', textAt(statusOf(pod), 'qosClass'), detail));
  }
  if (!isSupportedByNode(statusOf(old))) {
    errors.push(forbiddenField('spec', 'Pod running on node without support for resize'));
  }
  if (addOrderErrors(errors, spec, oldSpec)) return errors;
  addRemovalErrors(errors, spec, oldSpec);
  addOtherChangeErrors(errors, spec, oldSpec);
  return errors;
}

function refusal(
  spec: JsonObject,
  { old, oldSpec }: { readonly old: KubeObject; readonly oldSpec: JsonObject },
): string | undefined {
  const hasOwnResources = (holder: JsonObject) => {
    const resources = objectAt(holder, 'resources');
    return Object.keys({ ...mapAt(resources, 'requests'), ...mapAt(resources, 'limits') }).length > 0;
  };
  if (hasOwnResources(spec) || hasOwnResources(oldSpec)) return 'pods with pod-level resources cannot be resized';
  if (hasKey(annotationsOf(jsonOf(old)), MIRROR_ANNOTATION)) return 'static pods cannot be resized';
  if (textAt(objectAt(oldSpec, 'os'), 'name') === 'windows') return 'windows pods cannot be resized';
  return undefined;
}

/** A kubelet that can resize says what running containers have. */
function isSupportedByNode(status: JsonObject): boolean {
  const running = listAt(status, 'containerStatuses').find(
    (container) => objectAt(container, 'state')?.['running'] !== undefined,
  );
  return running === undefined || running['resources'] !== undefined;
}

/** True where containers can't be told apart. */
function addOrderErrors(errors: FieldError[], spec: JsonObject, old: JsonObject): boolean {
  const before = errors.length;
  for (const key of ['containers', 'initContainers']) {
    const containers = listAt(spec, key);
    const oldContainers = listAt(old, key);
    if (containers.length !== oldContainers.length) {
      errors.push(forbiddenField(`spec.${key}`, `${key} may not be added or removed on resize`));
      continue;
    }
    for (const [index, container] of containers.entries()) {
      if (textAt(container, 'name') === textAt(oldContainers[index], 'name')) continue;
      const why = `${key} may not be renamed or reordered on resize`;
      errors.push(forbiddenField(`spec.${key}[${String(index)}].name`, why));
    }
  }
  return errors.length > before;
}

function addRemovalErrors(errors: FieldError[], spec: JsonObject, old: JsonObject): void {
  for (const list of ['initContainers', 'containers']) {
    for (const [index, container] of listAt(old, list).entries()) {
      if (list === 'initContainers' && !isSidecar(container)) continue;
      const resources = objectAt(listAt(spec, list)[index], 'resources');
      for (const key of ['requests', 'limits']) {
        const amounts = mapAt(resources, key);
        const isKept = Object.keys(mapAt(objectAt(container, 'resources'), key)).every((name) => hasKey(amounts, name));
        if (isKept) continue;
        errors.push(
          forbiddenField(`spec.${list}[${String(index)}].resources.${key}`, `resource ${key} cannot be removed`),
        );
      }
    }
  }
}

function addOtherChangeErrors(errors: FieldError[], spec: JsonObject, old: JsonObject): void {
  const rest: Record<string, JsonObject[string]> = { ...spec };
  const refuse = (why: string) => {
    errors.push(forbiddenField('spec', why));
  };
  rest['containers'] = listAt(spec, 'containers').map((container, index) => {
    const before = listAt(old, 'containers')[index] ?? {};
    const unsized = withComputingAmountsOf(container, before);
    if (!isSameValue(unsized, before)) refuse('only cpu and memory resources are mutable');
    return unsized;
  });
  const initContainers = listAt(spec, 'initContainers').map((container, index) => {
    const before = listAt(old, 'initContainers')[index] ?? {};
    const unsized = isSidecar(container) ? withComputingAmountsOf(container, before) : container;
    if (!isSameValue(unsized, before)) {
      refuse(
        isSidecar(container)
          ? 'only cpu and memory resources for sidecar containers are mutable'
          : 'resources for non-sidecar init containers are immutable',
      );
    }
    return unsized;
  });
  if (initContainers.length > 0) rest['initContainers'] = initContainers;
  if (errors.length === 0 && !isSameValue(rest, old)) refuse('only cpu and memory resources are mutable');
}

/** A container with the processors and memory that another has. */
function withComputingAmountsOf(container: JsonObject, old: JsonObject): JsonObject {
  const resources = objectAt(container, 'resources');
  const oldResources = objectAt(old, 'resources');
  const made: Record<string, JsonObject> = {};
  for (const key of ['limits', 'requests']) {
    if (oldResources?.[key] === undefined) continue;
    const amounts: Record<string, string> = { ...mapAt(resources, key) };
    for (const name of ['cpu', 'memory']) {
      const before = entryAt(mapAt(oldResources, key), name);
      if (before === undefined) Reflect.deleteProperty(amounts, name);
      else amounts[name] = before;
    }
    made[key] = amounts;
  }
  return { ...container, resources: made };
}
