/** Where the gate reaches a Service. */
import type { ServiceReference } from '../../../access/access-rules';

export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

/** Where somebody is asked, and for how long at most. */
export interface AskingOptions {
  readonly address: SocketAddress;
  readonly timeoutMs: number;
}

/** Gives the address of a Service. */
export type ServiceAddress = (service: ServiceReference) => SocketAddress;

/** As pods find it: by the cluster's DNS. */
export const inClusterAddress: ServiceAddress = ({ name, namespace, port }) => ({
  host: `${name}.${namespace}.svc`,
  port,
});
