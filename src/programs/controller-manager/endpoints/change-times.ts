/**
 * When what an object offers last changed, for those who measure how long news take: the time of the first of the changes that
 * are new since it was asked for.
 */
import { findCondition } from '../conditions';
import type { Pod } from '../pods/pod';
import type { Service } from './service';

/** Where the time stands. */
export const CHANGE_TIME_ANNOTATION = 'endpoints.kubernetes.io/last-change-trigger-time';

export class ChangeTimes {
  readonly #known = new Map<string, ReadonlyMap<string, string>>();

  /** RFC 3339; undefined where nothing is new. */
  next(service: Service, pods: readonly Pod[]): string | undefined {
    const key = service.metadata.uid ?? '';
    const before = this.#known.get(key);
    const times = new Map<string, string>();
    for (const { metadata, status } of pods) {
      const time = findCondition(status?.conditions, 'Ready')?.lastTransitionTime;
      if (time !== undefined) times.set(metadata.uid ?? '', time);
    }
    this.#known.set(key, times);
    const news = [...times].filter(([uid, time]) => time > (before?.get(uid) ?? '')).map(([, time]) => time);
    const { creationTimestamp } = service.metadata;
    if (before === undefined && creationTimestamp !== undefined) news.push(creationTimestamp);
    return news.sort()[0];
  }

  forget(uid: string): void {
    this.#known.delete(uid);
  }
}
