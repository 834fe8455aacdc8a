/**
 * What pods may reach, as rules of NetworkPolicies.
 */
import type { NetworkPolicyEgressRule } from './shapes';

/**
 * Networks that are nobody's on the internet: the cluster's own, the site's, and the cloud's metadata service. The last three
 * are what clusters that ran out of private addresses give their pods, and the one public address at which a cloud (Azure) tells
 * every machine its secrets.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry/
 * @see https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
 */
const PRIVATE_IPV4 = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '198.18.0.0/15',
  '240.0.0.0/4',
  '168.63.129.16/32',
];

/** The same over IPv6: local addresses, a site's own NAT64, and the private networks as everybody's NAT64 knows them. */
const PRIVATE_IPV6 = ['fc00::/7', 'fe80::/10', '64:ff9b:1::/48', ...PRIVATE_IPV4.map(throughNat64)];

/** DNS anywhere: a cluster's resolvers are pods, node addresses or link-local caches, and policies can't tell which. */
export const DNS: NetworkPolicyEgressRule = {
  ports: [
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ],
};

/** Every public address. */
export const INTERNET: NetworkPolicyEgressRule = {
  to: [{ ipBlock: { cidr: '0.0.0.0/0', except: PRIVATE_IPV4 } }, { ipBlock: { cidr: '::/0', except: PRIVATE_IPV6 } }],
};

/**
 * The IPv6 network by which a NAT64 reaches an IPv4 network.
 * @see https://www.rfc-editor.org/rfc/rfc6052#section-2.1
 */
function throughNat64(cidr: string): string {
  const [address = '', length] = cidr.split('/');
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const group = (high: number, low: number): string => (high * 256 + low).toString(16);
  return `64:ff9b::${group(a, b)}:${group(c, d)}/${96 + Number(length)}`;
}
