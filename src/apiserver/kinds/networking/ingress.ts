/**
 * Ingresses.
 * @see k8s.io/kubernetes/pkg/apis/networking/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type FieldError, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { wildcardDomainProblems } from '../checks/domain-names';
import { findIpAddress, ipWarnings, sloppyIpErrors } from '../checks/ip-addresses';
import { specOf, statusOf } from '../checks/object-parts';
import { STATUS_RESET_FIELDS, statusPreparations } from '../checks/restore';
import { listAt, objectAt, optionalTextAt, textAt, textsAt } from '../json-members';
import { addProblems, dnsSubdomainProblems } from '../metadata';
import { type BackendRules, backendErrors, namesRelaxedService } from './ingress-backend';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const FORBIDDEN_IN_PATH = ['//', '/./', '/../', '%2f', '%2F'];
const FORBIDDEN_PATH_ENDS = ['/..', '/.'];

interface IngressRules extends BackendRules {
  /** For what an older server stored. */
  readonly allowsAnySecretName: boolean;
  readonly allowsAnyWildcardRule: boolean;
}

const STRICT: IngressRules = { allowsAnySecretName: false, allowsAnyWildcardRule: false, relaxesServiceNames: false };

export const ingressStrategy: Strategy = {
  ...statusPreparations(),
  generation: 'spec',
  resetFields: STATUS_RESET_FIELDS,
  validate: (ingress) => [...specErrors(specOf(ingress), STRICT), ...classErrors(ingress)],
  validateUpdate(ingress, old, { subresource }) {
    return subresource === 'status' ? statusErrors(ingress) : specErrors(specOf(ingress), rulesAfter(specOf(old)));
  },
  warnings(ingress, old, { subresource }) {
    if (subresource === 'status') return addressWarnings(ingress);
    const isDeprecated =
      ingress.metadata.annotations?.[CLASS_ANNOTATION] !== undefined &&
      specOf(ingress)['ingressClassName'] === undefined;
    return old === undefined && isDeprecated
      ? [`annotation ${JSON.stringify(CLASS_ANNOTATION)} is deprecated, please use 'spec.ingressClassName' instead`]
      : [];
  },
};

/** What an update may keep of what is wrong already. */
function rulesAfter(old: JsonObject): IngressRules {
  const isWrongWildcard = (rule: JsonObject) =>
    textAt(rule, 'host').includes('*') && httpErrors(rule, '', STRICT).length > 0;
  return {
    allowsAnySecretName: listAt(old, 'tls').some((tls) => secretNameProblems(textAt(tls, 'secretName')).length > 0),
    allowsAnyWildcardRule: listAt(old, 'rules').some(isWrongWildcard),
    relaxesServiceNames: namesRelaxedService(old),
  };
}

function classErrors(ingress: KubeObject): FieldError[] {
  const annotation = ingress.metadata.annotations?.[CLASS_ANNOTATION];
  const name = optionalTextAt(specOf(ingress), 'ingressClassName');
  if (annotation === undefined || name === undefined || annotation === name) return [];
  const why = 'must match `ingressClassName` when both are specified';
  return [invalidField(`annotations.${CLASS_ANNOTATION}`, annotation, why)];
}

function specErrors(spec: JsonObject, rules: IngressRules): FieldError[] {
  const errors: FieldError[] = [];
  const backend = objectAt(spec, 'defaultBackend');
  if (listAt(spec, 'rules').length === 0 && backend === undefined) {
    // What is absent is shown as null, what is empty as a list.
    errors.push(invalidField('spec', spec['rules'], 'either `defaultBackend` or `rules` must be specified'));
  }
  if (backend !== undefined) errors.push(...backendErrors(backend, 'spec.defaultBackend', rules));
  for (const [index, rule] of listAt(spec, 'rules').entries()) {
    errors.push(...ruleErrors(rule, `spec.rules[${String(index)}]`, rules));
  }
  for (const [index, tls] of listAt(spec, 'tls').entries()) {
    errors.push(...tlsErrors(tls, `spec.tls[${String(index)}]`, rules));
  }
  const className = optionalTextAt(spec, 'ingressClassName');
  if (className !== undefined) {
    addProblems(errors, 'spec.ingressClassName', className, dnsSubdomainProblems(className));
  }
  return errors;
}

function hostProblems(host: string): readonly string[] {
  return host.includes('*') ? wildcardDomainProblems(host) : dnsSubdomainProblems(host);
}

function ruleErrors(rule: JsonObject, path: string, rules: IngressRules): FieldError[] {
  const errors: FieldError[] = [];
  const host = textAt(rule, 'host');
  if (host !== '') {
    if (findIpAddress(host) !== undefined) {
      errors.push(invalidField(`${path}.host`, host, 'must be a DNS name, not an IP address'));
    }
    addProblems(errors, `${path}.host`, host, hostProblems(host));
  }
  if (!host.includes('*') || !rules.allowsAnyWildcardRule) errors.push(...httpErrors(rule, path, rules));
  return errors;
}

function httpErrors(rule: JsonObject, path: string, rules: IngressRules): FieldError[] {
  const http = objectAt(rule, 'http');
  if (http === undefined) return [];
  const paths = listAt(http, 'paths');
  if (paths.length === 0) return [requiredField(`${path}.http.paths`)];
  return paths.flatMap((item, index) => pathErrors(item, `${path}.http.paths[${String(index)}]`, rules));
}

function pathErrors(item: JsonObject, path: string, rules: IngressRules): FieldError[] {
  const type = optionalTextAt(item, 'pathType');
  if (type === undefined) return [requiredField(`${path}.pathType`, 'pathType must be specified')];
  const errors: FieldError[] = [];
  const text = textAt(item, 'path');
  const refuse = (why: string) => errors.push(invalidField(`${path}.path`, text, why));
  if (type === 'Exact' || type === 'Prefix') {
    if (!text.startsWith('/')) refuse('must be an absolute path');
    for (const part of FORBIDDEN_IN_PATH) if (text.includes(part)) refuse(`must not contain '${part}'`);
    for (const end of FORBIDDEN_PATH_ENDS) if (text.endsWith(end)) refuse(`cannot end with '${end}'`);
  } else if (type === 'ImplementationSpecific') {
    if (text !== '' && !text.startsWith('/')) refuse('must be an absolute path');
  } else errors.push(notSupportedField(`${path}.pathType`, type, PATH_TYPES));
  return [...errors, ...backendErrors(objectAt(item, 'backend'), `${path}.backend`, rules)];
}

function tlsErrors(tls: JsonObject, path: string, { allowsAnySecretName }: IngressRules): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, host] of textsAt(tls, 'hosts').entries()) {
    addProblems(errors, `${path}.hosts[${String(index)}]`, host, hostProblems(host));
  }
  const secretName = textAt(tls, 'secretName');
  if (!allowsAnySecretName) addProblems(errors, `${path}.secretName`, secretName, secretNameProblems(secretName));
  return errors;
}

function secretNameProblems(name: string): readonly string[] {
  return name === '' ? [] : dnsSubdomainProblems(name);
}

function statusErrors(ingress: KubeObject): FieldError[] {
  return listAt(objectAt(statusOf(ingress), 'loadBalancer'), 'ingress').flatMap((point, index) => {
    const path = `status.loadBalancer.ingress[${String(index)}]`;
    const ip = textAt(point, 'ip');
    const errors = ip === '' ? [] : sloppyIpErrors(`${path}.ip`, ip);
    const host = textAt(point, 'hostname');
    if (host === '') return errors;
    addProblems(errors, `${path}.hostname`, host, dnsSubdomainProblems(host));
    if (findIpAddress(host) !== undefined) {
      errors.push(invalidField(`${path}.hostname`, host, 'must be a DNS name, not an IP address'));
    }
    return errors;
  });
}

function addressWarnings(ingress: KubeObject): readonly string[] {
  return listAt(objectAt(statusOf(ingress), 'loadBalancer'), 'ingress').flatMap((point, index) => {
    const ip = textAt(point, 'ip');
    return ip === '' ? [] : ipWarnings(`status.loadBalancer.ingress[${String(index)}]`, ip);
  });
}
