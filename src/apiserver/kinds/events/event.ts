/**
 * Events of `events.k8s.io`. They are stored as those of the core group, and a strategy sees them so; what is written
 * through this group is checked more closely, and selectors name members as this group does.
 * @see k8s.io/kubernetes/pkg/apis/events/v1/conversion.go, v1.34
 */
import type { Strategy } from '../../resources/resource';
import { eventStrategy as coreEventStrategy } from '../core';
import { jsonOf, objectAt, textAt } from '../json-members';

/** The members of a reference by which events are found. */
const REFERENCE_KEYS = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

export const eventStrategy: Strategy = {
  ...coreEventStrategy('events.k8s.io'),
  defaultPropagation: 'Unsupported',
  fieldNames: ['reason', 'reportingController', 'type', ...REFERENCE_KEYS.map((key) => `regarding.${key}`)],
  fields(event) {
    const object = jsonOf(event);
    const regarding = objectAt(object, 'involvedObject');
    return {
      ...Object.fromEntries(REFERENCE_KEYS.map((key) => [`regarding.${key}`, textAt(regarding, key)])),
      reason: textAt(object, 'reason'),
      reportingController: textAt(object, 'reportingComponent'),
      type: textAt(object, 'type'),
    };
  },
};
