/** Ingress classes. */
import type { JsonObject } from '../../../api/json';
import { findObject } from '../../draft';
import { type FieldError, forbiddenField, notSupportedField, requiredField, tooLongField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { domainPrefixedPathErrors } from '../checks/domain-names';
import { specOf } from '../checks/object-parts';
import { objectAt, optionalTextAt, textAt } from '../json-members';
import { addProblems, dnsLabelProblems, immutableErrors } from '../metadata';
import { objectReferenceErrors } from './ingress-backend';

const CONTROLLER_MAX = 250;
const SCOPES = ['Cluster', 'Namespace'];

export const ingressClassStrategy: Strategy = {
  generation: 'spec',
  setDefaults(ingressClass) {
    const parameters = findObject(findObject(ingressClass, 'spec'), 'parameters');
    if (parameters !== undefined) parameters['scope'] ??= 'Cluster';
  },
  validate: (ingressClass) => specErrors(specOf(ingressClass)),
  validateUpdate: (ingressClass, old) => [
    ...immutableErrors(
      textAt(specOf(ingressClass), 'controller'),
      textAt(specOf(old), 'controller'),
      'spec.controller',
    ),
    ...specErrors(specOf(ingressClass)),
  ],
};

function specErrors(spec: JsonObject): FieldError[] {
  const controller = textAt(spec, 'controller');
  const errors: FieldError[] = [];
  if (Buffer.byteLength(controller) > CONTROLLER_MAX) errors.push(tooLongField('spec.controller', CONTROLLER_MAX));
  errors.push(...domainPrefixedPathErrors(controller, 'spec.controller'));
  const parameters = objectAt(spec, 'parameters');
  return parameters === undefined ? errors : [...errors, ...parametersErrors(parameters, 'spec.parameters')];
}

function parametersErrors(parameters: JsonObject, path: string): FieldError[] {
  const errors = objectReferenceErrors(parameters, path);
  const scope = optionalTextAt(parameters, 'scope');
  const namespace = optionalTextAt(parameters, 'namespace');
  if (scope === undefined) errors.push(requiredField(`${path}.scope`));
  else if (!SCOPES.includes(scope)) errors.push(notSupportedField(`${path}.scope`, scope, SCOPES));
  else if (scope === 'Namespace') {
    if (namespace === undefined) {
      errors.push(requiredField(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'"));
    } else addProblems(errors, `${path}.namespace`, namespace, dnsLabelProblems(namespace));
  } else if (namespace !== undefined) {
    errors.push(forbiddenField(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  }
  return errors;
}
