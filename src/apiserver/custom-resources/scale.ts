/**
 * The scale of a custom object: an `autoscaling/v1` `Scale` that reads and writes values inside of it.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#scale-subresource
 */
import type { JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { type DraftObject, draftOf, ensureObject, findObject, findString } from '../draft';
import { type FieldError, invalidField } from '../field-error';
import { badRequest, internalError, StatusError } from '../status-error';
import type { ScalePaths } from './definition';
import { type Nested, nestedInteger, nestedString, pathNames } from './nested-field';

/** What stands for replicas that the object doesn't have, while a scale is written. */
const NO_REPLICAS = -2_147_483_648;
const INT32_MAX = 2_147_483_647;

/** The scale of an object. Throws `StatusError` 500 where its values aren't what they must be, or there are no replicas. */
export function scaleOf(object: KubeObject, paths: ScalePaths): DraftObject {
  const scale = readScale(object, paths);
  if (!scale.isComplete) {
    throw internalError(`the spec replicas field ${JSON.stringify(paths.specReplicasPath)} does not exist`);
  }
  return scale.object;
}

/** The scale that a patch begins with: replicas that aren't there are a number that nobody can ask for. */
export function scaleToChange(object: KubeObject, paths: ScalePaths): DraftObject {
  const { object: scale, isComplete } = readScale(object, paths);
  if (!isComplete) ensureObject(scale, 'spec')['replicas'] = NO_REPLICAS;
  return scale;
}

/**
 * The object with the replicas, and the `resourceVersion` if any, of a scale; the object itself stays as it is.
 * Throws `StatusError` 400 where the scale says no replicas.
 */
export function withScale(object: KubeObject, scale: JsonObject | DraftObject, paths: ScalePaths): DraftObject {
  const written = draftOf(scale);
  const spec = findObject(written, 'spec');
  const replicas = spec?.['replicas'] ?? 0;
  if (replicas === NO_REPLICAS) {
    throw badRequest(`the spec replicas field ${JSON.stringify(paths.specReplicasPath)} cannot be empty`);
  }
  const draft = draftOf(object as unknown as JsonObject);
  const names = pathNames(paths.specReplicasPath);
  const last = names.pop() ?? '';
  names.reduce(ensureObject, draft)[last] = replicas;
  const resourceVersion = findString(findObject(written, 'metadata'), 'resourceVersion') ?? '';
  if (resourceVersion !== '') ensureObject(draft, 'metadata')['resourceVersion'] = resourceVersion;
  return draft;
}

function readScale(
  object: KubeObject,
  paths: ScalePaths,
): { readonly object: DraftObject; readonly isComplete: boolean } {
  const replicas = valueOf(nestedInteger(object, paths.specReplicasPath));
  const current = valueOf(nestedInteger(object, paths.statusReplicasPath));
  const { labelSelectorPath = '' } = paths;
  const selector = labelSelectorPath === '' ? undefined : valueOf(nestedString(object, labelSelectorPath));
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const scale: DraftObject = {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: replicas === undefined || replicas === 0 ? {} : { replicas },
    status: { replicas: current ?? 0, ...(selector === undefined || selector === '' ? {} : { selector }) },
  };
  return { object: scale, isComplete: replicas !== undefined };
}

function valueOf<T>(nested: Nested<T>): T | undefined {
  if ('error' in nested) throw new StatusError(500, '', nested.error);
  return nested.value;
}

/** Checks the values of an object that its scale reads: of the whole object, or of its status alone. */
export function scaleErrors(object: KubeObject, paths: ScalePaths, part: 'all' | 'status'): FieldError[] {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = paths;
  const errors = part === 'all' ? replicasErrors(object, specReplicasPath) : [];
  errors.push(...replicasErrors(object, statusReplicasPath));
  if (labelSelectorPath === undefined) return errors;
  const selector = nestedString(object, labelSelectorPath);
  if ('error' in selector) errors.push(invalidField(labelSelectorPath, '', selector.error));
  return errors;
}

function replicasErrors(object: KubeObject, path: string): FieldError[] {
  const replicas = nestedInteger(object, path);
  if ('error' in replicas) return [invalidField(path, 0, replicas.error)];
  const value = replicas.value ?? 0;
  if (value < 0) return [invalidField(path, value, 'should be a non-negative integer')];
  if (value > INT32_MAX) {
    return [invalidField(path, value, `should be less than or equal to ${String(INT32_MAX)}`)];
  }
  return [];
}
