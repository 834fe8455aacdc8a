/**
 * A simulated node: a client of the API like any other, which moves pods and claims through their lives where there is no
 * kubelet. It registers as a Node, assigns pods to itself, says of them what a kubelet would say, and provisions claims whose
 * class it serves. No container runs and nothing is stored; what it made ready carries the annotation `adrasteia.dev/simulated`.
 *
 * One `Mirror` per kind knows what is there, pure functions (`scheduling`, `pod-life`, `claim`) say the next step of each object,
 * and a `Pacer` per kind does the steps at their time. Everything follows from what the API holds, so that it may stop at
 * any point and go on later. Workloads and the binding of claims are left to the cluster's own controllers.
 *
 * Rights that it needs: nodes, leases in kube-node-lease, pods, claims, volumes and their status to read and write;
 * storage classes to read; bindings to create.
 */
import type { ObjectName } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import type { Clock } from '../../ports/clock';
import type { Cluster } from '../../ports/cluster';
import type { Logger } from '../../ports/logger';
import type { FollowedObjects, FollowObjects, ObjectListener } from '../followed-objects';
import { Mirror } from '../mirror';
import { PodAddresses } from './addresses';
import { AwaitingPods } from './awaiting-pods';
import { type Claim, claimStep, type StorageClass, type Volume, volumeStep } from './claim';
import { Heartbeat } from './heartbeat';
import { type ResolvedOptions, resolveOptions, type SimulatedNodeOptions } from './options';
import { Pacer } from './pacer';
import { perform } from './perform';
import { claimsOf, type Pod } from './pod';
import { podLifeStep } from './pod-life';
import { CLAIM, POD, STORAGE_CLASS, VOLUME } from './resource-types';
import { awaitsScheduling, schedulingStep } from './scheduling';
import type { Step } from './step';

/** The cluster that gets the node, and by what clock it lives. */
export interface SimulatedNodeProps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  readonly options?: SimulatedNodeOptions;
  /** Where somebody else in this process keeps copies of all kinds, and begins before this node. Default: it keeps its own. */
  readonly follow?: FollowObjects;
}

/** One simulated node. Two of the same name may run for a while, as at a restart: conflicts are tried again. */
export class SimulatedNode {
  readonly #cluster: Cluster;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #options: ResolvedOptions;
  readonly #heartbeat: Heartbeat;
  readonly #addresses = new PodAddresses();
  readonly #stopping = new AbortController();
  readonly #pods: FollowedObjects;
  readonly #claims: FollowedObjects;
  readonly #volumes: FollowedObjects;
  readonly #classes: FollowedObjects;
  /** What it keeps itself. */
  readonly #mirrors: Mirror[] = [];
  readonly #awaitingPods = new AwaitingPods();
  readonly #podPacer: Pacer;
  readonly #claimPacer: Pacer;
  readonly #volumePacer: Pacer;
  /** Until every kind is listed, an absence means nothing. */
  #isListed = false;
  #following: Promise<unknown> = Promise.resolve();

  constructor({ cluster, clock, log, options = {}, follow }: SimulatedNodeProps) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#log = log;
    this.#options = resolveOptions(options);
    this.#heartbeat = new Heartbeat({ cluster, clock, log, options: this.#options });
    const followed: FollowObjects = follow ?? ((type, listener) => this.#mirror(type, listener));
    this.#pods = followed(POD, (before, after) =>
      this.#podChanged(before as Pod | undefined, after as Pod | undefined),
    );
    this.#claims = followed(CLAIM, (before, after) => this.#claimChanged((after ?? before) as Claim));
    this.#volumes = followed(VOLUME, (before, after) => this.#volumeChanged((after ?? before) as Volume));
    this.#classes = followed(STORAGE_CLASS, () => this.#classChanged());
    this.#podPacer = this.#pacer(POD, (name) => this.#nextOfPod(name));
    this.#claimPacer = this.#pacer(CLAIM, (name) => this.#nextOfClaim(name));
    this.#volumePacer = this.#pacer(VOLUME, (name) => this.#nextOfVolume(name));
  }

  /**
   * Registers the node and begins. Returns when the node is ready and everything is listed; goes on in the background until
   * `stop`. Throws what the cluster throws where that isn't possible; afterwards, failures are logged and tried again.
   */
  async start(): Promise<void> {
    await this.#heartbeat.beat();
    await Promise.all(this.#mirrors.map((mirror) => mirror.fill()));
    this.#isListed = true;
    for (const { metadata } of this.#claims.values()) this.#claimPacer.consider(metadata);
    for (const { metadata } of this.#volumes.values()) this.#volumePacer.consider(metadata);
    for (const { metadata } of this.#pods.values()) this.#podPacer.consider(metadata);
    this.#following = Promise.all(this.#mirrors.map((mirror) => mirror.follow(this.#stopping.signal)));
    this.#heartbeat.start();
  }

  /** Ends all work and returns when none is under way. The Node stays, and is given up by the cluster if nobody returns. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(
      [this.#heartbeat, this.#podPacer, this.#claimPacer, this.#volumePacer].map((part) => part.stop()),
    );
    await this.#following;
  }

  #mirror(type: ResourceType, onChange: ObjectListener): Mirror {
    const mirror = new Mirror({ cluster: this.#cluster, clock: this.#clock, log: this.#log, type, onChange });
    this.#mirrors.push(mirror);
    return mirror;
  }

  #pacer(type: ResourceType, next: (name: ObjectName) => Step | undefined): Pacer {
    const { delays } = this.#options;
    return new Pacer({
      clock: this.#clock,
      log: this.#log,
      delays,
      type,
      next,
      perform: (step) => this.#perform(step),
    });
  }

  #podChanged(before: Pod | undefined, after: Pod | undefined): void {
    const { name: node } = this.#options;
    if (before?.metadata.uid !== after?.metadata.uid) this.#addresses.release(before?.metadata.uid ?? '');
    if (after?.spec.nodeName === node && after.status?.podIP !== undefined && after.spec.hostNetwork !== true) {
      this.#addresses.take(after.metadata.uid ?? '', after.status.podIP);
    }
    this.#awaitingPods.changed(before, after);
    const pod = after ?? before;
    if (!this.#isListed || pod === undefined) return;
    this.#podPacer.consider(pod.metadata);
    // A claim may wait for its first pod.
    if (after !== undefined && awaitsScheduling(after)) {
      for (const name of claimsOf(after)) this.#claimPacer.consider(inNamespaceOf(after, name));
    }
  }

  #claimChanged(claim: Claim): void {
    if (!this.#isListed) return;
    this.#claimPacer.consider(claim.metadata);
    for (const name of this.#awaitingPods.of(claim.metadata)) this.#podPacer.consider(name);
  }

  #volumeChanged(volume: Volume): void {
    if (!this.#isListed) return;
    this.#volumePacer.consider(volume.metadata);
    if (volume.spec.claimRef !== undefined) this.#claimPacer.consider(volume.spec.claimRef);
  }

  #classChanged(): void {
    if (!this.#isListed) return;
    for (const { metadata } of this.#claims.values()) this.#claimPacer.consider(metadata);
  }

  #nextOfPod(name: ObjectName): Step | undefined {
    const pod = this.#pods.get(name) as Pod | undefined;
    if (pod === undefined) return undefined;
    const now = new Date(this.#clock.now()).toISOString();
    const { name: nodeName, labels, brokenImages } = this.#options;
    if (pod.spec.nodeName === nodeName) {
      return podLifeStep(pod, { nodeName, brokenImages, now, address: this.#addresses.of(pod.metadata.uid ?? '') });
    }
    const findClaim = (namespace: string, claim: string): Claim | undefined =>
      this.#claims.get({ namespace, name: claim }) as Claim | undefined;
    return schedulingStep(pod, { node: { name: nodeName, labels }, findClaim, now });
  }

  #nextOfClaim(name: ObjectName): Step | undefined {
    const claim = this.#claims.get(name) as Claim | undefined;
    if (claim === undefined) return undefined;
    return claimStep(claim, {
      findClass: (className) => this.#classes.get({ name: className }) as StorageClass | undefined,
      findVolume: (volumeName) => this.#volumes.get({ name: volumeName }) as Volume | undefined,
      isWanted: (wanted) => this.#awaitingPods.of(wanted.metadata).length > 0,
    });
  }

  #nextOfVolume(name: ObjectName): Step | undefined {
    const volume = this.#volumes.get(name) as Volume | undefined;
    return volume === undefined ? undefined : volumeStep(volume);
  }

  /** The outcome is taken in before the watch brings it, so that the next step is made of what is true. */
  async #perform({ action }: Step): Promise<void> {
    const { type, name, object } = await perform(this.#cluster, action);
    const mirror = this.#mirrorOf(type);
    if (object === undefined) mirror.drop(name);
    else mirror.take(object);
  }

  #mirrorOf(type: ResourceType): FollowedObjects {
    switch (type) {
      case POD:
        return this.#pods;
      case CLAIM:
        return this.#claims;
      default:
        return this.#volumes;
    }
  }
}

function inNamespaceOf({ metadata: { namespace } }: Pod, name: string): ObjectName {
  return namespace === undefined ? { name } : { namespace, name };
}
