/** Where an ingress sends requests: a service, or an object of another kind. */
import type { JsonObject } from '../../../api/json';
import { type FieldError, invalidField, requiredField } from '../../field-error';
import { listAt, numberAt, objectAt, optionalTextAt, textAt } from '../json-members';
import {
  addProblems,
  dns1035LabelProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  isPathSegmentName,
  portNameProblems,
  portNumberProblems,
} from '../metadata';

export interface BackendRules {
  /** Names of services may begin with a digit. */
  readonly relaxesServiceNames: boolean;
}

/** Problems of a backend. */
export function backendErrors(backend: JsonObject | undefined, path: string, rules: BackendRules): FieldError[] {
  const resource = objectAt(backend, 'resource');
  const service = objectAt(backend, 'service');
  if (resource !== undefined && service !== undefined) {
    return [invalidField(path, '', 'cannot set both resource and service backends')];
  }
  if (resource !== undefined) return objectReferenceErrors(resource, `${path}.resource`);
  if (service !== undefined) return serviceErrors(service, path, rules);
  return [invalidField(path, '', 'resource or service backend is required')];
}

function serviceErrors(service: JsonObject, path: string, { relaxesServiceNames }: BackendRules): FieldError[] {
  const errors: FieldError[] = [];
  const name = textAt(service, 'name');
  const nameProblems = relaxesServiceNames ? dnsLabelProblems : dns1035LabelProblems;
  if (name === '') errors.push(requiredField(`${path}.service.name`));
  else addProblems(errors, `${path}.service.name`, name, nameProblems(name));
  const port = objectAt(service, 'port');
  const portName = textAt(port, 'name');
  const number = numberAt(port, 'number');
  if (portName !== '' && number !== 0) {
    errors.push(invalidField(path, '', 'cannot set both port name & port number'));
  } else if (portName !== '') {
    addProblems(errors, `${path}.service.port.name`, portName, portNameProblems(portName));
  } else if (number !== 0) {
    for (const problem of portNumberProblems(number)) {
      errors.push(invalidField(`${path}.service.port.number`, number, problem));
    }
  } else errors.push(requiredField(path, 'port name or number is required'));
  return errors;
}

/** Problems of a reference to an object of any kind in the same namespace. */
export function objectReferenceErrors(reference: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const group = optionalTextAt(reference, 'apiGroup');
  if (group !== undefined) addProblems(errors, `${path}.apiGroup`, group, dnsSubdomainProblems(group));
  for (const key of ['kind', 'name']) {
    const text = textAt(reference, key);
    if (text === '') errors.push(requiredField(`${path}.${key}`));
    else addProblems(errors, `${path}.${key}`, text, isPathSegmentName(text, false));
  }
  return errors;
}

/** True where a spec names a service in the form that only a relaxed server takes. */
export function namesRelaxedService(spec: JsonObject): boolean {
  return listAt(spec, 'rules')
    .flatMap((rule) => listAt(objectAt(rule, 'http'), 'paths'))
    .some((path) => {
      const service = objectAt(objectAt(path, 'backend'), 'service');
      if (service === undefined) return false;
      const name = textAt(service, 'name');
      return dnsLabelProblems(name).length === 0 && dns1035LabelProblems(name).length > 0;
    });
}
