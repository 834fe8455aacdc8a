/**
 * Network policies.
 * @see k8s.io/kubernetes/pkg/apis/networking/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type DraftObject, findObject, objectsIn } from '../../draft';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { cidrWarnings, containsAddress, findIpBlock, networkOf, sloppyCidrErrors } from '../checks/ip-addresses';
import { isTolerated } from '../checks/label-selectors';
import { specOf } from '../checks/object-parts';
import { listAt, objectAt, optionalNumberAt, textAt, textsAt } from '../json-members';
import { addProblems, labelSelectorErrors, portNameProblems, portNumberProblems } from '../metadata';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const POLICY_TYPES = ['Ingress', 'Egress'];
const DIRECTIONS = [
  { rules: 'ingress', peers: 'from' },
  { rules: 'egress', peers: 'to' },
] as const;

export const networkPolicyStrategy: Strategy = {
  generation: 'spec',
  setDefaults,
  validate: (policy) => specErrors(specOf(policy), false),
  validateUpdate(policy, old) {
    const errors = specErrors(specOf(policy), isTolerated(objectAt(specOf(old), 'podSelector')));
    // The server checks an updated policy twice and tells of both.
    return [...errors, ...errors];
  },
  warnings: blockWarnings,
};

function setDefaults(policy: DraftObject): void {
  const spec = findObject(policy, 'spec');
  if (spec === undefined) return;
  for (const { rules } of DIRECTIONS) {
    for (const port of objectsIn(spec, rules).flatMap((rule) => objectsIn(rule, 'ports'))) {
      port['protocol'] ??= 'TCP';
    }
  }
  if (objectListLength(spec['policyTypes']) > 0) return;
  spec['policyTypes'] = objectListLength(spec['egress']) === 0 ? ['Ingress'] : ['Ingress', 'Egress'];
}

function objectListLength(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

function specErrors(spec: JsonObject, toleratesValues: boolean): FieldError[] {
  const errors = labelSelectorErrors(objectAt(spec, 'podSelector'), 'spec.podSelector', toleratesValues);
  for (const { rules, peers } of DIRECTIONS) {
    for (const [index, rule] of listAt(spec, rules).entries()) {
      const path = `spec.${rules}[${String(index)}]`;
      for (const [at, port] of listAt(rule, 'ports').entries()) {
        errors.push(...portErrors(port, `${path}.ports[${String(at)}]`));
      }
      for (const [at, peer] of listAt(rule, peers).entries()) {
        errors.push(...peerErrors(peer, `${path}.${peers}[${String(at)}]`, toleratesValues));
      }
    }
  }
  const types = textsAt(spec, 'policyTypes');
  if (types.length > POLICY_TYPES.length) {
    return [...errors, invalidField('spec.policyTypes', types, 'may not specify more than two policyTypes')];
  }
  for (const [index, type] of types.entries()) {
    if (!POLICY_TYPES.includes(type)) {
      errors.push(notSupportedField(`spec.policyTypes[${String(index)}]`, type, POLICY_TYPES));
    }
  }
  return errors;
}

function portErrors(rule: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const protocol = textAt(rule, 'protocol');
  if (rule['protocol'] !== undefined && !PROTOCOLS.includes(protocol)) {
    errors.push(notSupportedField(`${path}.protocol`, protocol, PROTOCOLS));
  }
  const { port } = rule;
  const endPort = optionalNumberAt(rule, 'endPort');
  if (typeof port === 'number') {
    for (const problem of portNumberProblems(port)) errors.push(invalidField(`${path}.port`, port, problem));
    if (endPort === undefined) return errors;
    if (endPort < port) {
      errors.push(invalidField(`${path}.endPort`, port, 'must be greater than or equal to `port`'));
    }
    for (const problem of portNumberProblems(endPort)) errors.push(invalidField(`${path}.endPort`, endPort, problem));
  } else if (typeof port === 'string') {
    if (endPort !== undefined) {
      errors.push(invalidField(`${path}.endPort`, endPort, 'may not be specified when `port` is non-numeric'));
    }
    addProblems(errors, `${path}.port`, port, portNameProblems(port));
  } else if (endPort !== undefined) {
    errors.push(invalidField(`${path}.endPort`, endPort, 'may not be specified when `port` is not specified'));
  }
  return errors;
}

function peerErrors(peer: JsonObject, path: string, toleratesValues: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const selectors = ['podSelector', 'namespaceSelector'].filter((key) => objectAt(peer, key) !== undefined);
  for (const key of selectors) {
    errors.push(...labelSelectorErrors(objectAt(peer, key), `${path}.${key}`, toleratesValues));
  }
  const block = objectAt(peer, 'ipBlock');
  if (block !== undefined) errors.push(...ipBlockErrors(block, `${path}.ipBlock`));
  if (selectors.length === 0 && block === undefined) errors.push(requiredField(path, 'must specify a peer'));
  else if (selectors.length > 0 && block !== undefined) {
    errors.push(forbiddenField(path, 'may not specify both ipBlock and another peer'));
  }
  return errors;
}

function ipBlockErrors(block: JsonObject, path: string): FieldError[] {
  const cidr = textAt(block, 'cidr');
  if (cidr === '') return [requiredField(`${path}.cidr`)];
  const errors = sloppyCidrErrors(`${path}.cidr`, cidr);
  const whole = findIpBlock(cidr);
  if (whole === undefined) return errors;
  for (const [index, except] of textsAt(block, 'except').entries()) {
    const at = `${path}.except[${String(index)}]`;
    errors.push(...sloppyCidrErrors(at, except));
    const part = findIpBlock(except);
    if (part === undefined) continue;
    if (!containsAddress(whole, networkOf(part)) || whole.prefixLength >= part.prefixLength) {
      errors.push(invalidField(at, except, 'must be a strict subset of `cidr`'));
    }
  }
  return errors;
}

function blockWarnings(policy: KubeObject): readonly string[] {
  return DIRECTIONS.flatMap(({ rules, peers }) =>
    listAt(specOf(policy), rules).flatMap((rule, index) =>
      listAt(rule, peers).flatMap((peer, at) => {
        const block = objectAt(peer, 'ipBlock');
        if (block === undefined) return [];
        const path = `spec.${rules}[${String(index)}].${peers}[${String(at)}].ipBlock`;
        return [
          ...cidrWarnings(`${path}.cidr`, textAt(block, 'cidr')),
          ...textsAt(block, 'except').flatMap((except, k) => cidrWarnings(`${path}.except[${String(k)}]`, except)),
        ];
      }),
    ),
  );
}
