/**
 * Binds claims to volumes, and gives up volumes whose claims are gone. What is to be provisioned is left to the class's
 * provisioner, which is told of it by an annotation.
 *
 * A volume is bound first and its claim after it, each step so that it can be gone on with where it broke off.
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#lifecycle-of-a-volume-and-claim
 */
import type { KubeObject, ObjectName } from '../../../api/object';
import type { ControllerContext } from '../controller-context';
import { KeyedController, keyOf } from '../keyed-controller';
import { claimsOf, isFinished, type Pod } from '../pods/pod';
import { CLAIM, POD, STORAGE_CLASS, VOLUME } from '../resource-types';
import { isSemanticallyEqual } from '../semantic-equality';
import type { SharedStores } from '../shared-stores';
import type { Store } from '../store';
import {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  type Claim,
  type ClaimReference,
  classNameOf,
  defaultClass,
  findVolumeFor,
  hasAnnotation,
  hasSameMode,
  isFor,
  mismatch,
  PROVISIONED_BY,
  SELECTED_NODE,
  type StorageClass,
  saysClass,
  type Volume,
} from './volume';

const PROVISIONERS = ['volume.beta.kubernetes.io/storage-provisioner', 'volume.kubernetes.io/storage-provisioner'];
const MIGRATED_TO = 'pv.kubernetes.io/migrated-to';
/** Provisioners that were part of Kubernetes; none is left. */
const IN_TREE = 'kubernetes.io/';

export class VolumeBinding extends KeyedController {
  readonly #claims: Store<Claim>;
  readonly #volumes: Store<Volume>;
  readonly #classes: Store<StorageClass>;
  readonly #pods: Store<Pod>;
  /** Names of volumes that are nobody's, and keys of claims that wait for one, so that neither looks at all of the other. */
  readonly #free = new Set<string>();
  readonly #waiting = new Set<string>();
  /** Names of volumes by the key of the claim that they are for. */
  readonly #kept = new Map<string, Set<string>>();

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, 'persistentvolume-binder-controller');
    this.#claims = stores.of<Claim>(CLAIM, (before, after) => {
      const claim = after ?? before;
      if (claim === undefined) return;
      if (after !== undefined) this.enqueue(after.metadata);
      if (after !== undefined && isPending(after)) this.#waiting.add(keyOf(after.metadata));
      else this.#waiting.delete(keyOf(claim.metadata));
      const { volumeName = '' } = claim.spec;
      if (volumeName !== '') this.enqueue({ name: volumeName });
    });
    this.#volumes = stores.of<Volume>(VOLUME, (before, after) => this.#volumeChanged(before, after));
    this.#classes = stores.of<StorageClass>(STORAGE_CLASS, () => {
      for (const key of this.#waiting) this.work.add(key);
    });
    this.#pods = stores.of<Pod>(POD);
  }

  protected async reconcile(name: ObjectName): Promise<undefined> {
    if (name.namespace === undefined) {
      const volume = this.#volumes.get(name);
      if (volume !== undefined) await this.#lookAtVolume(volume);
      return;
    }
    const claim = this.#claims.get(name);
    if (claim === undefined) return;
    if (hasAnnotation(claim, BIND_COMPLETED)) await this.#lookAtBound(claim);
    else if ((claim.spec.volumeName ?? '') !== '') await this.#lookAtNamed(claim);
    else await this.#lookAtUnbound(claim);
  }

  #volumeChanged(before: Volume | undefined, after: Volume | undefined): void {
    const { name } = (after ?? before)?.metadata ?? { name: '' };
    for (const [volume, isThere] of [
      [before, false],
      [after, true],
    ] as const) {
      const { namespace, name: claim } = volume?.spec.claimRef ?? {};
      if (volume === undefined || namespace === undefined || claim === undefined) continue;
      const key = keyOf({ namespace, name: claim });
      this.#keep(key, name, isThere);
      this.work.add(key);
    }
    if (after !== undefined) this.enqueue({ name });
    const isFree = after?.status?.phase === 'Available' && after.spec.claimRef === undefined;
    const isNews = isFree !== this.#free.has(name) || before === undefined || after === undefined;
    if (isFree) this.#free.add(name);
    else this.#free.delete(name);
    // A claim may wait for this very volume, or for any.
    if (isNews) for (const key of this.#waiting) this.work.add(key);
  }

  #keep(key: string, volume: string, isKept: boolean): void {
    const names = this.#kept.get(key) ?? new Set();
    if (isKept) names.add(volume);
    else names.delete(volume);
    if (names.size === 0) this.#kept.delete(key);
    else this.#kept.set(key, names);
  }

  /** Volumes that are the claim's, or may become so. */
  *#candidates(claim: Claim): Iterable<Volume> {
    for (const names of [this.#kept.get(keyOf(claim.metadata)) ?? [], this.#free]) {
      for (const name of names) {
        const volume = this.#volumes.get({ name });
        if (volume !== undefined) yield volume;
      }
    }
  }

  /** A claim that names no volume gets one, or is left to the provisioner of its class. */
  async #lookAtUnbound(claim: Claim): Promise<void> {
    const storageClass = this.#classes.get({ name: classNameOf(claim) });
    const waitsForPod = storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
    const volume = findVolumeFor(claim, this.#candidates(claim), waitsForPod);
    if (volume !== undefined) return this.#bind(volume, claim);
    const standard = saysClass(claim) ? undefined : defaultClass(this.#classes.values());
    if (standard !== undefined) {
      await this.#claims.replace({ ...claim, spec: { ...claim.spec, storageClassName: standard.metadata.name } });
      return;
    }
    if (waitsForPod && !hasAnnotation(claim, SELECTED_NODE)) this.#tellWhatIsAwaited(claim);
    else if (classNameOf(claim) !== '') return this.#askProvisioner(claim, storageClass);
    else {
      const message = 'no persistent volumes available for this claim and no storage class is set';
      this.#tell(claim, 'Normal', 'FailedBinding', message);
    }
    await this.#say(claim, 'Pending');
  }

  async #lookAtNamed(claim: Claim): Promise<void> {
    const volume = this.#volumes.get({ name: claim.spec.volumeName ?? '' });
    if (volume === undefined) return this.#say(claim, 'Pending');
    if (volume.spec.claimRef === undefined) {
      const obstacle = mismatch(volume, claim);
      if (obstacle === undefined) return this.#bind(volume, claim);
      const message = `Cannot bind to requested volume "${volume.metadata.name}": ${obstacle}`;
      this.#tell(claim, 'Warning', 'VolumeMismatch', message);
      return this.#say(claim, 'Pending');
    }
    if (isFor(volume, claim)) return this.#bind(volume, claim);
    const message = `volume "${volume.metadata.name}" already bound to a different claim.`;
    this.#tell(claim, 'Warning', 'FailedBinding', message);
    if (!hasAnnotation(claim, BOUND_BY_CONTROLLER)) await this.#say(claim, 'Pending');
  }

  async #lookAtBound(claim: Claim): Promise<void> {
    const { volumeName = '' } = claim.spec;
    const volume = volumeName === '' ? undefined : this.#volumes.get({ name: volumeName });
    if (volumeName === '') {
      const message = 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!';
      return this.#sayLost(claim, 'ClaimLost', message);
    }
    if (volume === undefined) {
      return this.#sayLost(
        claim,
        'ClaimLost',
        'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
      );
    }
    const { claimRef } = volume.spec;
    if (claimRef === undefined || claimRef.uid === claim.metadata.uid) return this.#bind(volume, claim);
    const message = 'Two claims are bound to the same volume, this one is bound incorrectly';
    return this.#sayLost(claim, 'ClaimMisbound', message);
  }

  async #lookAtVolume(volume: Volume): Promise<void> {
    const { claimRef } = volume.spec;
    if ((claimRef?.uid ?? '') === '' || claimRef === undefined) return this.#sayPhase(volume, 'Available');
    const claim = await this.#claimOf(claimRef);
    if (claim === undefined) {
      const isSaid = volume.status?.phase === 'Released' || volume.status?.phase === 'Failed';
      if (!isSaid) await this.#sayPhase(volume, 'Released');
      return this.#reclaim(this.#volumes.get({ name: volume.metadata.name }) ?? volume);
    }
    const { volumeName = '' } = claim.spec;
    if (volumeName === volume.metadata.name) return this.#sayPhase(volume, 'Bound');
    if (volumeName === '') {
      if (hasSameMode(volume, claim)) this.enqueue(claim.metadata);
      else this.#tellOfModes(volume, claim);
      return;
    }
    // The claim has another volume by now.
    if (hasAnnotation(volume, PROVISIONED_BY) && volume.spec.persistentVolumeReclaimPolicy === 'Delete') {
      await this.#sayPhase(volume, 'Released');
      return this.#reclaim(volume);
    }
    await this.#unbind(volume);
  }

  /** The very claim that a volume is for; asked for where it isn't known, since its volume would be given up. */
  async #claimOf({ namespace = '', name = '', uid }: ClaimReference): Promise<Claim | undefined> {
    const known = this.#claims.get({ namespace, name });
    if (known?.metadata.uid === uid) return known;
    const live = await this.#claims.refresh({
      namespace,
      name,
      ...(known?.metadata.uid === undefined ? {} : { uid: known.metadata.uid }),
    });
    return live?.metadata.uid === uid ? live : undefined;
  }

  async #bind(volume: Volume, claim: Claim): Promise<void> {
    const bound = await this.#bindVolume(volume, claim);
    await this.#sayPhase(bound, 'Bound');
    const isNamed = claim.spec.volumeName === volume.metadata.name;
    let next = claim;
    if (!isNamed || !hasAnnotation(claim, BIND_COMPLETED)) {
      const { annotations } = claim.metadata;
      next = await this.#claims.replace({
        ...claim,
        metadata: {
          ...claim.metadata,
          annotations: {
            ...annotations,
            ...(isNamed ? {} : { [BOUND_BY_CONTROLLER]: 'yes' }),
            [BIND_COMPLETED]: 'yes',
          },
        },
        spec: { ...claim.spec, volumeName: volume.metadata.name },
      });
    }
    await this.#sayBound(next, bound);
  }

  async #bindVolume(volume: Volume, claim: Claim): Promise<Volume> {
    const { claimRef } = volume.spec;
    if (isFor(volume, claim) && claimRef?.uid === claim.metadata.uid) return volume;
    const { namespace, name, uid, resourceVersion } = claim.metadata;
    const annotations = {
      ...volume.metadata.annotations,
      ...(isFor(volume, claim) ? {} : { [BOUND_BY_CONTROLLER]: 'yes' }),
    };
    const reference: object = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      namespace,
      name,
      uid,
      resourceVersion,
    };
    return this.#volumes.replace({
      ...volume,
      metadata: { ...volume.metadata, annotations },
      spec: { ...volume.spec, claimRef: reference },
    });
  }

  /** A volume that was kept for a claim by its maker stays so; one that was chosen here is free again. */
  async #unbind(volume: Volume): Promise<void> {
    const { [BOUND_BY_CONTROLLER]: chosen, ...annotations } = volume.metadata.annotations ?? {};
    const { claimRef, ...spec } = volume.spec;
    const { uid: _uid, ...kept } = claimRef ?? {};
    const freed = await this.#volumes.replace({
      ...volume,
      metadata: { ...volume.metadata, annotations },
      spec: chosen === undefined ? { ...spec, claimRef: kept } : spec,
    });
    await this.#sayPhase(freed, 'Available');
  }

  /** What a provisioner made, it removes; of what nobody made, nobody knows how. */
  async #reclaim(volume: Volume): Promise<void> {
    const { persistentVolumeReclaimPolicy: policy = 'Retain', csi } = volume.spec;
    if (policy === 'Retain' || hasAnnotation(volume, MIGRATED_TO)) return;
    const { name } = volume.metadata;
    if (policy === 'Recycle') {
      return this.#sayFailed(volume, 'VolumeFailedRecycle', 'No recycler plugin found for the volume!');
    }
    const provisioner = volume.metadata.annotations?.[PROVISIONED_BY] ?? '';
    if (csi !== undefined || (provisioner !== '' && !provisioner.startsWith(IN_TREE))) return;
    const message = `error getting deleter volume plugin for volume "${name}": no deletable volume plugin matched`;
    return this.#sayFailed(volume, 'VolumeFailedDelete', message);
  }

  async #askProvisioner(claim: Claim, storageClass: StorageClass | undefined): Promise<void> {
    if (storageClass === undefined) {
      const message = `storageclass.storage.k8s.io "${classNameOf(claim)}" not found`;
      this.#tell(claim, 'Warning', 'ProvisioningFailed', message);
      return;
    }
    const { provisioner } = storageClass;
    if (provisioner.startsWith(IN_TREE)) {
      this.#tell(claim, 'Warning', 'ProvisioningFailed', `no volume plugin matched name: ${provisioner}`);
      return;
    }
    if (PROVISIONERS.some((annotation) => claim.metadata.annotations?.[annotation] !== provisioner)) {
      const asked = Object.fromEntries(PROVISIONERS.map((annotation) => [annotation, provisioner]));
      const annotations = { ...claim.metadata.annotations, ...asked };
      await this.#claims.replace({ ...claim, metadata: { ...claim.metadata, annotations } });
    }
    const message =
      `Waiting for a volume to be created either by the external provisioner '${provisioner}' ` +
      'or manually by the system administrator. If volume creation is delayed, please verify that ' +
      'the provisioner is running and correctly registered.';
    this.#tell(claim, 'Normal', 'ExternalProvisioning', message);
  }

  #tellWhatIsAwaited(claim: Claim): void {
    const { name, namespace = '' } = claim.metadata;
    const pods = this.#pods
      .inNamespace(namespace)
      .filter((pod) => !isFinished(pod) && (pod.spec.nodeName ?? '') === '' && claimsOf(pod).includes(name))
      .map(({ metadata }) => metadata.name);
    if (pods.length === 0) {
      const message = 'waiting for first consumer to be created before binding';
      this.#tell(claim, 'Normal', 'WaitForFirstConsumer', message);
      return;
    }
    const message = `waiting for ${pods.length > 1 ? 'pods' : 'pod'} ${pods.join(',')} to be scheduled`;
    this.#tell(claim, 'Normal', 'WaitForPodScheduled', message);
  }

  #tellOfModes(volume: Volume, claim: Claim): void {
    const ofClaim = `Cannot bind PersistentVolume to requested PersistentVolumeClaim "${claim.metadata.name}" due to incompatible volumeMode.`;
    this.#tell(volume, 'Warning', 'VolumeMismatch', ofClaim);
    const ofVolume = `Cannot bind PersistentVolume "${volume.metadata.name}" to requested PersistentVolumeClaim due to incompatible volumeMode.`;
    this.#tell(claim, 'Warning', 'VolumeMismatch', ofVolume);
  }

  async #sayBound(claim: Claim, volume: Volume): Promise<void> {
    const { status } = claim;
    const isNew = status?.phase !== 'Bound';
    const { accessModes, capacity, volumeAttributesClassName } = volume.spec;
    const next = {
      ...status,
      phase: 'Bound',
      ...(accessModes === undefined ? {} : { accessModes }),
      // A bound claim grows by its provisioner.
      ...(isNew && capacity !== undefined ? { capacity } : {}),
      ...(status?.phase === 'Pending' && volumeAttributesClassName !== undefined
        ? { currentVolumeAttributesClassName: volumeAttributesClassName }
        : {}),
    };
    if (!isSemanticallyEqual(status, next)) await this.#claims.replace({ ...claim, status: next }, 'status');
  }

  async #say(claim: Claim, phase: string): Promise<void> {
    const {
      accessModes: _modes,
      capacity: _capacity,
      currentVolumeAttributesClassName: _class,
      ...status
    } = claim.status ?? {};
    const next = { ...status, phase };
    if (!isSemanticallyEqual(claim.status, next)) await this.#claims.replace({ ...claim, status: next }, 'status');
  }

  async #sayLost(claim: Claim, reason: string, message: string): Promise<void> {
    if (claim.status?.phase === 'Lost') return;
    await this.#say(claim, 'Lost');
    this.#tell(claim, 'Warning', reason, message);
  }

  async #sayPhase(volume: Volume, phase: string): Promise<void> {
    if (volume.status?.phase === phase) return;
    const { message: _before, ...status } = volume.status ?? {};
    await this.#volumes.replace({ ...volume, status: { ...status, phase } }, 'status');
  }

  async #sayFailed(volume: Volume, reason: string, message: string): Promise<void> {
    if (volume.status?.phase === 'Failed') return;
    await this.#volumes.replace({ ...volume, status: { ...volume.status, phase: 'Failed', message } }, 'status');
    this.#tell(volume, 'Warning', reason, message);
  }

  #tell(object: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.context.events.record('persistentvolume-controller', object, { type, reason, message });
  }
}

function isPending(claim: Claim): boolean {
  return claim.status?.phase !== 'Bound' && !hasAnnotation(claim, BIND_COMPLETED);
}
