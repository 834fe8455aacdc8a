/** What the pods of the platform's own programs have alike: they meet Pod Security `restricted`, and write nothing to their root file system. */
import { k8s } from 'cdk8s-plus-28';

/** Of the pod: no root, and one user for all. */
export const RESTRICTED_POD: k8s.PodSecurityContext = {
  runAsNonRoot: true,
  runAsUser: 65532,
  runAsGroup: 65532,
  fsGroup: 65532,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** Of each container. */
export const RESTRICTED_CONTAINER: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

/** A second replica is worth most on another node; a cluster of one node still gets both. */
export function overNodes(selector: Record<string, string>): k8s.TopologySpreadConstraint[] {
  return [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selector },
    },
  ];
}

/** The probes of a program that serves `/healthz` and `/readyz` on the port of this name. */
export function probesAt(port: string): Pick<k8s.Container, 'startupProbe' | 'livenessProbe' | 'readinessProbe'> {
  const get = (path: string): k8s.HttpGetAction => ({ path, port: k8s.IntOrString.fromString(port) });
  return {
    startupProbe: { httpGet: get('/healthz'), periodSeconds: 2, failureThreshold: 30 },
    livenessProbe: { httpGet: get('/healthz'), periodSeconds: 10, failureThreshold: 3 },
    readinessProbe: { httpGet: get('/readyz'), periodSeconds: 5, failureThreshold: 3 },
  };
}

/** Amounts by resource: `{ cpu: '100m' }`. */
export function quantities(amounts: Readonly<Record<string, string>>): Record<string, k8s.Quantity> {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, k8s.Quantity.fromString(amount)]));
}

/** Secrets with which an image is pulled; nothing where there are none. */
export function pulledWith(secrets: readonly string[]): Pick<k8s.PodSpec, 'imagePullSecrets'> {
  return secrets.length === 0 ? {} : { imagePullSecrets: secrets.map((name) => ({ name })) };
}
