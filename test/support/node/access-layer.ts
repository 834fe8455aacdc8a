/**
 * The gate on a cluster with a node, as an administrator sets it up: rolled out with the platform, a client at a provider, the
 * Gate, a policy. Browsers come by TLS, under names in a domain that only they know.
 */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isReadyPod, observedPod } from '../../../constructs/parts/observed-pod';
import { POD, SECRET, SERVICE } from '../../../constructs/parts/resource-types';
import { connectCluster, type KubernetesCluster } from '../../../src/adapters/kubernetes/client';
import { type KubeObject, type Manifest, valueAt } from '../../../src/api/object';
import { launchBrowser } from '../browser/launch-browser';
import { testKubeconfig } from '../cluster';
import { typeOf } from '../engine';
import { eventually } from '../eventually';
import { testNodeCluster } from '../node-cluster';
import { type RunningProvider, startOidcProvider } from '../oidc-provider/start';
import { imageReference } from './images';
import { installPlatform } from './platform';
import { NODE_PATIENCE_MS, type Team, type WayIn } from './team';
import { trustingEditor } from './trusting-editor';

/** The domain of environments and gate, and the loopback address that it leads to. */
const DOMAIN = 'dev.test';
const ADDRESS = '127.0.0.55';

const GATE = typeOf('Gate');
const POLICY = typeOf('ClusterAccessPolicy');
const GATE_NAMESPACE = 'adrasteia-gate';

const INGRESS = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  namespaced: true,
} as const;

/** How browsers come in to a team's environments. */
export const BY_TLS: WayIn = {
  domain: DOMAIN,
  tls: { address: ADDRESS, names: [DOMAIN, `*.${DOMAIN}`] },
};

/** The access layer, and a provider. Close it: the Gate goes, and environments that ask for a sign-in are closed. */
export class AccessLayer {
  private constructor(
    private readonly cluster: KubernetesCluster,
    private readonly provider: RunningProvider,
  ) {}

  /** Sets everything up, with a policy `company` that lets owners in and those with whom they share. */
  static async install(): Promise<AccessLayer> {
    const kubeconfig = testKubeconfig();
    const clientSecret = randomBytes(16).toString('hex');
    const provider = await startOidcProvider(
      [{ clientId: 'adrasteia', clientSecret, redirectUris: [`https://gate.${DOMAIN}/callback`] }],
      // The gate's pods ask it too, so it is where both they and browsers reach it.
      { address: testNodeCluster().hostAddress },
    );
    installPlatform(kubeconfig, imageReference('controller'), {
      image: imageReference('gate'),
      host: `gate.${DOMAIN}`,
    });
    const layer = new AccessLayer(connectCluster({ kubeconfig }), provider);
    await layer.cluster.apply(
      SECRET,
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'company', namespace: GATE_NAMESPACE },
        stringData: { secret: clientSecret },
      },
      { fieldManager: 'test', force: true },
    );
    await layer.apply('Gate', 'default', {
      url: `https://gate.${DOMAIN}`,
      sidecar: { image: imageReference('envoy') },
      providers: [
        {
          name: 'company',
          issuerUrl: provider.issuerUrl,
          clientId: 'adrasteia',
          clientSecret: { name: 'company', key: 'secret' },
          scopes: ['openid', 'profile', 'email', 'groups'],
        },
      ],
    });
    await layer.apply('ClusterAccessPolicy', 'company', { authenticate: { oidc: { providers: ['company'] } } });
    return layer;
  }

  /** A browser that finds the domain, and asks nobody who signed the certificate. */
  async browser(): ReturnType<typeof launchBrowser> {
    return launchBrowser({
      flags: [`--host-resolver-rules=MAP *.${DOMAIN} ${ADDRESS}`, '--ignore-certificate-errors'],
    });
  }

  /** Ends every pod of the gate without grace, and waits until as many others are ready. */
  async restartGate(): Promise<void> {
    const pods = async (): Promise<readonly KubeObject[]> =>
      (await this.cluster.list(POD, { namespace: GATE_NAMESPACE })).items;
    const before = await pods();
    const names = new Set(before.map(({ metadata }) => metadata.uid));
    for (const { metadata } of before)
      await this.cluster.delete(POD, { namespace: GATE_NAMESPACE, name: metadata.name }, { gracePeriodSeconds: 0 });
    await eventually(
      'other pods of the gate are ready',
      async () => {
        const now = (await pods()).filter(({ metadata }) => !names.has(metadata.uid));
        return now.length >= before.length && now.every((pod) => isReadyPod(observedPod(pod)));
      },
      NODE_PATIENCE_MS,
    );
  }

  async close(): Promise<void> {
    await this.cluster.delete(GATE, { name: 'default' });
    await this.cluster.delete(POLICY, { name: 'company' });
    await this.provider.stop();
    await this.cluster.close();
  }

  private async apply(kind: 'Gate' | 'ClusterAccessPolicy', name: string, spec: object): Promise<void> {
    const manifest = { apiVersion: 'adrasteia.dev/v1alpha1', kind, metadata: { name }, spec } as unknown as Manifest;
    await this.cluster.apply(typeOf(kind), manifest, { fieldManager: 'test', force: true });
  }
}

/** Makes Alice's environment of a preset, called like it, which the policy `company` guards and which she may share. */
export async function guardedEnvironment(team: Team, preset: 'jupyterlab' | 'code-server'): Promise<void> {
  const container = {
    preset,
    image: imageReference(preset),
    resources: { requests: { cpu: '100m', memory: '256Mi' } },
  };
  await team.environment(preset, {
    owner: 'alice',
    workloads: [{ name: 'main', container, storage: { size: '1Gi' } }],
    template: {
      accessPolicyRef: { kind: 'ClusterAccessPolicy', name: 'company' },
      allow: { share: true },
      ...(preset === 'code-server' ? { initPlugins: [trustingEditor()] } : {}),
    },
  });
}

/**
 * Makes the proxy in front take up another configuration, as it does for any Ingress that comes or goes, and returns when it
 * answers by it. The Ingress leads to an environment by a name that isn't its own.
 */
export async function reloadProxy(team: Team, environment: string): Promise<void> {
  const name = `reload-${randomBytes(3).toString('hex')}`;
  const host = `${name}.${DOMAIN}`;
  const service = await team.find(SERVICE, environment);
  const number = service === undefined ? undefined : valueAt(service, ['spec', 'ports', 0, 'port']);
  const backend = { service: { name: environment, port: { number } } };
  await team.apply(INGRESS, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name },
    spec: {
      ingressClassName: 'nginx',
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  });
  // The sidecar's own word that the name is wrong: before, nobody knew the name at all.
  await eventually('the proxy has taken up the configuration', async () => {
    return (await statusAt(host).catch(() => undefined)) === 421;
  });
}

async function statusAt(host: string): Promise<number | undefined> {
  const asked = request({ host: ADDRESS, path: '/', headers: { host }, agent: false, rejectUnauthorized: false });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}
