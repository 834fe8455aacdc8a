/** Addresses of simulated pods: each pod one of its own, from 10.88.0.0/16. They are text; nothing is routed to them. */
export class PodAddresses {
  readonly #byPod = new Map<string, string>();
  readonly #taken = new Set<string>();
  #last = 0;

  /** The address that the pod with this UID has, or gets now. */
  of(uid: string): string {
    return this.#byPod.get(uid) ?? this.take(uid, this.#next());
  }

  /** Notes the address that a pod has already. */
  take(uid: string, address: string): string {
    this.release(uid);
    this.#byPod.set(uid, address);
    this.#taken.add(address);
    return address;
  }

  /** The pod is gone. */
  release(uid: string): void {
    const address = this.#byPod.get(uid);
    if (address === undefined) return;
    this.#byPod.delete(uid);
    this.#taken.delete(address);
  }

  /** Goes round, so that the address of a pod just gone isn't given out again at once. */
  #next(): string {
    let address: string;
    do {
      this.#last = (this.#last % LAST_HOST) + 1;
      address = `10.88.${String(this.#last >> 8)}.${String(this.#last & 0xff)}`;
    } while (this.#taken.has(address) && this.#taken.size < LAST_HOST);
    return address;
  }
}

/** 10.88.255.253: the two above are the node's and the broadcast's. */
const LAST_HOST = 0xfffd;
