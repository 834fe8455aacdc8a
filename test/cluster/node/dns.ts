/** The names of the cluster: CoreDNS as a process of the node, behind the service that pods are told. */

import { Resolver } from 'node:dns/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeNetwork } from './network';

/** Writes CoreDNS's settings and gives its arguments. Of other names it says that they aren't there: nothing is routed to them. */
export function dnsArguments(directory: string, network: NodeNetwork, kubeconfig: string): readonly string[] {
  const file = join(directory, 'Corefile');
  writeFileSync(
    file,
    `cluster.local in-addr.arpa {
  bind ${network.nodeAddress}
  errors
  cache 5
  kubernetes {
    kubeconfig ${kubeconfig}
  }
}
. {
  bind ${network.nodeAddress}
  errors
  template IN ANY . {
    rcode NXDOMAIN
  }
}
`,
  );
  return ['-conf', file];
}

/** True where the API server's service is known by name. */
export async function knowsNames(network: NodeNetwork): Promise<boolean> {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([network.nodeAddress]);
  try {
    return (await resolver.resolve4('kubernetes.default.svc.cluster.local')).length > 0;
  } catch {
    return false;
  }
}
