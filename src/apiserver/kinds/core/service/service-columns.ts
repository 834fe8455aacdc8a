/** The columns of `kubectl get services`. */
import type { KubeObject } from '../../../../api/object';
import type { Column } from '../../../resources/resource';
import { listAt, mapAt, numberAt, objectAt, textAt, textsAt } from '../../json-members';
import { formatLabels } from '../../table-cells';
import { columnsOf } from '../column-definitions';
import { specOf, statusOf } from '../strategy-parts';

export const SERVICE_COLUMNS: readonly Column[] = columnsOf('services', {
  Type: (service) => textAt(specOf(service), 'type'),
  'Cluster-IP': (service) => textsAt(specOf(service), 'clusterIPs')[0] ?? '<none>',
  'External-IP': externalIp,
  'Port(s)': ports,
  Selector: (service) => formatLabels(mapAt(specOf(service), 'selector')),
});

function externalIp(service: KubeObject): string {
  const spec = specOf(service);
  const ips = textsAt(spec, 'externalIPs');
  switch (textAt(spec, 'type')) {
    case 'ClusterIP':
    case 'NodePort':
      return ips.length === 0 ? '<none>' : ips.join(',');
    case 'LoadBalancer': {
      const balancers = [...balancerAddresses(service), ...ips];
      return balancers.length === 0 ? '<pending>' : balancers.join(',');
    }
    case 'ExternalName':
      return textAt(spec, 'externalName');
    default:
      return '<unknown>';
  }
}

function balancerAddresses(service: KubeObject): string[] {
  const addresses = listAt(objectAt(statusOf(service), 'loadBalancer'), 'ingress').map((ingress) => {
    const ip = textAt(ingress, 'ip');
    return ip === '' ? textAt(ingress, 'hostname') : ip;
  });
  return [...new Set(addresses.filter((address) => address !== ''))].sort();
}

function ports(service: KubeObject): string {
  const texts = listAt(specOf(service), 'ports').map((port) => {
    const nodePort = numberAt(port, 'nodePort');
    const number =
      nodePort > 0 ? `${String(numberAt(port, 'port'))}:${String(nodePort)}` : String(numberAt(port, 'port'));
    return `${number}/${textAt(port, 'protocol')}`;
  });
  return texts.length === 0 ? '<none>' : texts.join(',');
}
