/**
 * The gate on a cluster with a node, with a real Keycloak behind it: rolled out with the platform, a client in a realm, the
 * Gate, a policy that grants to a group and to a role. Browsers come as to any team with an access layer.
 */

import { randomBytes } from 'node:crypto';
import { SECRET } from '../../../constructs/parts/resource-types';
import { connectCluster, type KubernetesCluster } from '../../../src/adapters/kubernetes/client';
import type { Manifest } from '../../../src/api/object';
import { launchBrowser } from '../browser/launch-browser';
import { testKubeconfig } from '../cluster';
import { typeOf } from '../engine';
import { BY_TLS } from '../node/access-layer';
import { imageReference } from '../node/images';
import { installPlatform } from '../node/platform';
import { testNodeCluster } from '../node-cluster';
import { Realm, type RealmPerson } from './realm';
import { RunningKeycloak } from './running-keycloak';

const { domain = '', tls } = BY_TLS;
const GATE_HOST = `gate.${domain}`;
const GATE_NAMESPACE = 'adrasteia-gate';
const CLIENT_ID = 'adrasteia';

/** The policy's name. */
export const POLICY = 'company';

/** A role of the gate's client, which lets look at environments. */
export const VIEWER_ROLE = 'viewer';

/** A group of the realm whose people may use environments. */
export const SUPPORT_GROUP = '/support';

/** The access layer with Keycloak. Close it: the Gate goes, and Keycloak with all that it knows. */
export class KeycloakAccess {
  private constructor(
    private readonly cluster: KubernetesCluster,
    private readonly keycloak: RunningKeycloak,
    readonly realm: Realm,
  ) {}

  /** Sets everything up; the realm knows these people. */
  static async install(people: readonly RealmPerson[]): Promise<KeycloakAccess> {
    const kubeconfig = testKubeconfig();
    // The gate's pods ask it too, so it is where both they and browsers reach it.
    const keycloak = await RunningKeycloak.start({ address: testNodeCluster().hostAddress });
    const secret = randomBytes(16).toString('hex');
    const realm = await Realm.make(keycloak, {
      name: 'company',
      clients: [{ clientId: CLIENT_ID, secret, redirectUris: [`https://${GATE_HOST}/callback`], roles: [VIEWER_ROLE] }],
      people,
    });
    installPlatform(kubeconfig, imageReference('controller'), {
      image: imageReference('gate'),
      host: GATE_HOST,
    });
    const access = new KeycloakAccess(connectCluster({ kubeconfig }), keycloak, realm);
    await access.cluster.apply(
      SECRET,
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'company', namespace: GATE_NAMESPACE },
        stringData: { secret },
      },
      { fieldManager: 'test', force: true },
    );
    await access.#apply('Gate', 'default', {
      url: `https://${GATE_HOST}`,
      sidecar: { image: imageReference('envoy') },
      providers: [
        {
          name: 'company',
          issuerUrl: realm.issuerUrl,
          clientId: CLIENT_ID,
          clientSecret: { name: 'company', key: 'secret' },
          keepClaims: ['roles'],
        },
      ],
    });
    await access.#apply('ClusterAccessPolicy', POLICY, {
      authenticate: { oidc: { providers: ['company'] } },
      authorize: [
        {
          owner: {},
          grants: [
            { group: SUPPORT_GROUP, level: 'Use' },
            { claim: { name: 'roles', value: VIEWER_ROLE }, level: 'View' },
          ],
        },
      ],
    });
    return access;
  }

  /** A browser that finds the domain, and asks nobody who signed the certificate. */
  async browser(): ReturnType<typeof launchBrowser> {
    return launchBrowser({
      flags: [`--host-resolver-rules=MAP *.${domain} ${tls?.address ?? ''}`, '--ignore-certificate-errors'],
    });
  }

  async close(): Promise<void> {
    await this.cluster.delete(typeOf('Gate'), { name: 'default' });
    await this.cluster.delete(typeOf('ClusterAccessPolicy'), { name: POLICY });
    await this.cluster.close();
    await this.keycloak.stop();
  }

  async #apply(kind: 'Gate' | 'ClusterAccessPolicy', name: string, spec: object): Promise<void> {
    const manifest = { apiVersion: 'adrasteia.dev/v1alpha1', kind, metadata: { name }, spec } as unknown as Manifest;
    await this.cluster.apply(typeOf(kind), manifest, { fieldManager: 'test', force: true });
  }
}
