/**
 * API services.
 * @see k8s.io/kube-aggregator/pkg/apis/apiregistration/validation/validation.go, v0.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { findObject } from '../../draft';
import { type FieldError, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { specOf, statusOf } from '../checks/object-parts';
import { CLIENT_METADATA, statusPreparations } from '../checks/restore';
import { flagAt, listAt, numberAt, objectAt, textAt } from '../json-members';
import {
  addProblems,
  dns1035LabelProblems,
  dnsSubdomainProblems,
  isPathSegmentName,
  portNumberProblems,
} from '../metadata';

const STATUSES = ['True', 'False', 'Unknown'];
const preparations = statusPreparations(CLIENT_METADATA);

export const apiServiceStrategy: Strategy = {
  updatesUnconditionally: false,
  resetFields: { '': [['status']], status: [['spec'], ['metadata']] },
  validateName: isPathSegmentName,
  setDefaults(service) {
    const reference = findObject(findObject(service, 'spec'), 'service');
    if (reference !== undefined) reference['port'] ??= 443;
  },
  prepareForCreate(service, { now }) {
    const isLocal = findObject(findObject(service, 'spec'), 'service') === undefined;
    service['status'] = isLocal ? { conditions: [localCondition(now)] } : {};
  },
  prepareForUpdate: preparations.prepareForUpdate,
  validate: serviceErrors,
  validateUpdate: (service, _old, { subresource }) =>
    subresource === 'status' ? statusErrors(statusOf(service)) : serviceErrors(service),
};

/** What is served here is always available. */
function localCondition(now: Date) {
  return {
    type: 'Available',
    status: 'True',
    lastTransitionTime: `${now.toISOString().slice(0, 19)}Z`,
    reason: 'Local',
    message: 'Local APIServices are always available',
  };
}

function serviceErrors(service: KubeObject): FieldError[] {
  const spec = specOf(service);
  const group = textAt(spec, 'group');
  const version = textAt(spec, 'version');
  return [
    ...nameErrors(service, `${version}.${group}`),
    ...groupErrors(group, version),
    ...priorityErrors(spec),
    ...referenceErrors(spec),
  ];
}

function nameErrors({ metadata: { name } }: KubeObject, required: string): FieldError[] {
  if (name === required || isPathSegmentName(name, false).length > 0) return [];
  return [invalidField('metadata.name', name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(required)}`)];
}

function groupErrors(group: string, version: string): FieldError[] {
  const errors: FieldError[] = [];
  if (group === '' && version !== 'v1') {
    errors.push(requiredField('spec.group', 'only v1 may have an empty group and it better be legacy kube'));
  }
  if (group !== '') addProblems(errors, 'spec.group', group, dnsSubdomainProblems(group));
  addProblems(errors, 'spec.version', version, dns1035LabelProblems(version));
  return errors;
}

function priorityErrors(spec: JsonObject): FieldError[] {
  const priorities = [
    { key: 'groupPriorityMinimum', maximum: 20_000 },
    { key: 'versionPriority', maximum: 1000 },
  ];
  return priorities.flatMap(({ key, maximum }) => {
    const value = numberAt(spec, key);
    if (value > 0 && value <= maximum) return [];
    return [invalidField(`spec.${key}`, value, `must be positive and less than ${String(maximum)}`)];
  });
}

function referenceErrors(spec: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const reference = objectAt(spec, 'service');
  const bundle = textAt(spec, 'caBundle');
  const skipsVerification = flagAt(spec, 'insecureSkipTLSVerify');
  const refuseSkipping = (why: string) => invalidField('spec.insecureSkipTLSVerify', true, why);
  if (reference === undefined) {
    if (bundle !== '') {
      const size = `${String(Buffer.from(bundle, 'base64').length)} bytes`;
      errors.push(invalidField('spec.caBundle', size, 'local APIServices may not have a caBundle'));
    }
    if (skipsVerification) errors.push(refuseSkipping('local APIServices may not have insecureSkipTLSVerify'));
    return errors;
  }
  for (const key of ['namespace', 'name']) {
    if (textAt(reference, key) === '') errors.push(requiredField(`spec.service.${key}`));
  }
  const port = numberAt(reference, 'port');
  const portProblems = portNumberProblems(port);
  if (portProblems.length > 0) {
    errors.push(invalidField('spec.service.port', port, `port is not valid: ${portProblems.join(', ')}`));
  }
  if (skipsVerification && bundle !== '') errors.push(refuseSkipping('may not be true if caBundle is present'));
  return errors;
}

function statusErrors(status: JsonObject): FieldError[] {
  return listAt(status, 'conditions').flatMap((condition, index) => {
    const value = textAt(condition, 'status');
    if (STATUSES.includes(value)) return [];
    return [notSupportedField(`status.conditions[${String(index)}].status`, value, STATUSES)];
  });
}
