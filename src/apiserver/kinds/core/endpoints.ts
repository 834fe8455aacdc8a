/** Endpoints. */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { objectsIn } from '../../draft';
import { type FieldError, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { ipWarnings, sloppyIpErrors } from '../checks/ip-addresses';
import {
  entryAt,
  isSameValue,
  jsonOf,
  listAt,
  mapAt,
  numberAt,
  objectAt,
  optionalTextAt,
  textAt,
} from '../json-members';
import type { KindFacts } from '../kind-facts';
import {
  addProblems,
  dnsLabelProblems,
  isDnsSubdomainName,
  portNumberProblems,
  qualifiedNameProblems,
} from '../metadata';
import { columnsOf } from './column-definitions';
import { endpointIpErrors } from './service/service-checks';
import { metadataErrors, metadataUpdateErrors } from './strategy-parts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const SHOWN_MAX = 3;
const ADDRESS_LISTS = ['addresses', 'notReadyAddresses'];

const strategy: Strategy = {
  setDefaults: (endpoints) => {
    for (const subset of objectsIn(endpoints, 'subsets')) {
      for (const port of objectsIn(subset, 'ports')) if (textAt(port, 'protocol') === '') port['protocol'] = 'TCP';
    }
  },
  validate: (endpoints) => subsetErrors(subsetsOf(endpoints)),
  validateUpdate: (next, old) => [
    ...metadataUpdateErrors(next, old),
    ...metadataErrors(next, { namespaced: true }),
    ...(isSameValue(jsonOf(next)['subsets'], jsonOf(old)['subsets']) ? [] : subsetErrors(subsetsOf(next))),
  ],
  warnings,
  createsOnUpdate: true,
};

export const endpoints: KindFacts = {
  strategy,
  columns: columnsOf('endpoints', { Endpoints: shownEndpoints }),
};

function subsetsOf(object: KubeObject): readonly JsonObject[] {
  return listAt(jsonOf(object), 'subsets');
}

function warnings(object: KubeObject): string[] {
  const labels = mapAt(objectAt(jsonOf(object), 'metadata'), 'labels');
  if (entryAt(labels, 'endpoints.kubernetes.io/managed-by') === 'endpoint-controller') return [];
  return subsetsOf(object).flatMap((subset, index) =>
    ADDRESS_LISTS.flatMap((key) =>
      listAt(subset, key).flatMap((address, addressIndex) =>
        ipWarnings(`subsets[${String(index)}].${key}[${String(addressIndex)}].ip`, textAt(address, 'ip')),
      ),
    ),
  );
}

function subsetErrors(subsets: readonly JsonObject[]): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, subset] of subsets.entries()) {
    const path = `subsets[${String(index)}]`;
    if (ADDRESS_LISTS.every((key) => listAt(subset, key).length === 0)) {
      errors.push(requiredField(path, 'must specify `addresses` or `notReadyAddresses`'));
    }
    for (const key of ADDRESS_LISTS) {
      for (const [addressIndex, address] of listAt(subset, key).entries()) {
        addAddressErrors(errors, address, `${path}.${key}[${String(addressIndex)}]`);
      }
    }
    const ports = listAt(subset, 'ports');
    for (const [portIndex, port] of ports.entries()) {
      addPortErrors(errors, port, { needsName: ports.length > 1, path: `${path}.ports[${String(portIndex)}]` });
    }
  }
  return errors;
}

function addAddressErrors(errors: FieldError[], address: JsonObject, path: string): void {
  const ip = textAt(address, 'ip');
  const hostname = textAt(address, 'hostname');
  const nodeName = optionalTextAt(address, 'nodeName');
  errors.push(...sloppyIpErrors(`${path}.ip`, ip));
  if (hostname !== '') addProblems(errors, `${path}.hostname`, hostname, dnsLabelProblems(hostname));
  if (nodeName !== undefined) {
    addProblems(errors, `${path}.nodeName`, nodeName, isDnsSubdomainName(nodeName, false));
  }
  errors.push(...endpointIpErrors(ip, `${path}.ip`));
}

function addPortErrors(
  errors: FieldError[],
  port: JsonObject,
  { needsName, path }: { readonly needsName: boolean; readonly path: string },
): void {
  const name = textAt(port, 'name');
  if (name !== '') addProblems(errors, `${path}.name`, name, dnsLabelProblems(name));
  else if (needsName) errors.push(requiredField(`${path}.name`));
  const number = numberAt(port, 'port');
  for (const problem of portNumberProblems(number)) errors.push(invalidField(`${path}.port`, number, problem));
  const protocol = textAt(port, 'protocol');
  if (protocol === '') errors.push(requiredField(`${path}.protocol`));
  else if (!PROTOCOLS.includes(protocol)) errors.push(notSupportedField(`${path}.protocol`, protocol, PROTOCOLS));
  const appProtocol = optionalTextAt(port, 'appProtocol');
  if (appProtocol !== undefined) {
    addProblems(errors, `${path}.appProtocol`, appProtocol, qualifiedNameProblems(appProtocol));
  }
}

/** The first three addresses with each port. */
function shownEndpoints(object: KubeObject): string {
  const subsets = subsetsOf(object);
  if (subsets.length === 0) return '<none>';
  const shown: string[] = [];
  let count = 0;
  for (const subset of subsets) {
    const ips = listAt(subset, 'addresses').map((address) => textAt(address, 'ip'));
    const ports = listAt(subset, 'ports').map((port) => String(numberAt(port, 'port')));
    const texts = ports.length === 0 ? ips : ports.flatMap((port) => ips.map((ip) => withPort(ip, port)));
    count += texts.length;
    shown.push(...texts.slice(0, SHOWN_MAX - shown.length));
  }
  const text = shown.join(',');
  return count > SHOWN_MAX ? `${text} + ${String(count - SHOWN_MAX)} more...` : text;
}

function withPort(ip: string, port: string): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
