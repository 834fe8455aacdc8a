/** Events about objects, as the cluster keeps them for a while. */
import type { KubeObject } from '../../api/object';
import { hasCode } from '../../errors';
import type { Cluster } from '../../ports/cluster';
import { textAt } from '../text-at';

const EVENT = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true } as const;

export interface EventRow {
  /** RFC 3339; empty where the event has no time. */
  readonly at: string;
  readonly type: string;
  readonly reason: string;
  /** `Pod/thesis-0`. */
  readonly about: string;
  readonly message: string;
}

/** Events shown of one environment. */
const EVENTS_MAX = 15;

/** The latest events about any of these objects of one namespace, oldest first. Empty where they may not be read. */
export async function eventsOf(objects: readonly KubeObject[], cluster: Cluster): Promise<readonly EventRow[]> {
  const namespace = objects.find(({ metadata }) => metadata.namespace !== undefined)?.metadata.namespace;
  if (namespace === undefined) return [];
  const uids = new Set(objects.flatMap(({ metadata }) => metadata.uid ?? []));
  try {
    const { items } = await cluster.list(EVENT, { namespace });
    return items
      .filter((event) => uids.has(textAt(event, ['involvedObject', 'uid'])))
      .map(eventRow)
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
      .slice(-EVENTS_MAX);
  } catch (error) {
    if (hasCode(error, 'ApiForbidden')) return [];
    throw error;
  }
}

/** The row of an event; of its times the latest one that it has. */
function eventRow(event: KubeObject): EventRow {
  const times = [['series', 'lastObservedTime'], ['lastTimestamp'], ['eventTime'], ['metadata', 'creationTimestamp']];
  const kind = textAt(event, ['involvedObject', 'kind']);
  return {
    at: times.map((path) => textAt(event, path)).find((time) => time !== '') ?? '',
    type: textAt(event, ['type']),
    reason: textAt(event, ['reason']),
    about: `${kind}/${textAt(event, ['involvedObject', 'name'])}`,
    message: textAt(event, ['message']),
  };
}
