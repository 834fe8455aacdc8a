/**
 * How the objects of a server are called and labelled: all like the server itself, and with its own labels, by which clients
 * find them.
 */
import type { Layout } from '../../../model/layout';
import { asksForSignIn } from './access';
import { GIVEN_SECRET, givenSecretName, MADE_SECRET } from './credentials';
import type { JupyterServerObject, JupyterServerSpec } from './jupyter-server';
import { WORKLOAD, WORKSPACE_VOLUME } from './workload';

/** Names of the container before Jupyter, which clients read of: with a sign-in, and without. */
export const PROXY_CONTAINERS = { signIn: 'oauth2-proxy', passThrough: 'passthrough-proxy' } as const;

/** Port of the proxy before Jupyter, in both forms that it ever had here. */
const PROXY_PORT = 4180;

/** Labels under these prefixes steer the machinery: a server's own don't reach its objects. */
const RESERVED_PREFIXES = ['adrasteia.dev/', 'statefulset.kubernetes.io/', 'apps.kubernetes.io/'];

/** The layout of a server. */
export function layoutOf(server: JupyterServerObject, spec: JupyterServerSpec): Layout {
  const { name, uid } = server.metadata;
  const group = groupOf(server);
  // `app` alone is a label that other pods of a namespace may well carry.
  const selector = { [`${group}/parent-name`]: name };
  return {
    labels: {
      ...ownLabels(server),
      app: name,
      'app.kubernetes.io/name': 'amalthea',
      'app.kubernetes.io/component': 'jupyterserver',
      ...(uid === undefined ? {} : { [`${group}/parent-uid`]: uid }),
      ...selector,
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
      claims: { [WORKSPACE_VOLUME]: { name } },
      secrets: { [MADE_SECRET]: name, [GIVEN_SECRET]: givenSecretName(server) },
    },
    service: { portName: 'http', port: 80 },
    sidecar: {
      container: asksForSignIn(spec) ? PROXY_CONTAINERS.signIn : PROXY_CONTAINERS.passThrough,
      port: PROXY_PORT,
    },
  };
}

/** API group of a server: `amalthea.dev` or `renku.io`. */
function groupOf({ apiVersion }: JupyterServerObject): string {
  return apiVersion.slice(0, Math.max(apiVersion.indexOf('/'), 0));
}

function ownLabels(server: JupyterServerObject): Record<string, string> {
  const reserved = [...RESERVED_PREFIXES, `${groupOf(server)}/`];
  return Object.fromEntries(
    Object.entries(server.metadata.labels ?? {}).filter(
      ([name]) => !reserved.some((prefix) => name.startsWith(prefix)) && name !== 'controller-revision-hash',
    ),
  );
}
