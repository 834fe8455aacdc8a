/**
 * Endpoint slices.
 * @see k8s.io/kubernetes/pkg/apis/discovery/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type DraftObject, ensureObject, findObject, objectsIn } from '../../draft';
import { duplicateField, type FieldError, notSupportedField, requiredField, tooManyField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { ipWarnings } from '../checks/ip-addresses';
import { isSameValue, jsonOf, listAt, mapAt, objectAt, optionalTextAt, textAt, textsAt } from '../json-members';
import {
  addProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  immutableErrors,
  labelErrors,
  labelValueProblems,
  qualifiedNameProblems,
} from '../metadata';
import { endpointAddressErrors } from './endpoint-address';

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const ADDRESSES_MAX = 100;
const PORTS_MAX = 20_000;
const ENDPOINTS_MAX = 1000;
const HINTS_MAX = 8;
const TOPOLOGY_MAX = 16;
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const TRUSTED_MANAGERS = new Set(['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io']);

export const endpointSliceStrategy: Strategy = {
  generation: 'all',
  setDefaults(slice) {
    for (const port of objectsIn(slice, 'ports')) {
      port['name'] ??= '';
      port['protocol'] ??= 'TCP';
    }
  },
  prepareForCreate: (slice) => dropTopology(slice),
  prepareForUpdate(slice, old) {
    const metadata = ensureObject(slice, 'metadata');
    // Labels count too: they say to which service the slice belongs.
    if (!isSameValue(findObject(metadata, 'labels'), old.metadata.labels)) {
      metadata['generation'] = (old.metadata.generation ?? 0) + 1;
    }
    if (!isSameValue(slice['endpoints'], jsonOf(old)['endpoints'])) dropTopology(slice);
  },
  validate: (slice) => [...headErrors(jsonOf(slice)), ...endpointsErrors(jsonOf(slice))],
  validateUpdate(slice, old) {
    const next = jsonOf(slice);
    const before = jsonOf(old);
    // What was stored before today's rules may stay as it is.
    const errors = isSameValue(next['endpoints'], before['endpoints']) ? [] : endpointsErrors(next);
    const changed = immutableErrors(next['addressType'], before['addressType'], 'addressType');
    return [...headErrors(next), ...errors, ...changed];
  },
  warnings: (slice, old) => [
    ...(old === undefined && textAt(jsonOf(slice), 'addressType') === 'FQDN'
      ? ['spec.addressType: FQDN endpoints are deprecated']
      : []),
    ...addressWarnings(slice),
  ],
};

/** Version 1 has no topology but the name of the node. */
function dropTopology(slice: DraftObject): void {
  for (const endpoint of objectsIn(slice, 'endpoints')) delete endpoint['deprecatedTopology'];
}

function headErrors(slice: JsonObject): FieldError[] {
  const type = textAt(slice, 'addressType');
  const errors: FieldError[] = [];
  if (type === '') errors.push(requiredField('addressType'));
  else if (!ADDRESS_TYPES.includes(type)) errors.push(notSupportedField('addressType', type, ADDRESS_TYPES));
  return [...errors, ...portsErrors(listAt(slice, 'ports'))];
}

function portsErrors(ports: readonly JsonObject[]): FieldError[] {
  if (ports.length > PORTS_MAX) return [tooManyField('ports', ports.length, PORTS_MAX)];
  const names = new Set<string>();
  const errors: FieldError[] = [];
  for (const [index, port] of ports.entries()) {
    const path = `ports[${String(index)}]`;
    const name = textAt(port, 'name');
    if (name !== '') addProblems(errors, `${path}.name`, name, dnsLabelProblems(name));
    if (names.has(name)) errors.push(duplicateField(`${path}.name`, name));
    names.add(name);
    const protocol = optionalTextAt(port, 'protocol');
    if (protocol === undefined) errors.push(requiredField(`${path}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) {
      errors.push(notSupportedField(`${path}.protocol`, protocol, PROTOCOLS));
    }
    const appProtocol = optionalTextAt(port, 'appProtocol');
    if (appProtocol !== undefined) {
      addProblems(errors, `${path}.appProtocol`, appProtocol, qualifiedNameProblems(appProtocol));
    }
  }
  return errors;
}

function endpointsErrors(slice: JsonObject): FieldError[] {
  const endpoints = listAt(slice, 'endpoints');
  if (endpoints.length > ENDPOINTS_MAX) return [tooManyField('endpoints', endpoints.length, ENDPOINTS_MAX)];
  const type = textAt(slice, 'addressType');
  return endpoints.flatMap((endpoint, index) => endpointErrors(endpoint, type, `endpoints[${String(index)}]`));
}

function endpointErrors(endpoint: JsonObject, type: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const addresses = textsAt(endpoint, 'addresses');
  const addressesPath = `${path}.addresses`;
  if (addresses.length === 0) errors.push(requiredField(addressesPath, 'must contain at least 1 address'));
  else if (addresses.length > ADDRESSES_MAX) {
    errors.push(tooManyField(addressesPath, addresses.length, ADDRESSES_MAX));
  }
  for (const [index, address] of addresses.entries()) {
    errors.push(...endpointAddressErrors(address, type, addressesPath, index));
  }
  const node = optionalTextAt(endpoint, 'nodeName');
  if (node !== undefined) addProblems(errors, `${path}.nodeName`, node, dnsSubdomainProblems(node));
  const topology = mapAt(endpoint, 'deprecatedTopology');
  const topologySize = Object.keys(topology).length;
  if (topologySize > TOPOLOGY_MAX) {
    errors.push(tooManyField(`${path}.deprecatedTopology`, topologySize, TOPOLOGY_MAX));
  }
  errors.push(...labelErrors(topology, `${path}.deprecatedTopology`));
  const hostname = optionalTextAt(endpoint, 'hostname');
  if (hostname !== undefined) addProblems(errors, `${path}.hostname`, hostname, dnsLabelProblems(hostname));
  const hints = objectAt(endpoint, 'hints');
  return hints === undefined ? errors : [...errors, ...hintErrors(hints, `${path}.hints`)];
}

function hintErrors(hints: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const { key, problems } of [
    { key: 'forZones', problems: labelValueProblems },
    { key: 'forNodes', problems: dnsSubdomainProblems },
  ]) {
    const names = listAt(hints, key).map((hint) => textAt(hint, 'name'));
    if (names.length > HINTS_MAX) return [...errors, tooManyField(`${path}.${key}`, names.length, HINTS_MAX)];
    for (const [index, name] of names.entries()) {
      const at = `${path}.${key}[${String(index)}].name`;
      if (names.indexOf(name) < index) errors.push(duplicateField(at, name));
      addProblems(errors, at, name, problems(name));
    }
  }
  return errors;
}

function addressWarnings(slice: KubeObject): string[] {
  if (TRUSTED_MANAGERS.has(slice.metadata.labels?.[MANAGED_BY] ?? '')) return [];
  return listAt(jsonOf(slice), 'endpoints').flatMap((endpoint, index) =>
    textsAt(endpoint, 'addresses').flatMap((address, at) =>
      ipWarnings(`endpoints[${String(index)}].addresses[${String(at)}]`, address),
    ),
  );
}
