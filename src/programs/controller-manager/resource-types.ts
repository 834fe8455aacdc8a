/** The kinds that controllers read and write, by their everyday names. */
import type { ResourceType } from '../../api/resource-type';

function type(group: string, kind: string, plural: string, namespaced = true): ResourceType {
  return { group, version: 'v1', kind, plural, namespaced };
}

export const NAMESPACE = type('', 'Namespace', 'namespaces', false);
export const NODE = type('', 'Node', 'nodes', false);
export const POD = type('', 'Pod', 'pods');
export const SERVICE = type('', 'Service', 'services');
export const SERVICE_ACCOUNT = type('', 'ServiceAccount', 'serviceaccounts');
export const CONFIG_MAP = type('', 'ConfigMap', 'configmaps');
export const ENDPOINTS = type('', 'Endpoints', 'endpoints');
export const CLAIM = type('', 'PersistentVolumeClaim', 'persistentvolumeclaims');
export const VOLUME = type('', 'PersistentVolume', 'persistentvolumes', false);
export const REPLICATION_CONTROLLER = type('', 'ReplicationController', 'replicationcontrollers');
export const RESOURCE_QUOTA = type('', 'ResourceQuota', 'resourcequotas');
export const REPLICA_SET = type('apps', 'ReplicaSet', 'replicasets');
export const DEPLOYMENT = type('apps', 'Deployment', 'deployments');
export const STATEFUL_SET = type('apps', 'StatefulSet', 'statefulsets');
export const DAEMON_SET = type('apps', 'DaemonSet', 'daemonsets');
export const CONTROLLER_REVISION = type('apps', 'ControllerRevision', 'controllerrevisions');
export const JOB = type('batch', 'Job', 'jobs');
export const CRON_JOB = type('batch', 'CronJob', 'cronjobs');
export const ENDPOINT_SLICE = type('discovery.k8s.io', 'EndpointSlice', 'endpointslices');
export const STORAGE_CLASS = type('storage.k8s.io', 'StorageClass', 'storageclasses', false);
export const POD_DISRUPTION_BUDGET = type('policy', 'PodDisruptionBudget', 'poddisruptionbudgets');
export const CLUSTER_ROLE = type('rbac.authorization.k8s.io', 'ClusterRole', 'clusterroles', false);
export const LEASE = type('coordination.k8s.io', 'Lease', 'leases');
export const CERTIFICATE_SIGNING_REQUEST = type(
  'certificates.k8s.io',
  'CertificateSigningRequest',
  'certificatesigningrequests',
  false,
);
export const VALIDATING_ADMISSION_POLICY = type(
  'admissionregistration.k8s.io',
  'ValidatingAdmissionPolicy',
  'validatingadmissionpolicies',
  false,
);
export const HORIZONTAL_POD_AUTOSCALER: ResourceType = {
  ...type('autoscaling', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  version: 'v2',
};
