/**
 * One Kubernetes object as a Pulumi resource: the provider's own class where it has one for the kind, which gives Pulumi
 * the kind's diffs, secrets and readiness; else `CustomResource`. Either way the inputs are the manifest, unchanged.
 *
 * Classes are imported from their own modules: the package's root would load every API of Kubernetes.
 */
import { CustomResource as CustomObject } from '@pulumi/kubernetes/apiextensions/customResource';
import { CustomResourceDefinition } from '@pulumi/kubernetes/apiextensions/v1/customResourceDefinition';
import { Deployment } from '@pulumi/kubernetes/apps/v1/deployment';
import { StatefulSet } from '@pulumi/kubernetes/apps/v1/statefulSet';
import { Job } from '@pulumi/kubernetes/batch/v1/job';
import { ConfigMap } from '@pulumi/kubernetes/core/v1/configMap';
import { LimitRange } from '@pulumi/kubernetes/core/v1/limitRange';
import { Namespace } from '@pulumi/kubernetes/core/v1/namespace';
import { PersistentVolumeClaim } from '@pulumi/kubernetes/core/v1/persistentVolumeClaim';
import { ResourceQuota } from '@pulumi/kubernetes/core/v1/resourceQuota';
import { Secret } from '@pulumi/kubernetes/core/v1/secret';
import { Service } from '@pulumi/kubernetes/core/v1/service';
import { ServiceAccount } from '@pulumi/kubernetes/core/v1/serviceAccount';
import { Ingress } from '@pulumi/kubernetes/networking/v1/ingress';
import { NetworkPolicy } from '@pulumi/kubernetes/networking/v1/networkPolicy';
import { PodDisruptionBudget } from '@pulumi/kubernetes/policy/v1/podDisruptionBudget';
import { ClusterRole } from '@pulumi/kubernetes/rbac/v1/clusterRole';
import { ClusterRoleBinding } from '@pulumi/kubernetes/rbac/v1/clusterRoleBinding';
import { Role } from '@pulumi/kubernetes/rbac/v1/role';
import { RoleBinding } from '@pulumi/kubernetes/rbac/v1/roleBinding';
import type { CustomResource, CustomResourceOptions } from '@pulumi/pulumi';
import type { Manifest } from '../src/api/object';

/** Every class takes its own arguments, all of them the fields of the kind. */
type ObjectClass = new (name: string, fields: never, options?: CustomResourceOptions) => CustomResource;

/** By apiVersion and kind. */
const CLASSES: Readonly<Record<string, ObjectClass>> = {
  'apiextensions.k8s.io/v1/CustomResourceDefinition': CustomResourceDefinition,
  'apps/v1/Deployment': Deployment,
  'apps/v1/StatefulSet': StatefulSet,
  'batch/v1/Job': Job,
  'networking.k8s.io/v1/Ingress': Ingress,
  'networking.k8s.io/v1/NetworkPolicy': NetworkPolicy,
  'policy/v1/PodDisruptionBudget': PodDisruptionBudget,
  'rbac.authorization.k8s.io/v1/ClusterRole': ClusterRole,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': ClusterRoleBinding,
  'rbac.authorization.k8s.io/v1/Role': Role,
  'rbac.authorization.k8s.io/v1/RoleBinding': RoleBinding,
  'v1/ConfigMap': ConfigMap,
  'v1/LimitRange': LimitRange,
  'v1/Namespace': Namespace,
  'v1/PersistentVolumeClaim': PersistentVolumeClaim,
  'v1/ResourceQuota': ResourceQuota,
  'v1/Secret': Secret,
  'v1/Service': Service,
  'v1/ServiceAccount': ServiceAccount,
};

/** Registers an object under a name that is unique among resources of its kind. */
export function registerObject(name: string, manifest: Manifest, options: CustomResourceOptions): CustomResource {
  const objectClass: ObjectClass = CLASSES[`${manifest.apiVersion}/${manifest.kind}`] ?? CustomObject;
  // A plain copy: Pulumi knows lists by `instanceof Array`, and one made elsewhere (structuredClone in a test runner) would
  // be registered as an object.
  const fields: unknown = JSON.parse(JSON.stringify(manifest));
  // The manifest's shape was checked by its kind; the classes only pass it on.
  return new objectClass(name, fields as never, options);
}
