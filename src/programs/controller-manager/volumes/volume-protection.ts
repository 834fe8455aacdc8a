/**
 * Holds claims that pods use, and volumes that are bound, until they are so no longer.
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection
 */
import type { KubeObject, ObjectName } from '../../../api/object';
import type { ControllerContext } from '../controller-context';
import { KeyedController } from '../keyed-controller';
import { controllerOf } from '../ownership';
import { isFinished, type Pod } from '../pods/pod';
import { CLAIM, POD, VOLUME } from '../resource-types';
import type { SharedStores } from '../shared-stores';
import type { Store } from '../store';
import type { Claim, Volume } from './volume';

const CLAIM_FINALIZER = 'kubernetes.io/pvc-protection';
const VOLUME_FINALIZER = 'kubernetes.io/pv-protection';

export class VolumeProtection extends KeyedController {
  readonly #claims: Store<Claim>;
  readonly #volumes: Store<Volume>;

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, 'persistentvolume-protection-controller');
    this.#claims = stores.of<Claim>(CLAIM, (_before, after) => {
      if (after !== undefined) this.enqueue(after.metadata);
    });
    this.#volumes = stores.of<Volume>(VOLUME, (_before, after) => {
      if (after !== undefined) this.enqueue({ name: after.metadata.name });
    });
    stores.of<Pod>(POD, (before, after) => {
      const pod = after ?? before;
      const { namespace = '' } = pod?.metadata ?? {};
      if (after !== undefined && !isFinished(after)) return;
      for (const name of pod === undefined ? [] : mounted(pod)) this.enqueue({ namespace, name });
    });
  }

  protected async reconcile(name: ObjectName): Promise<undefined> {
    if (name.namespace === undefined) {
      const volume = this.#volumes.get(name);
      if (volume === undefined) return;
      await this.#protect(this.#volumes, volume, {
        finalizer: VOLUME_FINALIZER,
        isUsed: () => Promise.resolve(volume.status?.phase === 'Bound'),
      });
      return;
    }
    const claim = this.#claims.get(name);
    if (claim === undefined) return;
    await this.#protect(this.#claims, claim, { finalizer: CLAIM_FINALIZER, isUsed: () => this.#isMounted(claim) });
  }

  async #protect<T extends KubeObject>(
    store: Store<T>,
    object: T,
    { finalizer, isUsed }: { readonly finalizer: string; readonly isUsed: () => Promise<boolean> },
  ): Promise<void> {
    const { finalizers = [], deletionTimestamp, resourceVersion } = object.metadata;
    const isHeld = finalizers.includes(finalizer);
    if (deletionTimestamp === undefined) {
      if (!isHeld) await store.patch(object, { metadata: { resourceVersion, finalizers: [...finalizers, finalizer] } });
    } else if (isHeld && !(await isUsed())) {
      const left = finalizers.filter((name) => name !== finalizer);
      await store.patch(object, { metadata: { resourceVersion, finalizers: left } });
    }
  }

  /** The API itself is asked: a pod may have come that wasn't seen yet, and data would be lost. */
  async #isMounted(claim: Claim): Promise<boolean> {
    const { namespace = '', name } = claim.metadata;
    const { items } = await this.context.cluster.list(POD, { namespace });
    return (items as readonly Pod[]).some((pod) => (pod.spec.nodeName ?? '') !== '' && isMountedBy(claim, pod, name));
  }
}

function isMountedBy(claim: Claim, pod: Pod, name: string): boolean {
  return (pod.spec.volumes ?? []).some((volume) => {
    if (volume.persistentVolumeClaim !== undefined) return volume.persistentVolumeClaim.claimName === name;
    const isOwn = controllerOf(claim.metadata)?.uid === pod.metadata.uid;
    return (
      isOwn && !isFinished(pod) && volume.ephemeral !== undefined && `${pod.metadata.name}-${volume.name}` === name
    );
  });
}

function mounted({ metadata, spec }: Pod): readonly string[] {
  return (spec.volumes ?? []).map(
    ({ name, persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? `${metadata.name}-${name}`,
  );
}
