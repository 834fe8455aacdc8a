/**
 * Objects sent to a cluster by server-side apply, one after the other; what one is refused doesn't keep the others.
 */
import type { SourcedManifest } from '../../adapters/files/manifest-documents';
import { apiStatusOf } from '../../adapters/kubernetes/errors';
import { describeObject, type KubeObject, type Manifest, valueAt } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import { AdrasteiaError, hasCode } from '../../errors';
import type { Cluster } from '../../ports/cluster';
import { getsNamespaces } from '../cluster/environment-kinds';
import type { OpenCluster } from '../cluster/open-cluster';
import { waitUntil } from '../cluster/wait-until';
import { fieldChanges } from '../plan/field-changes';
import type { Surroundings } from '../surroundings';

/** The field manager of what people apply; the controller has another one. */
export const CLI_FIELD_MANAGER = 'adra';

export interface SendSettings extends Pick<Surroundings, 'clock' | 'signal'> {
  /** Ask the server what it would make of the objects; nothing is stored. */
  readonly dryRun: boolean;
  /** Take fields over from other field managers. */
  readonly force: boolean;
}

export interface Sent {
  readonly object: KubeObject;
  /** Unchanged: the server holds the same version as before. */
  readonly outcome: 'applied' | 'unchanged';
}

export interface SendResult {
  readonly sent: readonly Sent[];
  readonly errors: readonly AdrasteiaError[];
}

/** Longest wait for a CRD to be served. */
const ESTABLISHED_MS = 30_000;

/** Longest wait for a namespace that a tenant or workspace among the objects gets. */
const NAMESPACE_MS = 30_000;

/**
 * Sends the objects in their order; `onSent` is told of each. CRDs are waited for, since what follows may be of their kinds, and the
 * namespaces of tenants and workspaces, since what follows may lie in them.
 */
export async function sendAll(
  manifests: readonly SourcedManifest[],
  open: OpenCluster,
  settings: SendSettings,
  onSent: (sent: Sent) => void = () => undefined,
): Promise<SendResult> {
  const sent: Sent[] = [];
  const errors: AdrasteiaError[] = [];
  const getNamespaces = manifests.some(({ manifest }) => getsNamespaces(manifest));
  for (const { manifest, where } of manifests) {
    try {
      const one =
        getNamespaces && !settings.dryRun
          ? await sendInTime(manifest, open, settings)
          : await send(manifest, open, settings);
      sent.push(one);
      onSent(one);
    } catch (error) {
      if (!(error instanceof AdrasteiaError)) throw error;
      // Nobody is there to take the others.
      if (error.code === 'ApiUnreachable' || error.code === 'ApiUnauthorized') throw error;
      errors.push(new AdrasteiaError(error.code, `${error.message} (${where})`, { cause: error.cause }));
    }
  }
  return { sent, errors };
}

/** Sends an object as soon as its namespace is there. `TimedOut` where it isn't within half a minute. */
async function sendInTime(manifest: Manifest, open: OpenCluster, settings: SendSettings): Promise<Sent> {
  const { namespace } = manifest.metadata;
  const isLacking = async (): Promise<string | undefined> => {
    try {
      await send(manifest, open, { ...settings, dryRun: true });
      return undefined;
    } catch (error) {
      if (!hasCode(error, 'ApiNotFound')) throw error;
      return `${describeObject(manifest)} lies in a namespace that isn't there: see that a controller serves tenants and workspaces (--tenancy), and what their status says`;
    }
  };
  if (namespace !== undefined) await waitUntil(isLacking, { ...settings, timeoutMs: NAMESPACE_MS, paceMs: 200 });
  return send(manifest, open, settings);
}

async function send(
  manifest: Manifest,
  { cluster, discovery, namespace }: OpenCluster,
  settings: SendSettings,
): Promise<Sent> {
  const type = await discovery.byKind(manifest.apiVersion, manifest.kind);
  const placed = inScope(manifest, type, namespace);
  const before = await cluster.get(type, placed.metadata);
  const object = await applyAsOurs(cluster, type, placed, settings);
  if (manifest.kind === 'CustomResourceDefinition' && !settings.dryRun)
    await waitEstablished(type, object, { cluster }, settings);
  return { object, outcome: before !== undefined && isSame(before, object, settings) ? 'unchanged' : 'applied' };
}

/** Fields that `adra start` and `adra stop` set are ours as well, though the server counts them as another manager's. */
async function applyAsOurs(
  cluster: Cluster,
  type: ResourceType,
  manifest: Manifest,
  { dryRun, force }: Pick<SendSettings, 'dryRun' | 'force'>,
): Promise<KubeObject> {
  try {
    return await cluster.apply(type, manifest, { fieldManager: CLI_FIELD_MANAGER, force, dryRun });
  } catch (error) {
    const causes = hasCode(error, 'ApiConflict') ? (apiStatusOf(error)?.causes ?? []) : [];
    const isOurs =
      causes.length > 0 && causes.every(({ message }) => message.startsWith(`conflict with "${CLI_FIELD_MANAGER}"`));
    if (!isOurs) throw error;
    return await cluster.apply(type, manifest, { fieldManager: CLI_FIELD_MANAGER, force: true, dryRun });
  }
}

/** A dry run gives the version that is stored, whatever it would make of the object. */
function isSame(before: KubeObject, after: KubeObject, { dryRun }: Pick<SendSettings, 'dryRun'>): boolean {
  return dryRun
    ? fieldChanges(before, after).length === 0
    : before.metadata.resourceVersion === after.metadata.resourceVersion;
}

/** As kubectl: what lies in a namespace and names none goes to the current one, and what doesn't names none. */
function inScope(manifest: Manifest, type: ResourceType, namespace: string): Manifest {
  const { namespace: named, ...metadata } = manifest.metadata;
  if (!type.namespaced) return named === undefined ? manifest : { ...manifest, metadata };
  return named === undefined ? { ...manifest, metadata: { ...manifest.metadata, namespace } } : manifest;
}

/** Waits until the API serves the kind of a CRD. `TimedOut` where it doesn't within half a minute. */
async function waitEstablished(
  type: ResourceType,
  crd: KubeObject,
  { cluster }: Pick<OpenCluster, 'cluster'>,
  { clock, signal }: Pick<Surroundings, 'clock' | 'signal'>,
): Promise<void> {
  let current: KubeObject | undefined = crd;
  await waitUntil(
    async () => {
      if (isEstablished(current)) return undefined;
      current = await cluster.get(type, { name: crd.metadata.name });
      return isEstablished(current) ? undefined : `${describeObject(crd)} is not served yet`;
    },
    { clock, signal, timeoutMs: ESTABLISHED_MS, paceMs: 100 },
  );
}

function isEstablished(crd: KubeObject | undefined): boolean {
  const conditions = valueAt(crd, ['status', 'conditions']);
  return (
    Array.isArray(conditions) &&
    conditions.some((item) => valueAt(item, ['type']) === 'Established' && valueAt(item, ['status']) === 'True')
  );
}
