/**
 * Empties namespaces that are being deleted, and lets them go when nothing is left in them.
 *
 * Pods go first, then all other objects, kind by kind; what stays is told in the namespace's conditions.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
 */

import { type DiscoveredType, Discovery } from '../../adapters/kubernetes/discovery';
import type { KubeObject } from '../../api/object';
import { kindKey, type ResourceType } from '../../api/resource-type';
import type { Controller } from './controller';
import type { ControllerContext } from './controller-context';
import { NAMESPACE } from './resource-types';
import type { SharedStores } from './shared-stores';
import { Work } from './work';

const FINALIZER = 'kubernetes';
/** Objects whose keepers need time are asked after so often. */
const AGAIN_MS = 500;

interface NamespaceObject extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: { readonly phase?: string; readonly conditions?: readonly NamespaceCondition[] };
}

interface NamespaceCondition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

interface Remains {
  /** How many objects of each resource are left. */
  readonly objects: ReadonlyMap<string, number>;
  /** How many of them each finalizer holds. */
  readonly finalizers: ReadonlyMap<string, number>;
}

export class Namespaces implements Controller {
  readonly #context: ControllerContext;
  readonly #work: Work;

  constructor(context: ControllerContext, stores: SharedStores) {
    this.#context = context;
    const namespaces = stores.of<NamespaceObject>(NAMESPACE, (_before, after) => {
      if (after?.metadata.deletionTimestamp !== undefined) this.#work.add(after.metadata.name);
    });
    this.#work = new Work({
      ...context,
      name: 'namespace',
      perform: (name) => this.#look(namespaces.get({ name })),
    });
  }

  get isIdle(): boolean {
    return this.#work.isIdle;
  }

  start(): void {
    this.#work.start();
  }

  stop(): Promise<void> {
    return this.#work.stop();
  }

  async #look(known: NamespaceObject | undefined): Promise<number | undefined> {
    if (known?.metadata.deletionTimestamp === undefined) return undefined;
    const { cluster } = this.#context;
    const { name, uid } = known.metadata;
    const namespace = (await cluster.get(NAMESPACE, { name })) as NamespaceObject | undefined;
    if (namespace?.metadata.uid !== uid || namespace?.spec?.finalizers?.includes(FINALIZER) !== true) return undefined;
    // Kinds are asked for anew each time: a kind that came a moment ago may have objects here.
    const types = (await new Discovery(cluster).all()).filter(isEmptied);
    const remains = await this.#empty(name, preferredOf(types));
    const conditions = conditionsOf(namespace, remains, new Date(this.#context.clock.now()));
    const current = await this.#report(namespace, conditions);
    if (remains.objects.size > 0) return AGAIN_MS;
    const finalizers = (namespace.spec.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
    await cluster.replace(
      NAMESPACE,
      { ...current, spec: { ...namespace.spec, finalizers } },
      {
        subresource: 'finalize',
      },
    );
    return undefined;
  }

  /** Asks for the deletion of everything, pods first, and counts what is left. */
  async #empty(namespace: string, types: readonly ResourceType[]): Promise<Remains> {
    const objects = new Map<string, number>();
    const finalizers = new Map<string, number>();
    const pods = types.filter((type) => kindKey(type) === 'Pod');
    const others = types.filter((type) => kindKey(type) !== 'Pod');
    for (const group of [pods, others]) {
      await Promise.all(
        group.map(async (type) => {
          const left = await this.#emptyType(namespace, type);
          if (left.length === 0) return;
          objects.set(resourceName(type), left.length);
          for (const { metadata } of left)
            for (const finalizer of metadata.finalizers ?? [])
              finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
        }),
      );
      // Whatever pods need to end well stays until they have.
      if (objects.size > 0) break;
    }
    return { objects, finalizers };
  }

  async #emptyType(namespace: string, type: ResourceType): Promise<readonly KubeObject[]> {
    const { cluster } = this.#context;
    const selection = { namespace, metadataOnly: true };
    const { items } = await cluster.list(type, selection);
    if (items.length === 0) return [];
    for (const { metadata } of items) {
      if (metadata.deletionTimestamp === undefined)
        await cluster.delete(type, metadata, metadata.uid === undefined ? {} : { uid: metadata.uid });
    }
    return (await cluster.list(type, selection)).items;
  }

  async #report(namespace: NamespaceObject, conditions: readonly NamespaceCondition[]): Promise<KubeObject> {
    const { status } = namespace;
    const isTold =
      JSON.stringify(status?.conditions ?? []) === JSON.stringify(conditions) && status?.phase === 'Terminating';
    if (isTold) return namespace;
    const next = { ...namespace, status: { ...status, phase: 'Terminating', conditions } };
    return this.#context.cluster.replace(NAMESPACE, next, { subresource: 'status' });
  }
}

function isEmptied({ namespaced, verbs }: DiscoveredType): boolean {
  return namespaced && verbs.includes('list') && verbs.includes('delete');
}

/** One version of each kind; of events, which two groups serve, the core group's. */
function preferredOf(types: readonly DiscoveredType[]): readonly ResourceType[] {
  const chosen = new Map<string, ResourceType>();
  for (const type of types)
    if (!chosen.has(kindKey(type)) && kindKey(type) !== 'Event.events.k8s.io') chosen.set(kindKey(type), type);
  return [...chosen.values()];
}

function resourceName({ group, plural }: ResourceType): string {
  return `${plural}.${group}`;
}

/** The five conditions of a namespace on its way out, with the times of those that stay. */
function conditionsOf(
  { status }: NamespaceObject,
  { objects, finalizers }: Remains,
  now: Date,
): readonly NamespaceCondition[] {
  const told = [
    {
      type: 'NamespaceDeletionDiscoveryFailure',
      isTrue: false,
      reason: 'ResourcesDiscovered',
      message: 'All resources successfully discovered',
    },
    {
      type: 'NamespaceDeletionGroupVersionParsingFailure',
      isTrue: false,
      reason: 'ParsedGroupVersions',
      message: 'All legacy kube types successfully parsed',
    },
    {
      type: 'NamespaceDeletionContentFailure',
      isTrue: false,
      reason: 'ContentDeleted',
      message: 'All content successfully deleted, may be waiting on finalization',
    },
    {
      type: 'NamespaceContentRemaining',
      isTrue: objects.size > 0,
      reason: objects.size > 0 ? 'SomeResourcesRemain' : 'ContentRemoved',
      message:
        objects.size > 0
          ? `Some resources are remaining: ${counted(objects, 'has')}`
          : 'All content successfully removed',
    },
    {
      type: 'NamespaceFinalizersRemaining',
      isTrue: finalizers.size > 0,
      reason: finalizers.size > 0 ? 'SomeFinalizersRemain' : 'ContentHasNoFinalizers',
      message:
        finalizers.size > 0
          ? `Some content in the namespace has finalizers remaining: ${counted(finalizers, 'in')}`
          : 'All content-preserving finalizers finished',
    },
  ];
  return told.map(({ type, isTrue, reason, message }) => {
    const before = status?.conditions?.find((condition) => condition.type === type);
    const conditionStatus = isTrue ? 'True' : 'False';
    const isSame = before?.status === conditionStatus;
    const lastTransitionTime = isSame ? before.lastTransitionTime : `${now.toISOString().slice(0, 19)}Z`;
    return { type, status: conditionStatus, lastTransitionTime, reason, message };
  });
}

/** `pods. has 2 resource instances, …`, in the order of names. */
function counted(counts: ReadonlyMap<string, number>, verb: 'has' | 'in'): string {
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${verb} ${String(count)} resource instances`)
    .join(', ');
}
