/**
 * Events between the core group and `events.k8s.io`, which has other names for the same members.
 * @see k8s.io/kubernetes/pkg/apis/events/v1/conversion.go, v1.34
 */
import type { KubeObject } from '../../../api/object';
import { jsonOf } from '../json-members';

/** Each member of `events.k8s.io/v1` in the order that it has there, with its name in the core group. */
const MEMBERS: readonly (readonly [string, string])[] = [
  ['eventTime', 'eventTime'],
  ['series', 'series'],
  ['reportingController', 'reportingComponent'],
  ['reportingInstance', 'reportingInstance'],
  ['action', 'action'],
  ['reason', 'reason'],
  ['regarding', 'involvedObject'],
  ['related', 'related'],
  ['note', 'message'],
  ['type', 'type'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];

/** The order of members in the core group. */
const CORE_ORDER = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'type',
  'eventTime',
  'series',
  'action',
  'related',
  'reportingComponent',
  'reportingInstance',
];

/** What an event says even where it is nothing: what a Go server doesn't leave out, by the form that has it. */
const ALWAYS_THERE = {
  events: {
    eventTime: null,
    regarding: {},
    deprecatedSource: {},
    deprecatedFirstTimestamp: null,
    deprecatedLastTimestamp: null,
  },
  core: {
    involvedObject: {},
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: null,
    reportingComponent: '',
    reportingInstance: '',
  },
} as const;

/** An event of the core group as one of `events.k8s.io/v1`. */
export function eventFromCore(event: KubeObject): KubeObject {
  const object = jsonOf(event);
  const members = Object.fromEntries(
    MEMBERS.flatMap(([name, core]) => (isNothing(object[core]) ? [] : [[name, object[core]]])),
  );
  return ordered(
    event,
    'events.k8s.io/v1',
    MEMBERS.map(([name]) => name),
    { ...ALWAYS_THERE.events, ...members },
  );
}

/** An event of `events.k8s.io/v1` as one of the core group. */
export function eventToCore(event: KubeObject): KubeObject {
  const object = jsonOf(event);
  const members = Object.fromEntries(
    MEMBERS.flatMap(([name, core]) => (isNothing(object[name]) ? [] : [[core, object[name]]])),
  );
  return ordered(event, 'v1', CORE_ORDER, { ...ALWAYS_THERE.core, ...members });
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function ordered(
  { kind, metadata }: KubeObject,
  apiVersion: string,
  order: readonly string[],
  members: Readonly<Record<string, unknown>>,
): KubeObject {
  const present = order.filter((key) => members[key] !== undefined);
  return { kind, apiVersion, metadata, ...Object.fromEntries(present.map((key) => [key, members[key]])) };
}
