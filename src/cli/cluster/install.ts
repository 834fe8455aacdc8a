/**
 * What a cluster needs before environments can be tried in it: the CRDs, a namespace for the controller, and, where it has no
 * node, a simulated one with a storage class.
 */
import type { ClusterConnection } from '../../adapters/kubernetes/connection';
import { isJsonObject } from '../../api/json';
import type { Manifest } from '../../api/object';
import { SIMULATED_LABEL } from '../../api/well-known';
import { AdrasteiaError } from '../../errors';
import type { Cluster } from '../../ports/cluster';
import { LEASE } from '../../runtime/lease';
import { type SendSettings, sendAll } from '../manifests/send';
import { textAt } from '../text-at';
import { allKinds } from './environment-kinds';
import type { OpenCluster } from './open-cluster';

/** Where the controller keeps its lease unless told otherwise. */
export const SYSTEM_NAMESPACE = 'adrasteia-system';

const NODE = { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false } as const;

/** The namespace of a controller: POD_NAMESPACE, else that of its pod's account, else the usual one. */
export function systemNamespaceOf(
  environment: Readonly<Record<string, string | undefined>>,
  connection: Pick<ClusterConnection, 'context' | 'namespace'>,
): string {
  const named = environment['POD_NAMESPACE'] ?? '';
  if (named !== '') return named;
  return connection.context === 'in-cluster' ? connection.namespace : SYSTEM_NAMESPACE;
}

/** CRDs and namespace, applied and waited for. Throws the first error that there is. */
export async function install(open: OpenCluster, settings: Pick<SendSettings, 'clock' | 'signal'>): Promise<void> {
  const namespace: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM_NAMESPACE } };
  await sendOwn([namespace, ...allKinds.map((kind) => kind.crd())], open, settings);
}

/** Objects of `adra up` itself. */
export async function sendOwn(
  manifests: readonly Manifest[],
  open: OpenCluster,
  settings: Pick<SendSettings, 'clock' | 'signal'>,
): Promise<void> {
  const { errors } = await sendAll(
    manifests.map((manifest) => ({ manifest, where: 'installed by adra up' })),
    open,
    { ...settings, dryRun: false, force: false },
  );
  const [error] = errors;
  if (error !== undefined) throw error;
}

/** True where the cluster has a node that isn't simulated. */
export async function hasNodes(cluster: Cluster): Promise<boolean> {
  const { items } = await cluster.list(NODE, {});
  return items.some(({ metadata }) => metadata.labels?.[SIMULATED_LABEL] === undefined);
}

/**
 * Refuses to run a second controller beside one that works: `LeaseLost`, naming it. A lease that nobody renews any more
 * counts as free.
 */
export async function assertNoController(cluster: Cluster, leaseName: string, now: number): Promise<void> {
  const lease = await cluster.get(LEASE, { namespace: SYSTEM_NAMESPACE, name: leaseName });
  const spec = isJsonObject(lease?.spec) ? lease.spec : {};
  const holder = spec['holderIdentity'];
  const end = Date.parse(textAt(spec, ['renewTime'])) + Number(spec['leaseDurationSeconds']) * 1000;
  if (typeof holder !== 'string' || holder === '' || !(end > now)) return;
  throw new AdrasteiaError(
    'LeaseLost',
    `cannot run a controller here: ${holder} is one already and works: use adra apply and adra get`,
  );
}
