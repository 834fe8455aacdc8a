/** Columns of the tables of networking kinds. */
import type { JsonObject } from '../../../api/json';
import type { Column } from '../../resources/resource';
import { selectorCell } from '../checks/label-selectors';
import { specOf, statusOf } from '../checks/object-parts';
import { listAt, objectAt, optionalTextAt, textAt, textsAt } from '../json-members';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table-cells';

const SHOWN_HOSTS = 3;

function hostsCell(spec: JsonObject): string {
  const hosts: string[] = [];
  let hasMore = false;
  const rules = listAt(spec, 'rules');
  for (const rule of rules) {
    // A rule without a host counts too, once enough hosts are shown.
    if (hosts.length === SHOWN_HOSTS) hasMore = true;
    const host = textAt(rule, 'host');
    if (!hasMore && host !== '') hosts.push(host);
  }
  if (hosts.length === 0) return '*';
  return hasMore ? `${hosts.join(',')} + ${String(rules.length - SHOWN_HOSTS)} more...` : hosts.join(',');
}

function addressCell(status: JsonObject): string {
  const points = listAt(objectAt(status, 'loadBalancer'), 'ingress').map(
    (point) => optionalTextAt(point, 'ip') ?? textAt(point, 'hostname'),
  );
  return [...new Set(points.filter((point) => point !== ''))].sort().join(',');
}

export const ingressColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Class',
    'The name of the IngressClass resource that should be used for additional configuration',
    (object) => optionalTextAt(specOf(object), 'ingressClassName') ?? '<none>',
  ),
  column('Hosts', 'Hosts that incoming requests are matched against before the ingress rule', (object) =>
    hostsCell(specOf(object)),
  ),
  column('Address', 'Address is a list containing ingress points for the load-balancer', (object) =>
    addressCell(statusOf(object)),
  ),
  column('Ports', 'Ports of TLS configurations that open', (object) =>
    listAt(specOf(object), 'tls').length === 0 ? '80' : '80, 443',
  ),
  AGE_COLUMN,
];

function parametersCell(parameters: JsonObject | undefined): string {
  if (parameters === undefined) return '<none>';
  const group = optionalTextAt(parameters, 'apiGroup');
  return `${textAt(parameters, 'kind')}${group === undefined ? '' : `.${group}`}/${textAt(parameters, 'name')}`;
}

export const ingressClassColumns: readonly Column[] = [
  NAME_COLUMN,
  column('Controller', 'Controller that is responsible for handling this class', (object) =>
    textAt(specOf(object), 'controller'),
  ),
  column('Parameters', 'A reference to a resource with additional parameters', (object) =>
    parametersCell(objectAt(specOf(object), 'parameters')),
  ),
  AGE_COLUMN,
];

export const networkPolicyColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Pod-Selector',
    'Selects the pods to which this NetworkPolicy object applies.  The array of ingress rules is applied to any pods selected by this field. Multiple network policies can select the same set of pods.  In this case, the ingress rules for each are combined additively. This field is NOT optional and follows standard label selector semantics. An empty podSelector matches all pods in this namespace.',
    (object) => selectorCell(objectAt(specOf(object), 'podSelector') ?? {}),
  ),
  AGE_COLUMN,
];

function parentCell(parent: JsonObject | undefined): string {
  if (parent === undefined) return '<none>';
  const group = textAt(parent, 'group');
  const resource = `${textAt(parent, 'resource')}${group === '' ? '' : `.${group}`}`.toLowerCase();
  const namespace = textAt(parent, 'namespace');
  return [resource, ...(namespace === '' ? [] : [namespace]), textAt(parent, 'name')].join('/');
}

export const ipAddressColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'ParentRef',
    'ParentRef references the resource that an IPAddress is attached to. An IPAddress must reference a parent object.',
    (object) => parentCell(objectAt(specOf(object), 'parentRef')),
  ),
];

export const serviceCidrColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'CIDRs',
    'CIDRs defines the IP blocks in CIDR notation (e.g. "192.168.0.0/24" or "2001:db8::/64") from which to assign service cluster IPs. Max of two CIDRs is allowed, one of each IP family. This field is immutable.',
    (object) => textsAt(specOf(object), 'cidrs').join(','),
  ),
  AGE_COLUMN,
];
