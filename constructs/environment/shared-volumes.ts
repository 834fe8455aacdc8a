/**
 * Shared volumes in an environment. Its template names SharedVolumes of the template's own namespace: there they are mounted by their
 * claims, and elsewhere, by those who may use a workspace's template, as shares.
 *
 * Where a share is stands in the SharedVolume's status, which the controller alone writes.
 */
import type { JsonObject } from '../../src/api/json';
import { describeObject } from '../../src/api/object';
import type { Lookup } from '../../src/plan/lookup';
import { SHARED_VOLUME, type SharedVolumeObject } from '../shared-volume';
import type { EnvironmentTemplateObject, TemplateSpec } from '../template';
import { type MountedVolume, shareSource } from './mounted-volume';
import type { Unresolved } from './references';

type Wanted = NonNullable<TemplateSpec['sharedVolumes']>[number];
type Resolved = { readonly outcome: 'resolved'; readonly mounted: MountedVolume } | Unresolved;

/** The shared volumes that a template asks for, in an environment of namespace `home` that may use the template. */
export function sharedVolumes(
  { metadata, spec }: EnvironmentTemplateObject,
  home: string,
  lookup: Lookup,
): readonly Resolved[] {
  const { namespace } = metadata;
  // A template without a namespace has no such field.
  if (namespace === undefined) return [];
  return (spec.sharedVolumes ?? []).map((wanted) => sharedVolume(wanted, { namespace, home }, lookup));
}

function sharedVolume(
  { name, mountPath, readOnly }: Wanted,
  { namespace, home }: { readonly namespace: string; readonly home: string },
  lookup: Lookup,
): Resolved {
  const answer = lookup.get<SharedVolumeObject>(SHARED_VOLUME.type, { name, namespace });
  const described = describeObject({ kind: SHARED_VOLUME.type.kind, metadata: { name, namespace } });
  if (!answer.found || answer.object.metadata.deletionTimestamp !== undefined)
    return unresolved(name, `${described} is not there: create it, or take it out of the template`);
  const { claimName, server, path, driver } = answer.object.status ?? {};
  const volume = `shared-${name}`;
  const resolved = (source: JsonObject): Resolved => ({
    outcome: 'resolved',
    mounted: {
      volume: { type: 'raw', name: volume, source },
      mount: { volume, mountPath, ...(readOnly ? { readOnly } : {}) },
    },
  });
  const remedy = `condition Ready of ${described} says why, and what to do`;
  if (namespace === home)
    return claimName === undefined
      ? unresolved(name, `there is no claim yet: ${remedy}`)
      : resolved({ persistentVolumeClaim: { claimName, ...(readOnly ? { readOnly } : {}) } });
  return server === undefined || path === undefined || driver === undefined
    ? unresolved(name, `it can't be mounted from namespace ${home}: ${remedy}`)
    : resolved(shareSource({ server, path }, { driver, readOnly }));
}

function unresolved(name: string, why: string): Unresolved {
  return {
    outcome: 'hold',
    reason: 'ReferenceNotFound',
    message: `spec.sharedVolumes[${name}] of the template: ${why}`,
  };
}
