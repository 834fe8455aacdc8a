/**
 * What built-in kinds do beyond their schemas, of every group.
 *
 * A group's folder says what its kinds do; here they are found by group and resource. Everything is pure: time, user and
 * stored objects come with the request.
 */
import { admissionregistrationKindsWith, type ExpressionCheck, takesEveryExpression } from './admissionregistration';
import { apiregistrationKinds } from './apiregistration';
import { appsKinds } from './apps';
import { autoscalingKinds } from './autoscaling';
import { batchKinds } from './batch';
import { certificatesKinds } from './certificates';
import { coordinationKinds } from './coordination';
import { coreKinds } from './core';
import { discoveryKinds } from './discovery';
import { eventsKinds } from './events';
import { flowcontrolKinds } from './flowcontrol';
import type { KindFacts } from './kind-facts';
import { knowsFinalizers } from './metadata';
import { type MetadataRepeats, withMetadataRepeats } from './metadata-repeats';
import { networkingKinds } from './networking';
import { nodeKinds } from './node';
import { policyKinds } from './policy';
import { rbacKinds } from './rbac';
import { resourceKinds } from './resource';
import { schedulingKinds } from './scheduling';
import { storageKinds } from './storage';

export type { ExpressionCheck, ExpressionUse } from './admissionregistration';
export { customResourceDefinitionColumns } from './apiextensions';
export { convertHorizontalPodAutoscaler } from './autoscaling';
export { eventFromCore, eventToCore } from './events';
export type { KindFacts } from './kind-facts';
export { scaleErrors, scaleOf, withScale } from './scale';

type Group = Readonly<Record<string, KindFacts>>;

/** Facts of kinds by group and resource. */
export type KindFactsLookup = (group: string, resource: string) => KindFacts | undefined;

/** The lookup, with somebody who checks the expressions of admission policies and webhooks. */
export function kindFactsWith(check: ExpressionCheck): KindFactsLookup {
  const groups = new Map<string, Group>([...GROUPS, [ADMISSION, admissionregistrationKindsWith(check)]]);
  const facts = new Map<string, KindFacts>();
  for (const [group, kinds] of groups) {
    for (const [resource, kind] of Object.entries(kinds)) {
      const repeats = REPEATS.get(`${resource}.${group}`);
      const strategy =
        repeats === undefined
          ? kind.strategy
          : withMetadataRepeats(kind.strategy, { ...repeats, knowsFinalizers: knowsFinalizers(group) });
      facts.set(`${resource}.${group}`, { ...kind, strategy });
    }
  }
  return (group, resource) => facts.get(`${resource}.${group}`);
}

const ADMISSION = 'admissionregistration.k8s.io';

const GROUPS: readonly (readonly [string, Group])[] = [
  ['', coreKinds],
  ['apps', appsKinds],
  ['batch', batchKinds],
  ['autoscaling', autoscalingKinds],
  ['networking.k8s.io', networkingKinds],
  ['policy', policyKinds],
  ['rbac.authorization.k8s.io', rbacKinds],
  ['storage.k8s.io', storageKinds],
  ['coordination.k8s.io', coordinationKinds],
  ['discovery.k8s.io', discoveryKinds],
  ['scheduling.k8s.io', schedulingKinds],
  ['node.k8s.io', nodeKinds],
  ['apiregistration.k8s.io', apiregistrationKinds],
  ['certificates.k8s.io', certificatesKinds],
  ['flowcontrol.apiserver.k8s.io', flowcontrolKinds],
  ['events.k8s.io', eventsKinds],
  ['resource.k8s.io', resourceKinds],
];

const NAMESPACED = { namespaced: true } as const;
const CLUSTER = { namespaced: false } as const;

const REPEATS: ReadonlyMap<string, MetadataRepeats> = new Map<string, MetadataRepeats>([
  ['deployments.apps', { ...NAMESPACED, ofObject: ['update'] }],
  ['replicasets.apps', { ...NAMESPACED, ofObject: ['update'] }],
  ['statefulsets.apps', { ...NAMESPACED, ofObject: ['update'] }],
  ['daemonsets.apps', { ...NAMESPACED, ofObject: ['update'] }],
  ['controllerrevisions.apps', { ...NAMESPACED, ofObject: ['object', 'update'] }],
  ['jobs.batch', { ...NAMESPACED, ofObject: ['object', 'update'] }],
  ['cronjobs.batch', { ...NAMESPACED, ofObject: ['update'], ofStatus: [] }],
  ['horizontalpodautoscalers.autoscaling', { ...NAMESPACED, ofObject: ['update'] }],
  ['ingresses.networking.k8s.io', { ...NAMESPACED, ofObject: ['object', 'update'] }],
  ['ingressclasses.networking.k8s.io', { ...CLUSTER, ofObject: ['object', 'update'] }],
  ['networkpolicies.networking.k8s.io', { ...NAMESPACED, ofObject: ['object', 'update'] }],
  ['ipaddresses.networking.k8s.io', { ...CLUSTER, ofObject: ['object', 'update'] }],
  ['servicecidrs.networking.k8s.io', { ...CLUSTER, ofObject: ['update'] }],
  ['roles.rbac.authorization.k8s.io', { ...NAMESPACED, ofObject: ['object', 'object', 'update'] }],
  ['rolebindings.rbac.authorization.k8s.io', { ...NAMESPACED, ofObject: ['object', 'object', 'update'] }],
  ['clusterroles.rbac.authorization.k8s.io', { ...CLUSTER, ofObject: ['object', 'object', 'update'] }],
  ['clusterrolebindings.rbac.authorization.k8s.io', { ...CLUSTER, ofObject: ['object', 'object', 'update'] }],
  ['storageclasses.storage.k8s.io', { ...CLUSTER, ofObject: ['object', 'update'] }],
  ['csidrivers.storage.k8s.io', { ...CLUSTER, ofObject: ['update'] }],
  ['csinodes.storage.k8s.io', { ...CLUSTER, ofObject: ['object', 'object'] }],
  ['csistoragecapacities.storage.k8s.io', { ...NAMESPACED, ofObject: ['object', 'update'] }],
  ['volumeattachments.storage.k8s.io', { ...CLUSTER, ofObject: ['object', 'object'], ofStatus: ['object', 'object'] }],
  ['volumeattributesclasses.storage.k8s.io', { ...CLUSTER, ofObject: ['object', 'update', 'object'] }],
  ['leases.coordination.k8s.io', { ...NAMESPACED, ofObject: ['update'] }],
  ['endpointslices.discovery.k8s.io', { ...NAMESPACED, ofObject: ['object'] }],
  ['priorityclasses.scheduling.k8s.io', { ...CLUSTER, ofObject: ['update'] }],
  ['runtimeclasses.node.k8s.io', { ...CLUSTER, ofObject: ['object', 'update'] }],
  ['apiservices.apiregistration.k8s.io', { ...CLUSTER, ofObject: ['object', 'update'] }],
  [
    'certificatesigningrequests.certificates.k8s.io',
    { ...CLUSTER, ofObject: ['object', 'update'], ofStatus: ['object', 'update'] },
  ],
  ['flowschemas.flowcontrol.apiserver.k8s.io', { ...CLUSTER, ofObject: ['object'], ofStatus: [] }],
  ['prioritylevelconfigurations.flowcontrol.apiserver.k8s.io', { ...CLUSTER, ofObject: ['object'], ofStatus: [] }],
  [`validatingwebhookconfigurations.${ADMISSION}`, { ...CLUSTER, ofObject: ['object'] }],
  [`mutatingwebhookconfigurations.${ADMISSION}`, { ...CLUSTER, ofObject: ['object'] }],
  [`validatingadmissionpolicies.${ADMISSION}`, { ...CLUSTER, ofObject: ['object'], ofStatus: [] }],
  [`validatingadmissionpolicybindings.${ADMISSION}`, { ...CLUSTER, ofObject: ['object'] }],
  ['deviceclasses.resource.k8s.io', { ...CLUSTER, ofObject: ['update'] }],
  ['resourceclaims.resource.k8s.io', { ...NAMESPACED, ofObject: ['update'] }],
  ['resourceclaimtemplates.resource.k8s.io', { ...NAMESPACED, ofObject: ['update'] }],
  ['resourceslices.resource.k8s.io', { ...CLUSTER, ofObject: ['update'] }],
]);

/** The facts of a kind, or undefined; expressions are taken as they are. */
export const kindFacts: KindFactsLookup = kindFactsWith(takesEveryExpression);
