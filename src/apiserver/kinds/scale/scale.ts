/**
 * The `scale` subresource of built-in workloads: how many pods a workload has, in a form that is the same for all of them
 * (`autoscaling/v1` Scale). Pure.
 * @see k8s.io/kubernetes/pkg/registry/apps/deployment/storage/storage.go, v1.34
 */
import type { KubeObject } from '../../../api/object';
import { type DraftObject, draftOf, ensureObject } from '../../draft';
import { type FieldError, invalidField } from '../../field-error';
import { findSelectorText } from '../checks/label-selectors';
import { NOT_NEGATIVE } from '../checks/numbers';
import { specOf, statusOf } from '../checks/object-parts';
import { jsonOf, mapAt, numberAt, objectAt } from '../json-members';

/** The members of metadata that a scale shows of its workload. */
const SHOWN_METADATA = ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp'];

/** The scale of a workload. Its selector is a text; an empty one is left out. */
export function scaleOf(workload: KubeObject): KubeObject {
  const spec = specOf(workload);
  const replicas = numberAt(spec, 'replicas');
  const selector = selectorTextOf(workload);
  const metadata = Object.fromEntries(
    SHOWN_METADATA.flatMap((key) => {
      const member = jsonOf(workload.metadata)[key];
      return member === undefined ? [] : [[key, member]];
    }),
  );
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata,
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: numberAt(statusOf(workload), 'replicas'), ...(selector === '' ? {} : { selector }) },
  } as unknown as KubeObject;
}

/** A replication controller's selector is a map of labels; all others have a label selector. */
function selectorTextOf(workload: KubeObject): string {
  const spec = specOf(workload);
  if (workload.kind !== 'ReplicationController') return findSelectorText(objectAt(spec, 'selector')) ?? '';
  return Object.entries(mapAt(spec, 'selector'))
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
}

/**
 * The workload with the replicas of a scale, as a draft. A resource version that the scale has replaces the workload's, so
 * that a writer with an old one is refused.
 */
export function withScale(workload: KubeObject, scale: KubeObject): DraftObject {
  const scaled = draftOf(jsonOf(workload));
  ensureObject(scaled, 'spec')['replicas'] = numberAt(specOf(scale), 'replicas');
  const { resourceVersion } = scale.metadata;
  if (resourceVersion !== undefined && resourceVersion !== '') {
    ensureObject(scaled, 'metadata')['resourceVersion'] = resourceVersion;
  }
  return scaled;
}

/** Problems of a scale beyond its metadata. */
export function scaleErrors(scale: KubeObject): FieldError[] {
  const replicas = numberAt(specOf(scale), 'replicas');
  return replicas < 0 ? [invalidField('spec.replicas', replicas, NOT_NEGATIVE)] : [];
}
