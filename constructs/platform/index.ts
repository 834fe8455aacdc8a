/** The platform's public face: the construct that rolls it out, and the rights it is given. */

export { HEALTH_PORT, METRICS_PORT } from './controller-deployment';
export {
  type GateIngress,
  type GateProps,
  gateNamespaceRules,
  gateRules,
} from './gate';
export type { PlatformNetwork } from './network-policy';
export {
  CONTROLLER_LEASE,
  PLATFORM_NAMESPACE,
  Platform,
  type PlatformProps,
  platformTree,
} from './platform';
export type { Grant, PolicyRule, Verb } from './policy-rule';
export { quotaWebhookRules } from './quota-webhook';
export { controllerRules, editorRules, leaseRules, shippedRoles, viewerRules } from './rbac';
