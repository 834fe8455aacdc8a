/**
 * The admission plugins that are on by default in Kubernetes v1.34, in the order in which they are asked: first all of them
 * may change the object, then all may refuse it.
 *
 * Off by default, and not here: NodeRestriction, OwnerReferencesPermissionEnforcement and the like. PodTopologyLabels and
 * ClusterTrustBundleAttest do nothing unless their feature gates are on.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#which-plugins-are-enabled-by-default
 */
import type { Authorizer } from '../authorization/authorizer';
import type { ObjectReader } from '../resources/object-reader';
import type { AdmissionPlugin } from './admission';
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './certificate-signing-requests';
import { defaultIngressClass, defaultStorageClass } from './default-classes';
import { defaultTolerationSeconds } from './default-toleration-seconds';
import { limitRanger } from './limit-ranger';
import { namespaceLifecycle } from './namespace-lifecycle';
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize';
import { podSecurity } from './pod-security/pod-security';
import { priority } from './priority';
import { type QuotaUsage, resourceQuota } from './resource-quota/resource-quota';
import { runtimeClass } from './runtime-class';
import { serviceAccount } from './service-account';
import { storageObjectInUseProtection } from './storage-object-in-use-protection';
import { taintNodesByCondition } from './taint-nodes-by-condition';

export interface AdmissionDependencies {
  readonly reader: ObjectReader;
  readonly authorizer: Authorizer;
  readonly quotaUsage: QuotaUsage;
  readonly now: () => Date;
  /** A name that begins with the text and ends in five random letters or digits. */
  readonly generateName: (prefix: string) => string;
  /** Policies and webhooks, which come after the built-in plugins and before quotas, in this order. */
  readonly dynamic?: readonly AdmissionPlugin[];
}

/** The plugins, in their order. */
export function defaultAdmissionPlugins(dependencies: AdmissionDependencies): readonly AdmissionPlugin[] {
  const { reader, authorizer, quotaUsage, now, generateName, dynamic = [] } = dependencies;
  return [
    namespaceLifecycle(reader),
    limitRanger(reader),
    serviceAccount({ reader, generateName }),
    taintNodesByCondition(),
    podSecurity(reader),
    priority(reader),
    defaultTolerationSeconds(),
    defaultStorageClass(reader),
    storageObjectInUseProtection(),
    persistentVolumeClaimResize(reader),
    runtimeClass(reader),
    certificateApproval(authorizer),
    certificateSigning(authorizer),
    certificateSubjectRestriction(),
    defaultIngressClass(reader),
    ...dynamic,
    resourceQuota({ reader, usage: quotaUsage, now }),
  ];
}
