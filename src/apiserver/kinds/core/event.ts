/**
 * Events, of the core group and of `events.k8s.io`, which is stricter.
 *
 * The core group lets nearly everything pass: it is told by programs older than the rules.
 */
import type { JsonObject, JsonValue } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type FieldError, invalidField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { isSameValue, jsonOf, numberAt, objectAt, textAt } from '../json-members';
import type { KindFacts } from '../kind-facts';
import {
  addProblems,
  dnsSubdomainProblems,
  immutableErrors,
  isDnsSubdomainName,
  isPathSegmentName,
  qualifiedNameProblems,
} from '../metadata';
import { timeSince } from '../table-cells';
import { columnsOf } from './column-definitions';
import { metadataUpdateErrors } from './strategy-parts';

const SHORT_MAX = 128;
const NOTE_MAX = 1024;
const INVOLVED_OBJECT = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];
const STAYING = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'reason',
  'type',
  'eventTime',
  'action',
  'related',
  'reportingComponent',
  'reportingInstance',
];

/** Which of the two groups serves the event. Objects are those of the core group in either case. */
export type EventGroup = '' | 'events.k8s.io';

/** The strategy of events of a group. */
export function eventStrategy(group: EventGroup): Strategy {
  const isStrict = group === 'events.k8s.io';
  return {
    validateName: isStrict ? isDnsSubdomainName : isPathSegmentName,
    validate: (event) => [...looseErrors(jsonOf(event), group), ...(isStrict ? strictErrors(jsonOf(event)) : [])],
    validateUpdate: (next, old) => [
      ...looseErrors(jsonOf(next), group),
      ...(isStrict ? [...metadataUpdateErrors(next, old), ...changeErrors(jsonOf(next), jsonOf(old))] : []),
    ],
    createsOnUpdate: true,
    fields,
    fieldNames: [
      ...INVOLVED_OBJECT.map((key) => `involvedObject.${key}`),
      'reason',
      'reportingComponent',
      'source',
      'type',
    ],
  };
}

export const events: KindFacts = {
  strategy: eventStrategy(''),
  columns: columnsOf('events', {
    'Last Seen': lastSeen,
    Type: (event) => textAt(jsonOf(event), 'type'),
    Reason: (event) => textAt(jsonOf(event), 'reason'),
    Object: target,
    Subobject: (event) => textAt(involvedObject(event), 'fieldPath'),
    Source: source,
    Message: (event) => textAt(jsonOf(event), 'message').trim(),
    'First Seen': firstSeen,
    Count: (event) => {
      const series = objectAt(jsonOf(event), 'series');
      return series === undefined ? numberAt(jsonOf(event), 'count') || 1 : numberAt(series, 'count');
    },
  }),
};

function fields(event: KubeObject): Readonly<Record<string, string>> {
  const json = jsonOf(event);
  const object = involvedObject(event);
  const component = textAt(objectAt(json, 'source'), 'component');
  const controller = textAt(json, 'reportingComponent');
  return {
    ...Object.fromEntries(INVOLVED_OBJECT.map((key) => [`involvedObject.${key}`, textAt(object, key)])),
    reason: textAt(json, 'reason'),
    reportingComponent: controller,
    source: component === '' ? controller : component,
    type: textAt(json, 'type'),
  };
}

function involvedObject(event: KubeObject): JsonObject | undefined {
  return objectAt(jsonOf(event), 'involvedObject');
}

function isTimed(time: JsonValue | undefined): boolean {
  return typeof time === 'string' && time !== '';
}

function looseErrors(event: JsonObject, group: EventGroup): FieldError[] {
  const errors: FieldError[] = [];
  const namespace = textAt(objectAt(event, 'metadata'), 'namespace');
  const ofObject = textAt(objectAt(event, 'involvedObject'), 'namespace');
  const isNew = isTimed(event['eventTime']);
  const clusterNamespaces = isNew ? ['default', 'kube-system'] : ['', 'default'];
  const isInPlace = ofObject === '' ? clusterNamespaces.includes(namespace) : isNew || ofObject === namespace;
  if (!isInPlace) {
    errors.push(invalidField('involvedObject.namespace', ofObject, 'does not match event.namespace'));
  }
  if (isNew) addReporterErrors(errors, event, group);
  addProblems(errors, 'namespace', namespace, dnsSubdomainProblems(namespace));
  return errors;
}

function addReporterErrors(errors: FieldError[], event: JsonObject, group: EventGroup): void {
  const reporter = textAt(event, 'reportingComponent');
  const reporterPath = group === '' ? 'reportingComponent' : 'reportingController';
  if (reporter === '') errors.push(requiredField(reporterPath));
  addProblems(errors, reporterPath, reporter, qualifiedNameProblems(reporter));
  for (const key of ['reportingInstance', 'action', 'reason']) {
    if (textAt(event, key) === '') errors.push(requiredField(key));
    addLengthErrors(errors, event, { key, maximum: SHORT_MAX });
  }
  addLengthErrors(errors, event, { key: 'message', maximum: NOTE_MAX });
}

function addLengthErrors(
  errors: FieldError[],
  event: JsonObject,
  { key, maximum }: { readonly key: string; readonly maximum: number },
): void {
  if (Buffer.byteLength(textAt(event, key)) > maximum) {
    errors.push(invalidField(key, '', `can have at most ${String(maximum)} characters`));
  }
}

function strictErrors(event: JsonObject): FieldError[] {
  const errors = seriesErrors(event);
  if (!isTimed(event['eventTime'])) errors.push(requiredField('eventTime'));
  const type = textAt(event, 'type');
  if (type !== 'Normal' && type !== 'Warning') errors.push(invalidField('type', '', `has invalid value: ${type}`));
  const unset = 'needs to be unset';
  for (const key of ['firstTimestamp', 'lastTimestamp']) {
    if (isTimed(event[key])) errors.push(invalidField(key, '', unset));
  }
  if (numberAt(event, 'count') !== 0) errors.push(invalidField('count', '', unset));
  const from = objectAt(event, 'source');
  if (textAt(from, 'component') !== '' || textAt(from, 'host') !== '') errors.push(invalidField('source', '', unset));
  return errors;
}

function seriesErrors(event: JsonObject): FieldError[] {
  const series = objectAt(event, 'series');
  if (series === undefined) return [];
  return [
    ...(numberAt(series, 'count') < 2 ? [invalidField('series.count', '', 'should be at least 2')] : []),
    ...(isTimed(series['lastObservedTime']) ? [] : [requiredField('series.lastObservedTime')]),
  ];
}

function changeErrors(next: JsonObject, old: JsonObject): FieldError[] {
  const isSameSeries = isSameValue(next['series'], old['series']);
  return [
    ...(isSameSeries ? [] : seriesErrors(next)),
    ...STAYING.flatMap((key) =>
      immutableErrors(next[key], old[key], key === 'reportingComponent' ? 'reportingController' : key),
    ),
  ];
}

function firstSeen(event: KubeObject, now: Date): string {
  const json = jsonOf(event);
  return timeSince(isTimed(json['firstTimestamp']) ? json['firstTimestamp'] : json['eventTime'], now);
}

function lastSeen(event: KubeObject, now: Date): string {
  const json = jsonOf(event);
  const series = objectAt(json, 'series');
  if (series !== undefined) return timeSince(series['lastObservedTime'], now);
  return isTimed(json['lastTimestamp']) ? timeSince(json['lastTimestamp'], now) : firstSeen(event, now);
}

function target(event: KubeObject): string {
  const object = involvedObject(event);
  const kind = textAt(object, 'kind').toLowerCase();
  const name = textAt(object, 'name');
  return name === '' ? kind : `${kind}/${name}`;
}

function source(event: KubeObject): string {
  const json = jsonOf(event);
  const from = objectAt(json, 'source');
  const component = textAt(from, 'component') || textAt(json, 'reportingComponent');
  const instance = textAt(from, 'host') || textAt(json, 'reportingInstance');
  return instance === '' ? component : `${component}, ${instance}`;
}
