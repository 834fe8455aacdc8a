/** Nodes. */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type DraftObject, draftOf, ensureObject, findObject } from '../../draft';
import { duplicateField, type FieldError, forbiddenField, invalidField, requiredField } from '../../field-error';
import type { Strategy, StrategyContext } from '../../resources/resource';
import { cidrWarnings, findIpBlock, sloppyCidrErrors } from '../checks/ip-addresses';
import { flagAt, listAt, mapAt, objectAt, optionalNumberAt, textAt, textsAt } from '../json-members';
import type { KindFacts } from '../kind-facts';
import { addProblems, labelValueProblems, qualifiedNameProblems } from '../metadata';
import { roundAmounts } from '../pod-template';
import { addTaintEffectErrors } from '../pod-template/pod-spec';
import { addAmountErrors } from '../pod-template/resources';
import { serverValue } from '../server-values';
import { columnsOf } from './column-definitions';
import {
  keepMember,
  metadataErrors,
  metadataUpdateErrors,
  STATUS_RESET_FIELDS,
  specOf,
  statusOf,
} from './strategy-parts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';
const POD_CIDRS_STAY = 'node updates may not change podCIDR except from "" to valid';

const strategy: Strategy = {
  setDefaults,
  prepareForCreate: (node) => {
    delete findObject(node, 'spec')?.['configSource'];
    delete findObject(node, 'status')?.['config'];
  },
  prepareForUpdate: (node, old, { subresource }) => {
    if (subresource === 'status') {
      keepMember(node, old, 'spec');
      delete findObject(node, 'status')?.['config'];
    } else {
      keepMember(node, old, 'status');
      delete findObject(node, 'spec')?.['configSource'];
    }
  },
  validate: nodeErrors,
  validateUpdate,
  warnings: (node, _old, { subresource }) => (subresource === 'status' ? [] : warnings(specOf(node))),
  fields: (node) => ({ 'spec.unschedulable': String(flagAt(specOf(node), 'unschedulable')) }),
  fieldNames: ['spec.unschedulable'],
  resetFields: STATUS_RESET_FIELDS,
};

export const nodes: KindFacts = {
  strategy,
  columns: columnsOf('nodes', {
    Status: conditionCell,
    Roles: roles,
    Version: (node) => textAt(objectAt(statusOf(node), 'nodeInfo'), 'kubeletVersion'),
    'Internal-IP': (node) => address(node, 'InternalIP'),
    'External-IP': (node) => address(node, 'ExternalIP'),
    'OS-Image': (node) => info(node, 'osImage'),
    'Kernel-Version': (node) => info(node, 'kernelVersion'),
    'Container-Runtime': (node) => info(node, 'containerRuntimeVersion'),
  }),
};

function setDefaults(node: DraftObject): void {
  const status = ensureObject(node, 'status');
  const capacity = findObject(status, 'capacity');
  if (status['allocatable'] === undefined && capacity !== undefined) status['allocatable'] = draftOf(capacity);
  roundAmounts(status, 'capacity');
  roundAmounts(status, 'allocatable');
  const spec = ensureObject(node, 'spec');
  const cidr = textAt(spec, 'podCIDR');
  const first = textsAt(spec, 'podCIDRs')[0];
  if (cidr !== '' && cidr !== first) spec['podCIDRs'] = [cidr];
  else if (cidr === '' && first !== undefined) spec['podCIDR'] = first;
}

function nodeErrors(node: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const spec = specOf(node);
  addTaintErrors(errors, listAt(spec, 'taints'));
  addResourceErrors(errors, statusOf(node));
  const swap = objectAt(objectAt(statusOf(node), 'nodeInfo'), 'swap');
  const capacity = optionalNumberAt(swap, 'capacity');
  if (capacity !== undefined && capacity <= 0) {
    errors.push(invalidField('metadata.nodeSwapStatus.capacity', capacity, 'must be greater than zero'));
  }
  addCidrErrors(errors, textsAt(spec, 'podCIDRs'));
  return errors;
}

/** As Kubernetes does it, their path is one of metadata. */
function addTaintErrors(errors: FieldError[], taints: readonly JsonObject[]): void {
  const seen = new Set<string>();
  for (const [index, taint] of taints.entries()) {
    const at = `metadata.taints[${String(index)}]`;
    const key = textAt(taint, 'key');
    const effect = textAt(taint, 'effect');
    const value = textAt(taint, 'value');
    addProblems(errors, `${at}.key`, key, qualifiedNameProblems(key));
    const problems = labelValueProblems(value);
    if (problems.length > 0) errors.push(invalidField(`${at}.value`, value, problems.join(';')));
    if (effect === '') errors.push(requiredField(`${at}.effect`));
    else addTaintEffectErrors(errors, effect, `${at}.effect`);
    if (seen.has(`${effect}/${key}`)) {
      const repeated = duplicateField(at, serverValue(taint, 'Taint'));
      errors.push({ ...repeated, detail: 'taints must be unique by key and effect pair' });
    }
    seen.add(`${effect}/${key}`);
  }
}

function addResourceErrors(errors: FieldError[], status: JsonObject): void {
  for (const key of ['capacity', 'allocatable']) {
    for (const [name, amount] of Object.entries(mapAt(status, key))) {
      addAmountErrors(errors, name, { amount, path: `status.${key}.${name}` });
    }
  }
}

function addCidrErrors(errors: FieldError[], cidrs: readonly string[]): void {
  for (const [index, cidr] of cidrs.entries())
    errors.push(...sloppyCidrErrors(`spec.podCIDRs[${String(index)}]`, cidr));
  if (cidrs.length < 2) return;
  const lengths = new Set(cidrs.map((cidr) => findIpBlock(cidr)?.address.bytes.length));
  if (lengths.has(undefined)) {
    const index = cidrs.findIndex((cidr) => findIpBlock(cidr) === undefined);
    const cause = `invalid CIDR[${String(index)}]: <nil> (invalid CIDR address: ${cidrs[index] ?? ''})`;
    const detail = `invalid PodCIDRs. failed to check with dual stack with error:${cause}`;
    errors.push({ type: 'InternalError', field: 'spec.podCIDRs', detail });
  }
  if (cidrs.length > 2 || lengths.size < 2 || lengths.has(undefined)) {
    errors.push(invalidField('spec.podCIDRs', cidrs, 'may specify no more than one CIDR for each IP family'));
  }
}

function validateUpdate(node: KubeObject, old: KubeObject, { subresource }: StrategyContext): FieldError[] {
  const errors = subresource === 'status' ? [] : [...metadataErrors(node, { namespaced: false }), ...nodeErrors(node)];
  errors.push(...metadataUpdateErrors(node, old));
  addResourceErrors(errors, statusOf(node));
  const seen = new Set<string>();
  for (const [index, each] of listAt(statusOf(node), 'addresses').entries()) {
    const key = `${textAt(each, 'type')}/${textAt(each, 'address')}`;
    if (seen.has(key)) {
      errors.push(duplicateField(`status.addresses[${String(index)}]`, serverValue(each, 'NodeAddress')));
    }
    seen.add(key);
  }
  addStayingErrors(errors, specOf(node), specOf(old));
  addTaintErrors(errors, listAt(specOf(node), 'taints'));
  return errors;
}

function addStayingErrors(errors: FieldError[], spec: JsonObject, old: JsonObject): void {
  const cidrs = textsAt(spec, 'podCIDRs');
  const before = textsAt(old, 'podCIDRs');
  if (before.length > 0 && before.length !== cidrs.length) {
    errors.push(forbiddenField('spec.podCIDRs', POD_CIDRS_STAY));
  } else {
    for (const [index, cidr] of before.entries()) {
      if (cidr !== cidrs[index]) errors.push(forbiddenField('spec.podCIDRs', POD_CIDRS_STAY));
    }
  }
  const provider = textAt(old, 'providerID');
  if (provider !== '' && provider !== textAt(spec, 'providerID')) {
    const why = 'node updates may not change providerID except from "" to valid';
    errors.push(forbiddenField('spec.providerID', why));
  }
  if (textAt(spec, 'externalID') !== textAt(old, 'externalID')) {
    errors.push(forbiddenField('spec.externalID', 'may not be updated'));
  }
}

function warnings(spec: JsonObject): string[] {
  const isNamed = textAt(spec, 'externalID') !== '';
  return [
    ...(isNamed ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
    ...textsAt(spec, 'podCIDRs').flatMap((cidr, index) => cidrWarnings(`spec.podCIDRs[${String(index)}]`, cidr)),
  ];
}

function conditionCell(node: KubeObject): string {
  const ready = listAt(statusOf(node), 'conditions').findLast((condition) => textAt(condition, 'type') === 'Ready');
  const state = ready === undefined ? 'Unknown' : textAt(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
  return flagAt(specOf(node), 'unschedulable') ? `${state},SchedulingDisabled` : state;
}

function roles(node: KubeObject): string {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX) && key !== ROLE_PREFIX) found.add(key.slice(ROLE_PREFIX.length));
    else if (key === ROLE_LABEL && value !== '') found.add(value);
  }
  return found.size === 0 ? '<none>' : [...found].sort().join(',');
}

function address(node: KubeObject, type: string): string {
  const found = listAt(statusOf(node), 'addresses').find((each) => textAt(each, 'type') === type);
  return found === undefined ? '<none>' : textAt(found, 'address');
}

function info(node: KubeObject, key: string): string {
  const value = textAt(objectAt(statusOf(node), 'nodeInfo'), key);
  return value === '' ? '<unknown>' : value;
}
