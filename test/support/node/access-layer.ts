/**
 * The gate on a cluster with a node, as an administrator sets it up: rolled out with the platform, a client at a provider, the
 * Gate, a policy. Browsers come by TLS, under names in a domain that only they know.
 */
import { randomBytes } from 'node:crypto';
import { isReadyPod, observedPod } from '../../../constructs/parts/observed-pod';
import { connectCluster, type KubernetesCluster } from '../../../src/adapters/kubernetes/client';
import type { KubeObject, Manifest } from '../../../src/api/object';
import { launchBrowser } from '../browser/launch-browser';
import { testKubeconfig } from '../cluster';
import { typeOf } from '../engine';
import { eventually } from '../harness';
import { testNodeCluster } from '../node-cluster';
import { type RunningProvider, startOidcProvider } from '../oidc-provider/start';
import { POD, SECRET } from '../widget';
import { imageReference } from './images';
import { installPlatform } from './platform';
import { NODE_PATIENCE_MS, type WayIn } from './team';

/** The domain of environments and gate, and the loopback address that it leads to. */
const DOMAIN = 'dev.test';
const ADDRESS = '127.0.0.55';

const GATE = typeOf('Gate');
const POLICY = typeOf('ClusterAccessPolicy');
const GATE_NAMESPACE = 'adrasteia-gate';

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
