/** Makes, mends and deletes the pods and claims of StatefulSets, and tells of it in the set's events. */
import type { KubeObject, Manifest } from '../../../api/object';
import { AdrasteiaError, hasCode } from '../../../errors';
import type { EventRecorder } from '../event-recorder';
import type { Pod } from '../pods/pod';
import { refusalMessage } from '../refusal';
import type { Store } from '../store';
import { changedOwners, hasConflictingController, isStale } from './claim-retention';
import { claimManifests, claimNames, hasIdentity, identityLabels, identityOf, type StatefulSet } from './stateful-set';

type Verb = 'create' | 'update' | 'delete';

export class StatefulPods {
  readonly #pods: Store<Pod>;
  readonly #claims: Store;
  readonly #events: EventRecorder;

  constructor(options: { readonly pods: Store<Pod>; readonly claims: Store; readonly events: EventRecorder }) {
    this.#pods = options.pods;
    this.#claims = options.claims;
    this.#events = options.events;
  }

  /** Makes the claims that are missing, then the pod. */
  async create(set: StatefulSet, manifest: Manifest): Promise<Pod> {
    const { ordinal } = identityOf(manifest);
    try {
      await this.#createClaims(set, ordinal);
      const pod = await this.#pods.create(manifest);
      await this.#setClaimOwners(set, pod);
      this.#tell(set, 'create', manifest.metadata.name);
      return pod;
    } catch (error) {
      if (!hasCode(error, 'ApiAlreadyExists')) this.#tell(set, 'create', manifest.metadata.name, error);
      throw error;
    }
  }

  /** Makes the claims that a pod waits for. */
  async provide(set: StatefulSet, pod: Pod): Promise<void> {
    await this.#createClaims(set, identityOf(pod).ordinal);
    await this.#setClaimOwners(set, pod);
  }

  /** Has the pod be called, and its claims be owned, as they should. */
  async mend(set: StatefulSet, pod: Pod): Promise<void> {
    const isNamed = hasIdentity(set, pod);
    const areOwned = this.#claimsOf(set, pod).every((claim) => changedOwners(claim, { set, pod }) === undefined);
    if (isNamed && areOwned) return;
    try {
      if (!isNamed) {
        const labels = identityLabels(set, identityOf(pod).ordinal);
        await this.#pods.patch(pod, { metadata: { labels } });
      }
      await this.#setClaimOwners(set, pod);
      this.#tell(set, 'update', pod.metadata.name);
    } catch (error) {
      this.#tell(set, 'update', pod.metadata.name, error);
      throw error;
    }
  }

  /** Has the claims of a pod that is to go owned as they should be. */
  async releaseClaims(set: StatefulSet, pod: Pod): Promise<void> {
    await this.#setClaimOwners(set, pod);
  }

  async delete(set: StatefulSet, pod: Pod): Promise<void> {
    try {
      await this.#pods.delete(pod);
      this.#tell(set, 'delete', pod.metadata.name);
    } catch (error) {
      this.#tell(set, 'delete', pod.metadata.name, error);
      throw error;
    }
  }

  /** True where a claim of the pod to be is deleted with the one before. */
  isHeldBack(set: StatefulSet, name: string): boolean {
    const { ordinal } = identityOf({ metadata: { name } });
    return this.#claimsAt(set, ordinal).some((claim) => isStale(claim, set, name));
  }

  async #createClaims(set: StatefulSet, ordinal: number): Promise<void> {
    const failures: string[] = [];
    for (const manifest of claimManifests(set, ordinal)) {
      const { name } = manifest.metadata;
      const present = this.#claims.get(manifest.metadata);
      if (present?.metadata.deletionTimestamp !== undefined) failures.push(`pvc ${name} is being deleted`);
      if (present !== undefined) continue;
      const pod = `${set.metadata.name}-${String(ordinal)}`;
      try {
        await this.#claims.create(manifest);
        const message = `create Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name} success`;
        this.#record(set, 'Normal', 'SuccessfulCreate', message);
      } catch (error) {
        const reason = refusalMessage(error);
        failures.push(`failed to create PVC ${name}: ${reason}`);
        if (hasCode(error, 'ApiAlreadyExists')) continue;
        const message = `create Claim ${name} for Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${reason}`;
        this.#record(set, 'Warning', 'FailedCreate', message);
      }
    }
    if (failures.length === 0) return;
    const [first = ''] = failures;
    throw new AdrasteiaError('ApiConflict', failures.length === 1 ? first : `[${failures.join(', ')}]`);
  }

  async #setClaimOwners(set: StatefulSet, pod: KubeObject): Promise<void> {
    for (const claim of this.#claimsOf(set, pod)) {
      if (hasConflictingController(claim, { set, pod })) {
        const message = `PersistentVolumeClaim ${claim.metadata.name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
        this.#record(set, 'Warning', 'ConflictingController', message);
      }
      const ownerReferences = changedOwners(claim, { set, pod });
      if (ownerReferences === undefined) continue;
      const { resourceVersion } = claim.metadata;
      await this.#claims.patch(claim, { metadata: { resourceVersion, ownerReferences } });
    }
  }

  #claimsOf(set: StatefulSet, pod: KubeObject): readonly KubeObject[] {
    return this.#claimsAt(set, identityOf(pod).ordinal);
  }

  #claimsAt(set: StatefulSet, ordinal: number): readonly KubeObject[] {
    const { namespace = '' } = set.metadata;
    return [...claimNames(set, ordinal).values()]
      .map((name) => this.#claims.get({ namespace, name }))
      .filter((claim) => claim !== undefined);
  }

  #tell(set: StatefulSet, verb: Verb, pod: string, error?: unknown): void {
    const subject = `${verb} Pod ${pod} in StatefulSet ${set.metadata.name}`;
    const word = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
    if (error === undefined) this.#record(set, 'Normal', `Successful${word}`, `${subject} successful`);
    else this.#record(set, 'Warning', `Failed${word}`, `${subject} failed error: ${refusalMessage(error)}`);
  }

  #record(set: StatefulSet, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#events.record('statefulset-controller', set, { type, reason, message });
  }
}
