/**
 * Says of each quota what its namespace uses of it. The server adds what it lets in; here it is counted anew when something
 * goes or takes less, since nobody else takes that off.
 *
 * How objects count is the server's to say, and is passed in: two counts that differ would let in too much or too little.
 * @see https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
import type { KubeObject, ObjectName } from '../../../api/object';
import { hasCode } from '../../../errors';
import type { ControllerContext } from '../controller-context';
import type { FollowedKinds } from '../followed-kinds';
import { KeyedController } from '../keyed-controller';
import { isFinished, type Pod } from '../pods/pod';
import { CLAIM, POD, RESOURCE_QUOTA, SERVICE } from '../resource-types';
import { isSemanticallyEqual } from '../semantic-equality';
import type { SharedStores } from '../shared-stores';
import type { Store } from '../store';

/** A resource as quotas name it. */
export interface CountedResource {
  readonly group: string;
  /** The plural. */
  readonly resource: string;
}

/** What is to be counted. Objects other than pods, services and claims come without anything but their metadata. */
export interface CountedObjects {
  readonly list: (resource: CountedResource, namespace: string) => readonly KubeObject[];
  readonly isServed: (resource: CountedResource) => boolean;
  readonly now: Date;
}

/** What a namespace uses of what `spec.hard` of a quota limits, as `status.used` tells it. */
export type QuotaCounter = (quota: KubeObject, objects: CountedObjects) => Readonly<Record<string, string>>;

interface ResourceQuota extends KubeObject {
  readonly spec?: { readonly hard?: Readonly<Record<string, string>> };
  readonly status?: {
    readonly hard?: Readonly<Record<string, string>>;
    readonly used?: Readonly<Record<string, string>>;
  };
}

/** What a quota counts of a claim's status. */
interface CountedClaim extends KubeObject {
  readonly status?: {
    readonly allocatedResources?: unknown;
    readonly currentVolumeAttributesClassName?: string;
    readonly modifyVolumeStatus?: { readonly targetVolumeAttributesClassName?: string };
  };
}

/** All quotas are counted anew so often, whatever happens. */
const RECOUNT_MS = 300_000;
/** After a correction: what was on its way when it was made isn't in it. */
const RECHECK_MS = 2000;
/** A pod that won't go takes nothing any more after its grace. */
const GRACE_SLACK_MS = 1000;

export class ResourceQuotas extends KeyedController {
  readonly #quotas: Store<ResourceQuota>;
  readonly #kinds: FollowedKinds;
  readonly #stores: readonly Store[];
  readonly #count: QuotaCounter;

  constructor(
    context: ControllerContext,
    {
      stores,
      kinds,
      count,
    }: { readonly stores: SharedStores; readonly kinds: FollowedKinds; readonly count: QuotaCounter },
  ) {
    super(context, 'resourcequota-controller');
    this.#kinds = kinds;
    this.#count = count;
    this.#quotas = stores.of<ResourceQuota>(RESOURCE_QUOTA, (before, after) => {
      // A change of the status is the server's, which adds what is about to come.
      if (after === undefined || isSemanticallyEqual(before?.spec, after.spec)) return;
      this.enqueue(after.metadata);
    });
    this.#stores = [
      stores.of<Pod>(POD, (before, after) => this.#podChanged(before, after)) as unknown as Store,
      stores.of(SERVICE, (before, after) => this.#specChanged(before, after)),
      stores.of<CountedClaim>(CLAIM, (before, after) => this.#claimChanged(before, after)) as unknown as Store,
    ];
    kinds.listen((_type, before, after) => {
      if (before !== undefined && after?.metadata.uid !== before.metadata.uid) this.#recount(before);
    });
  }

  protected async reconcile(name: ObjectName): Promise<number | undefined> {
    const quota = this.#quotas.get(name);
    if (quota === undefined) return undefined;
    const { hard = {} } = quota.spec ?? {};
    const counted = this.#count(quota, {
      list: (resource, namespace) => this.#list(resource, namespace),
      isServed: ({ group, resource }) => this.#kinds.findByPlural(resource, group) !== undefined,
      now: new Date(this.context.clock.now()),
    });
    // What isn't counted here was counted by somebody else, or not at all.
    const before = Object.entries(quota.status?.used ?? {}).filter(([resource]) => Object.hasOwn(hard, resource));
    const used = { ...Object.fromEntries(before), ...counted };
    if (isSemanticallyEqual({ hard, used }, { hard: quota.status?.hard, used: quota.status?.used })) return RECOUNT_MS;
    try {
      await this.#quotas.replace({ ...quota, status: { hard, used } }, 'status');
    } catch (error) {
      // The server let something in since: counted with it, the quota may be right.
      if (!hasCode(error, 'ApiConflict')) throw error;
      await this.#quotas.refresh(quota.metadata);
      return 0;
    }
    return RECHECK_MS;
  }

  #list({ group, resource }: CountedResource, namespace: string): readonly KubeObject[] {
    const full = this.#stores.find(({ type }) => type.plural === resource && type.group === group);
    if (full !== undefined) return full.inNamespace(namespace);
    const type = this.#kinds.findByPlural(resource, group);
    return type === undefined ? [] : this.#kinds.list(type, namespace);
  }

  #podChanged(before: Pod | undefined, after: Pod | undefined): void {
    if (before === undefined) return;
    const isOver = after === undefined || (isFinished(after) && !isFinished(before));
    if (isOver || !isSemanticallyEqual(before.spec, after.spec)) this.#recount(before);
    if (after?.metadata.deletionTimestamp === undefined || before.metadata.deletionTimestamp !== undefined) return;
    const { deletionTimestamp } = after.metadata;
    const { deletionGracePeriodSeconds = 0 } = after.metadata as { readonly deletionGracePeriodSeconds?: number };
    const over = Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000 - this.context.clock.now();
    this.#recount(after, Math.max(0, over) + GRACE_SLACK_MS);
  }

  #specChanged(before: KubeObject | undefined, after: KubeObject | undefined): void {
    if (before === undefined) return;
    if (after === undefined || !isSemanticallyEqual(before.spec, after.spec)) this.#recount(before);
  }

  /** A claim counts by what it was given, and under the classes that it has, had and is to have. */
  #claimChanged(before: CountedClaim | undefined, after: CountedClaim | undefined): void {
    if (before === undefined) return;
    const isSame = after !== undefined && isSemanticallyEqual(countedParts(before), countedParts(after));
    if (!isSame) this.#recount(before);
  }

  #recount({ metadata }: KubeObject, delayMs = 0): void {
    const { namespace } = metadata;
    if (namespace === undefined) return;
    for (const quota of this.#quotas.inNamespace(namespace)) this.enqueue(quota.metadata, delayMs);
  }
}

function countedParts({ spec, status }: CountedClaim): readonly unknown[] {
  const { allocatedResources, currentVolumeAttributesClassName, modifyVolumeStatus } = status ?? {};
  return [
    spec,
    allocatedResources,
    currentVolumeAttributesClassName,
    modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
}
