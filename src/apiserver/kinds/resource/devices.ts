/**
 * Dynamic resources: classes of devices, claims for them, and what nodes have of them. What is beyond the usual claim
 * (constraints, configuration, allocations, the devices of a slice) is stored as it is sent.
 * @see k8s.io/kubernetes/pkg/apis/resource/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { findObject, objectsIn } from '../../draft';
import { type FieldError, invalidField, requiredField, tooLongField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { specOf } from '../checks/object-parts';
import { STATUS_RESET_FIELDS, statusPreparations } from '../checks/restore';
import { isSameValue, objectAt, optionalTextAt, textAt } from '../json-members';
import { addProblems, dnsSubdomainProblems, immutableErrors } from '../metadata';
import { csiDriverNameErrors } from '../storage/class-parameters';
import { requestsErrors, selectorsErrors, setRequestDefaults } from './device-requests';

const POOL_NAME_MAX = 253;
const PLACE_MEMBERS = ['nodeName', 'nodeSelector', 'allNodes', 'perDeviceNodeSelection'];

export const deviceClassStrategy: Strategy = {
  generation: 'spec',
  validate: (deviceClass) => selectorsErrors(specOf(deviceClass), 'spec.selectors'),
  validateUpdate: (deviceClass) => selectorsErrors(specOf(deviceClass), 'spec.selectors'),
};

export const resourceClaimStrategy: Strategy = {
  ...statusPreparations(),
  resetFields: STATUS_RESET_FIELDS,
  setDefaults: (claim) => setRequestDefaults(findObject(claim, 'spec')),
  validate: (claim) => requestsErrors(specOf(claim), 'spec'),
  validateUpdate: (claim, old, { subresource }) =>
    subresource === 'status' ? [] : [...specChangeErrors(claim, old), ...requestsErrors(specOf(claim), 'spec')],
};

export const resourceClaimTemplateStrategy: Strategy = {
  setDefaults: (template) => setRequestDefaults(findObject(findObject(template, 'spec'), 'spec')),
  validate: (template) => requestsErrors(objectAt(specOf(template), 'spec'), 'spec.spec'),
  validateUpdate: (template, old) => [
    ...specChangeErrors(template, old),
    ...requestsErrors(objectAt(specOf(template), 'spec'), 'spec.spec'),
  ],
};

function specChangeErrors(object: KubeObject, old: KubeObject): FieldError[] {
  return isSameValue(specOf(object), specOf(old)) ? [] : [invalidField('spec', specOf(object), 'field is immutable')];
}

export const resourceSliceStrategy: Strategy = {
  generation: 'spec',
  fieldNames: ['spec.nodeName', 'spec.driver'],
  fields: (slice) => ({
    'spec.nodeName': textAt(specOf(slice), 'nodeName'),
    'spec.driver': textAt(specOf(slice), 'driver'),
  }),
  prepareForCreate(slice, { now }) {
    const time = `${now.toISOString().slice(0, 19)}Z`;
    for (const device of objectsIn(findObject(slice, 'spec'), 'devices')) {
      for (const taint of objectsIn(device, 'taints')) taint['timeAdded'] ??= time;
    }
  },
  validate: (slice) => sliceErrors(specOf(slice), undefined),
  validateUpdate: (slice, old) => sliceErrors(specOf(slice), specOf(old)),
};

function sliceErrors(spec: JsonObject, old: JsonObject | undefined): FieldError[] {
  const errors = csiDriverNameErrors(textAt(spec, 'driver'), 'spec.driver');
  const pool = textAt(objectAt(spec, 'pool'), 'name');
  errors.push(...poolNameErrors(pool, 'spec.pool.name'));
  if (old !== undefined) {
    errors.push(
      ...immutableErrors(pool, textAt(objectAt(old, 'pool'), 'name'), 'spec.pool.name'),
      ...immutableErrors(spec['driver'], old['driver'], 'spec.driver'),
      ...immutableErrors(spec['nodeName'], old['nodeName'], 'spec.nodeName'),
    );
  }
  const node = optionalTextAt(spec, 'nodeName');
  if (node === '') {
    errors.push(invalidField('spec.nodeName', node, 'must be either unset or set to a non-empty string'));
  } else if (node !== undefined) addProblems(errors, 'spec.nodeName', node, dnsSubdomainProblems(node));
  return [...errors, ...placeErrors(spec)];
}

/** Exactly one member says which nodes reach the devices. */
function placeErrors(spec: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ['allNodes', 'perDeviceNodeSelection']) {
    if (spec[key] === false) errors.push(invalidField(`spec.${key}`, false, 'must be either unset or set to true'));
  }
  const isSaid = (key: string) =>
    key === 'nodeSelector'
      ? objectAt(spec, key) !== undefined
      : key === 'nodeName'
        ? textAt(spec, key) !== ''
        : spec[key] === true;
  const said = PLACE_MEMBERS.filter(isSaid).map((key) => `\`${key}\``);
  const rule = `exactly one of ${PLACE_MEMBERS.map((key) => `\`${key}\``).join(', ')} is required`;
  if (said.length === 0) errors.push(requiredField('spec', rule));
  else if (said.length > 1) {
    errors.push(invalidField('spec', `{${said.join(', ')}}`, `${rule}, but multiple fields are set`));
  }
  return errors;
}

function poolNameErrors(name: string, path: string): FieldError[] {
  if (name === '') return [requiredField(path)];
  const errors: FieldError[] = Buffer.byteLength(name) > POOL_NAME_MAX ? [tooLongField(path, POOL_NAME_MAX)] : [];
  for (const part of name.split('/')) addProblems(errors, path, part, dnsSubdomainProblems(part));
  return errors;
}
