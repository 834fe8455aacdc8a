/** Why a write is refused before anything is looked at: what is there isn't what the writer meant. */
import type { KubeObject } from '../../api/object';
import { type DraftObject, findString } from '../draft';
import { invalidField } from '../field-error';
import type { Resource } from '../resources/resource';
import { alreadyExists, conflict, type GroupResource, invalid, OPTIMISTIC_LOCK, StatusError } from '../status-error';
import type { StoredRecord } from '../storage/storage';
import { objectOf } from './object-text';

/** Throws `StatusError` 409 where the writer names another identity than the object's. */
export function checkUid(live: KubeObject, resource: Resource, uid: string | undefined): void {
  if (uid === undefined || uid === '' || uid === live.metadata.uid) return;
  const { name, namespace } = live.metadata;
  const key = [registryPath(resource), ...(namespace === undefined ? [] : [namespace]), name].join('/');
  const why = `StorageError: invalid object, Code: 4, Key: /registry/${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid ?? ''}`;
  throw conflict(resource, name, why);
}

/** Where Kubernetes keeps the objects of a resource in etcd, which its messages tell. */
function registryPath({ group, resource, isCustom }: Resource): string {
  const isGrouped = isCustom || group === 'apiextensions.k8s.io' || group === 'apiregistration.k8s.io';
  return isGrouped ? `${group}/${resource}` : (REGISTRY_NAMES[resource] ?? resource);
}

/** Resources that have kept the names of their beginnings. */
const REGISTRY_NAMES: Readonly<Record<string, string>> = {
  endpoints: 'services/endpoints',
  ingresses: 'ingress',
  nodes: 'minions',
  replicationcontrollers: 'controllers',
  services: 'services/specs',
};

/** The answer when every name that was tried is taken. */
export function generatedNameTaken(type: GroupResource, name: string): StatusError {
  const { status } = alreadyExists(type, name);
  const message = `${status.message}, the server was not able to generate a unique name for the object`;
  return new StatusError(409, 'AlreadyExists', message, { ...status.details, retryAfterSeconds: 1 });
}

/** The answer where another object has the name; it is told where that one is going. */
export function nameTaken(type: GroupResource, name: string, found: StoredRecord | undefined): StatusError {
  const error = alreadyExists(type, name);
  if (found === undefined || objectOf(found).metadata.deletionTimestamp === undefined) return error;
  const { code, reason = '', message, details } = error.status;
  return new StatusError(code, reason, `object is being deleted: ${message}`, details);
}

/**
 * Sets the version of an object without one to that of what is there. Throws `StatusError` 409 where it names an old one, 422
 * where its kind may not go without.
 */
export function checkResourceVersion(
  metadata: DraftObject,
  live: KubeObject,
  { group, resource, strategy }: Resource,
): void {
  const given = findString(metadata, 'resourceVersion') ?? '';
  if (given === live.metadata.resourceVersion) return;
  const { name } = live.metadata;
  if (!/^\d*$/.test(given)) {
    throw new StatusError(500, '', `strconv.ParseUint: parsing ${JSON.stringify(given)}: invalid syntax`);
  }
  if (given !== '' && given !== '0') throw conflict({ group, resource }, name, OPTIMISTIC_LOCK);
  if (strategy.updatesUnconditionally === false) {
    const error = invalidField('metadata.resourceVersion', 0, 'must be specified for an update');
    throw invalid({ group, kind: resource }, name, [error]);
  }
  metadata['resourceVersion'] = live.metadata.resourceVersion;
}

/** Throws `StatusError` 409 where an object that isn't there was meant to be a certain one. */
export function checkNoUid(metadata: DraftObject, type: GroupResource, name: string): void {
  const uid = findString(metadata, 'uid') ?? '';
  if (uid === '') return;
  throw conflict(
    type,
    name,
    `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
  );
}
