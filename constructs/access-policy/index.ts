/**
 * The kinds AccessPolicy and ClusterAccessPolicy. They are only read: each environment's EnvironmentAccess is made by them.
 */
export { type PolicyPeople, type PolicyReference, rulesOf } from './resolve';
export { ACCESS_POLICY, type AccessPolicyObject, type AccessPolicySpec, CLUSTER_ACCESS_POLICY } from './schema';
