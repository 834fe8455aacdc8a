/** Who controls an object. */
import type { KubeObject, ObjectMeta, OwnerReference } from '../../api/object';
import { apiVersionOf, type ResourceType } from '../../api/resource-type';

/** The reference to an object's controller; there is at most one. */
export function controllerOf({ ownerReferences }: Pick<ObjectMeta, 'ownerReferences'>): OwnerReference | undefined {
  return ownerReferences?.find(({ controller }) => controller === true);
}

/** The reference by which a dependent names its controller; a foreground deletion of the controller waits for it. */
export function controllerReference(type: ResourceType, { metadata }: KubeObject): OwnerReference {
  const { name, uid = '' } = metadata;
  return { apiVersion: apiVersionOf(type), kind: type.kind, name, uid, controller: true, blockOwnerDeletion: true };
}
