/**
 * CSI drivers, what nodes know of them, and what they have room for.
 * @see k8s.io/kubernetes/pkg/apis/storage/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type DraftObject, ensureObject } from '../../draft';
import { duplicateField, type FieldError, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { isTolerated } from '../checks/label-selectors';
import { nodeSelectorWarnings } from '../checks/node-labels';
import { addNegativeErrors, negativeQuantityErrors } from '../checks/numbers';
import { specOf } from '../checks/object-parts';
import { dropMembers } from '../checks/restore';
import { isSameValue, jsonOf, listAt, objectAt, optionalNumberAt, textAt, textsAt } from '../json-members';
import {
  addProblems,
  dnsSubdomainProblems,
  immutableErrors,
  labelSelectorErrors,
  qualifiedNameProblems,
} from '../metadata';
import { csiDriverNameErrors } from './class-parameters';

const GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const LIFECYCLE_MODES = ['Persistent', 'Ephemeral'];
const NODE_ID_MAX = 256;
const TOKEN_SECONDS_MIN = 600;
const TOKEN_SECONDS_MAX = 2 ** 32;
const IMMUTABLE = 'field is immutable';

export const csiDriverStrategy: Strategy = {
  generation: 'spec',
  updatesUnconditionally: false,
  setDefaults: setDriverDefaults,
  prepareForCreate(driver) {
    // The first change begins to count.
    delete ensureObject(driver, 'metadata')['generation'];
    dropDisabledMembers(driver, undefined);
  },
  prepareForUpdate: dropDisabledMembers,
  validate: (driver) => driverErrors(specOf(driver)),
  validateUpdate: (driver, old) => [
    ...driverErrors(specOf(driver)),
    ...immutableErrors(specOf(driver)['attachRequired'], specOf(old)['attachRequired'], 'spec.attachedRequired'),
    ...immutableErrors(
      specOf(driver)['volumeLifecycleModes'],
      specOf(old)['volumeLifecycleModes'],
      'spec.volumeLifecycleModes',
    ),
  ],
};

/** Members of features that are off by default. */
const DISABLED = ['seLinuxMount', 'nodeAllocatableUpdatePeriodSeconds'];

function dropDisabledMembers(driver: DraftObject, old: KubeObject | undefined): void {
  const spec = ensureObject(driver, 'spec');
  dropMembers(
    spec,
    DISABLED.filter((key) => old === undefined || specOf(old)[key] === undefined),
  );
}

function setDriverDefaults(driver: DraftObject): void {
  const spec = ensureObject(driver, 'spec');
  spec['attachRequired'] ??= true;
  spec['podInfoOnMount'] ??= false;
  spec['storageCapacity'] ??= false;
  spec['fsGroupPolicy'] ??= 'ReadWriteOnceWithFSType';
  const modes = spec['volumeLifecycleModes'];
  if (!Array.isArray(modes) || modes.length === 0) spec['volumeLifecycleModes'] = ['Persistent'];
  spec['requiresRepublish'] ??= false;
}

function driverErrors(spec: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const policy = textAt(spec, 'fsGroupPolicy');
  if (spec['fsGroupPolicy'] !== undefined && !GROUP_POLICIES.includes(policy)) {
    errors.push(notSupportedField('spec.fsGroupPolicy', policy, GROUP_POLICIES));
  }
  errors.push(...tokenErrors(spec));
  for (const mode of textsAt(spec, 'volumeLifecycleModes')) {
    if (!LIFECYCLE_MODES.includes(mode)) {
      errors.push(notSupportedField('spec.volumeLifecycleModes', mode, LIFECYCLE_MODES));
    }
  }
  const period = optionalNumberAt(spec, 'nodeAllocatableUpdatePeriodSeconds');
  if (period !== undefined && period < 10) {
    const why = 'must be greater than or equal to 10 seconds';
    errors.push(invalidField('spec.nodeAllocatableUpdatePeriodSeconds', period, why));
  }
  return errors;
}

function tokenErrors(spec: JsonObject): FieldError[] {
  const audiences = new Set<string>();
  return listAt(spec, 'tokenRequests').flatMap((request, index) => {
    const path = `spec.tokenRequests[${String(index)}]`;
    const audience = textAt(request, 'audience');
    if (audiences.has(audience)) return [duplicateField(`${path}.audience`, audience)];
    audiences.add(audience);
    const seconds = optionalNumberAt(request, 'expirationSeconds') ?? TOKEN_SECONDS_MIN;
    if (seconds < TOKEN_SECONDS_MIN) {
      return [invalidField(`${path}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes')];
    }
    if (seconds <= TOKEN_SECONDS_MAX) return [];
    return [invalidField(`${path}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds')];
  });
}

export const csiNodeStrategy: Strategy = {
  updatesUnconditionally: false,
  validate: (node) => nodeErrors(specOf(node)),
  validateUpdate(node, old) {
    const errors = nodeErrors(specOf(node));
    // The server checks an updated node twice and tells of both.
    return [...errors, ...errors, ...driverChangeErrors(specOf(node), specOf(old))];
  },
};

function nodeErrors(spec: JsonObject): FieldError[] {
  const names = new Set<string>();
  return listAt(spec, 'drivers').flatMap((driver, index) => {
    const path = `spec.drivers[${String(index)}]`;
    const name = textAt(driver, 'name');
    const errors = csiDriverNameErrors(name, `${path}.name`);
    const nodeId = textAt(driver, 'nodeID');
    if (nodeId === '') errors.push(requiredField(`${path}.nodeID`));
    if (Buffer.byteLength(nodeId) > NODE_ID_MAX) {
      errors.push(invalidField(`${path}.nodeID`, nodeId, `must be ${String(NODE_ID_MAX)} characters or less`));
    }
    addNegativeErrors(errors, objectAt(driver, 'allocatable'), `${path}.allocatable`, ['count']);
    if (names.has(name)) errors.push(duplicateField(`${path}.name`, name));
    names.add(name);
    return [...errors, ...topologyKeyErrors(textsAt(driver, 'topologyKeys'), path)];
  });
}

function topologyKeyErrors(keys: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, key] of keys.entries()) {
    if (key === '') errors.push(requiredField(path));
    if (keys.indexOf(key) < index) errors.push(duplicateField(path, key));
    addProblems(errors, path, key, qualifiedNameProblems(key));
  }
  return errors;
}

function driverChangeErrors(spec: JsonObject, old: JsonObject): FieldError[] {
  return listAt(old, 'drivers').flatMap((before) =>
    listAt(spec, 'drivers')
      .filter((driver) => driver['name'] === before['name'] && !isSameValue(driver, before))
      .map((driver) => invalidField('spec.drivers', shownDriver(driver), IMMUTABLE)),
  );
}

/** The driver with the server's own names of its members. */
function shownDriver(driver: JsonObject): JsonObject {
  const allocatable = objectAt(driver, 'allocatable');
  return {
    Name: textAt(driver, 'name'),
    NodeID: textAt(driver, 'nodeID'),
    TopologyKeys: driver['topologyKeys'] ?? null,
    Allocatable: allocatable === undefined ? null : { Count: allocatable['count'] ?? null },
  };
}

export const csiStorageCapacityStrategy: Strategy = {
  updatesUnconditionally: false,
  validate: (capacity) => capacityErrors(jsonOf(capacity), false),
  validateUpdate(capacity, old) {
    const next = jsonOf(capacity);
    const before = jsonOf(old);
    const errors = capacityErrors(next, isTolerated(objectAt(before, 'nodeTopology')));
    for (const key of ['nodeTopology', 'storageClassName']) {
      if (!isSameValue(next[key], before[key])) errors.push(invalidField(key, next[key], IMMUTABLE));
    }
    return errors;
  },
  warnings: (capacity) => nodeSelectorWarnings(objectAt(jsonOf(capacity), 'nodeTopology'), 'nodeTopology'),
};

function capacityErrors(capacity: JsonObject, toleratesValues: boolean): FieldError[] {
  const errors = labelSelectorErrors(objectAt(capacity, 'nodeTopology'), 'nodeTopology', toleratesValues);
  const className = textAt(capacity, 'storageClassName');
  addProblems(errors, 'storageClassName', className, dnsSubdomainProblems(className));
  return [...errors, ...negativeQuantityErrors(capacity['capacity'], 'capacity')];
}
