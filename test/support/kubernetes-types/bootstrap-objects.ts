/**
 * The objects that a fresh control plane holds before anybody asked it for anything.
 */
import type { RealServer } from './real-server';

interface BootstrapObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Lists that hold nothing but such objects. */
const LISTS = [
  '/api/v1/namespaces',
  '/api/v1/namespaces/default/services',
  '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  '/apis/rbac.authorization.k8s.io/v1/roles',
  '/apis/rbac.authorization.k8s.io/v1/rolebindings',
  '/apis/scheduling.k8s.io/v1/priorityclasses',
  '/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations',
  '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas',
  '/apis/networking.k8s.io/v1/servicecidrs',
  '/apis/networking.k8s.io/v1/ipaddresses',
  '/apis/apiregistration.k8s.io/v1/apiservices',
];

/** Set by a server when it makes an object; another server sets its own. */
const SERVER_SET: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'managedFields',
]);

/** In the order in which they may be made. */
export async function bootstrapObjects(server: RealServer): Promise<BootstrapObject[]> {
  const objects: BootstrapObject[] = [];
  for (const path of LISTS) {
    const list = await server.json<{ apiVersion: string; kind: string; items: BootstrapObject[] }>(path);
    for (const item of list.items) {
      const metadata = Object.fromEntries(Object.entries(item.metadata).filter(([key]) => !SERVER_SET.has(key)));
      objects.push({ ...item, apiVersion: list.apiVersion, kind: list.kind.replace(/List$/, ''), metadata });
    }
  }
  return objects;
}
