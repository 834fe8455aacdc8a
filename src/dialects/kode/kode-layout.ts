/**
 * How the objects of a Kode are called and labelled: as the first release did it, except for the selector, which held the
 * names of template and proxy there and so broke when they changed.
 */
import { shortenName } from '../../api/name';
import type { ClaimName, Layout } from '../../model/layout';
import { AUTH_SECRET, authSecretName } from './credentials';
import type { KodeObject } from './kode';
import type { ProxyRequest } from './references';

/** Name of the one workload of a Kode, in model and layout. */
export const WORKLOAD = 'main';

/** The sidecar's container as kode-operator called it. */
const SIDECAR = 'envoy-proxy';
/** Below this port only root listens; the sidecar listens on another one then. */
const UNPRIVILEGED = 1024;
const SIDECAR_PORT = 15_080;

const NAME_LABEL = 'kode.jacero.io/name';

export interface LayoutProps {
  readonly kode: KodeObject;
  readonly proxy: ProxyRequest | undefined;
  readonly port: number;
  readonly claims: Readonly<Record<string, ClaimName>>;
}

/** The layout of a Kode. */
export function layoutOf({ kode, proxy, port, claims }: LayoutProps): Layout {
  const { name } = kode.metadata;
  const selector = { [NAME_LABEL]: name };
  return {
    labels: {
      'app.kubernetes.io/name': `kode-${name}`,
      'app.kubernetes.io/managed-by': 'kode-operator',
      ...selector,
      ...templateLabel(kode),
      ...proxyLabel(proxy),
    },
    selector,
    annotations: {},
    names: {
      workloads: { [WORKLOAD]: name },
      service: name,
      serviceAccount: name,
      networkPolicy: name,
      ingress: name,
      configMap: name,
      claims,
      secrets: { [AUTH_SECRET]: authSecretName(kode) },
    },
    service: { port },
    ...(proxy === undefined
      ? {}
      : { sidecar: { container: SIDECAR, port: port < UNPRIVILEGED ? SIDECAR_PORT : port } }),
  };
}

function templateLabel({ spec: { templateRef } }: KodeObject): Record<string, string> {
  const prefix = templateRef.kind === 'KodeClusterTemplate' ? 'kode-cluster-template' : 'kode-template';
  return { [`${prefix}.kode.jacero.io/name`]: shortenName(templateRef.name) };
}

function proxyLabel(proxy: ProxyRequest | undefined): Record<string, string> {
  if (proxy?.config === undefined) return {};
  const prefix = proxy.config.kind === 'EnvoyProxyClusterConfig' ? 'envoyproxy-cluster-config' : 'envoyproxy-config';
  return { [`${prefix}.kode.jacero.io/name`]: shortenName(proxy.config.name) };
}
