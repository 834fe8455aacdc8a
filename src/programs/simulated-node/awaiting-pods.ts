/** Which pods wait for a node, by the claims that they mount: a claim concerns them, and may wait for the first of them. */
import type { ObjectName } from '../../api/object';
import { claimsOf, type Pod } from './pod';
import { awaitsScheduling } from './scheduling';

/** Kept up to date by `changed`. */
export class AwaitingPods {
  /** Names of pods by `namespace/claim`. */
  readonly #byClaim = new Map<string, Set<string>>();

  /** To be called for every change of a pod. */
  changed(before: Pod | undefined, after: Pod | undefined): void {
    for (const key of awaitedClaims(before)) {
      const pods = this.#byClaim.get(key);
      pods?.delete(before?.metadata.name ?? '');
      if (pods?.size === 0) this.#byClaim.delete(key);
    }
    for (const key of awaitedClaims(after)) {
      const pods = this.#byClaim.get(key) ?? new Set();
      pods.add(after?.metadata.name ?? '');
      this.#byClaim.set(key, pods);
    }
  }

  /** The pods that wait for a node and mount the claim. */
  of({ namespace, name }: ObjectName): readonly ObjectName[] {
    const pods = this.#byClaim.get(keyOf(namespace, name)) ?? [];
    return [...pods].map((pod) => (namespace === undefined ? { name: pod } : { namespace, name: pod }));
  }
}

function awaitedClaims(pod: Pod | undefined): readonly string[] {
  if (pod === undefined || !awaitsScheduling(pod)) return [];
  return claimsOf(pod).map((claim) => keyOf(pod.metadata.namespace, claim));
}

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}
