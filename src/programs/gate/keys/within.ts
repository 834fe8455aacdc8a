import type { Clock } from '../../../ports/clock';

/** What a promise gives, or something else where it takes longer than this. A sidecar waits only so long for the gate. */
export function within<T>(clock: Clock, limitMs: number, promise: Promise<T>, otherwise: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(limitMs, () => {
      resolve(otherwise);
    });
    promise.then(resolve, reject).finally(cancel);
  });
}
