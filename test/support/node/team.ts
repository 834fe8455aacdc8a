/**
 * A team on a cluster with a node and the platform: its namespace, which holds pods to Pod Security `restricted`, its entry
 * point, and its environments, as its administrator and its users handle them.
 */

import { randomBytes } from 'node:crypto';
import { isReadyPod, observedPod } from '../../../constructs/parts/observed-pod';
import { NAMESPACE, POD, SECRET } from '../../../constructs/parts/resource-types';
import { connectCluster, type KubernetesCluster } from '../../../src/adapters/kubernetes/client';
import { type KubeObject, type Manifest, valueAt } from '../../../src/api/object';
import type { ResourceType } from '../../../src/api/resource-type';
import { testKubeconfig } from '../cluster';
import { typeOf } from '../engine';
import { eventually } from '../eventually';
import { IngressProxy } from '../nginx-ingress/ingress-proxy';

/** The name of this machine for itself, so that browsers find it without a resolver. */
const DOMAIN = 'localhost';

/** How long a node may take to pull, mount and start, in milliseconds. */
export const NODE_PATIENCE_MS = 300_000;

const ENVIRONMENT = typeOf('Environment');

/** How browsers come in. Default: by HTTP, below paths of one host. */
export interface WayIn {
  /** Each environment has a host of its own in this domain. */
  readonly domain?: string;
  readonly tls?: { readonly address: string; readonly names: readonly string[] };
}

/** What an environment is made from, and what its user says of it. */
export interface EnvironmentSettings {
  /** The template's workloads. */
  readonly workloads: readonly object[];
  /** Name of the user whose it is. Default `ada`. */
  readonly owner?: string;
  /** More of the template. */
  readonly template?: object;
  /** A template of the whole cluster is an administrator's, who alone may go below Pod Security Restricted. Default: a team's own. */
  readonly templateKind?: 'EnvironmentTemplate' | 'ClusterEnvironmentTemplate';
}

/** One team. Close it: its namespace goes, with all that is in it. */
export class Team {
  private readonly clusterTemplates: string[] = [];

  private constructor(
    readonly cluster: KubernetesCluster,
    readonly namespace: string,
    private readonly proxy: IngressProxy,
    private readonly domain: string | undefined,
  ) {}

  /** Makes the namespace and its entry point, and starts the way in. */
  static async make(level: 'restricted' | 'baseline' = 'restricted', way: WayIn = {}): Promise<Team> {
    const kubeconfig = testKubeconfig();
    const cluster = connectCluster({ kubeconfig });
    const namespace = `team-${randomBytes(3).toString('hex')}`;
    await cluster.create(NAMESPACE, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': level } },
    });
    const { tls } = way;
    const proxy = await IngressProxy.start({ kubeconfig, ...(tls === undefined ? {} : { tls }) });
    const team = new Team(cluster, namespace, proxy, way.domain);
    await team.apply(typeOf('EntryPoint'), {
      apiVersion: 'adrasteia.dev/v1alpha1',
      kind: 'EntryPoint',
      metadata: { name: 'browsers' },
      spec:
        way.domain === undefined
          ? { routing: 'Path', baseDomain: DOMAIN, ingress: { className: 'nginx' } }
          : { hostNames: 'Flat', baseDomain: way.domain, ingress: { className: 'nginx' }, tls: {} },
    });
    return team;
  }

  /** Applies an object in the team's namespace. */
  async apply(type: ResourceType, manifest: Manifest): Promise<KubeObject> {
    const placed = { ...manifest, metadata: { ...manifest.metadata, namespace: this.namespace } };
    return this.cluster.apply(type, placed, { fieldManager: 'test', force: true });
  }

  /** The object as it is now; undefined where there is none. */
  async find(type: ResourceType, name: string): Promise<KubeObject | undefined> {
    return this.cluster.get(type, { namespace: this.namespace, name });
  }

  /** The object, once `holds` is true of it. Fails with what the object said last. */
  async until(
    type: ResourceType,
    name: string,
    what: string,
    holds: (object: KubeObject) => boolean,
  ): Promise<KubeObject> {
    let last: KubeObject | undefined;
    try {
      return await eventually(
        `${type.kind} ${name}: ${what}`,
        async () => {
          last = await this.find(type, name);
          return last !== undefined && holds(last) ? last : undefined;
        },
        NODE_PATIENCE_MS,
      );
    } catch (error) {
      throw new Error(`${(error as Error).message}; its status: ${JSON.stringify(last?.status ?? null)}`, {
        cause: error,
      });
    }
  }

  /** Makes a template and an environment of the same name, and waits until it is ready. */
  async environment(name: string, settings: EnvironmentSettings): Promise<KubeObject> {
    const templateRef = await this.template(name, settings);
    await this.apply(ENVIRONMENT, {
      apiVersion: 'adrasteia.dev/v1alpha1',
      kind: 'Environment',
      metadata: { name },
      spec: { templateRef, owner: { kind: 'User', name: settings.owner ?? 'ada' } },
    });
    return this.ready(name);
  }

  /** The environment, once it is ready. */
  async ready(name: string): Promise<KubeObject> {
    return this.until(ENVIRONMENT, name, 'is ready', (object) => valueAt(object, ['status', 'phase']) === 'Ready');
  }

  /** Stops an environment, waits until no pod is left, starts it again, and waits until it is ready. */
  async stopAndStart(name: string): Promise<void> {
    await this.want(name, 'Stopped');
    await eventually(
      `pod ${name}-0 is gone`,
      async () => (await this.find(POD, `${name}-0`)) === undefined,
      NODE_PATIENCE_MS,
    );
    await this.want(name, 'Running');
    await this.ready(name);
  }

  /** Kills an environment's pod without grace, and waits until another one is ready. */
  async killPod(name: string): Promise<void> {
    const before = await this.podUid(name);
    await this.cluster.delete(POD, { namespace: this.namespace, name: `${name}-0` }, { gracePeriodSeconds: 0 });
    await this.until(
      POD,
      `${name}-0`,
      'is another one, and ready',
      (pod) => pod.metadata.uid !== before && isReadyPod(observedPod(pod)),
    );
    await this.ready(name);
  }

  /** Identity of the environment's pod: another one after each restart of the pod. */
  async podUid(name: string): Promise<string | undefined> {
    return (await this.find(POD, `${name}-0`))?.metadata.uid;
  }

  /** Where the user's browser opens it, once the way in leads there. */
  async url(name: string): Promise<string> {
    const [host, path] =
      this.domain === undefined
        ? [DOMAIN, `/${this.namespace}/${name}/`]
        : [`${name}--${this.namespace}.${this.domain}`, '/'];
    await eventually(`${host}${path} leads to the environment`, () => this.proxy.leads(host, path), NODE_PATIENCE_MS);
    return this.proxy.url(host, path);
  }

  /** The password that the platform made for it. */
  async password(name: string): Promise<string> {
    const secret = await this.find(SECRET, `${name}-credentials`);
    const encoded = secret === undefined ? undefined : valueAt(secret, ['data', 'password']);
    if (typeof encoded !== 'string') throw new Error(`Secret ${name}-credentials holds no password`);
    return Buffer.from(encoded, 'base64').toString();
  }

  /** Stops the way in, and removes the namespace. */
  async close(): Promise<void> {
    await this.proxy.stop();
    await this.cluster.delete(NAMESPACE, { name: this.namespace });
    for (const name of this.clusterTemplates) await this.cluster.delete(typeOf('ClusterEnvironmentTemplate'), { name });
    await this.cluster.close();
  }

  private async template(
    name: string,
    { workloads, template = {}, templateKind: kind = 'EnvironmentTemplate' }: EnvironmentSettings,
  ): Promise<{ readonly kind: string; readonly name: string }> {
    const isTeams = kind === 'EnvironmentTemplate';
    const ref = { kind, name: isTeams ? name : `${this.namespace}-${name}` };
    const manifest = {
      apiVersion: 'adrasteia.dev/v1alpha1',
      kind,
      metadata: { name: ref.name },
      spec: { workloads, entryPointRef: { name: 'browsers' }, ...template },
    };
    if (isTeams) {
      await this.apply(typeOf(kind), manifest);
    } else {
      await this.cluster.apply(typeOf(kind), manifest, { fieldManager: 'test', force: true });
      this.clusterTemplates.push(ref.name);
    }
    return ref;
  }

  private async want(name: string, desiredState: 'Running' | 'Stopped'): Promise<void> {
    await this.cluster.patch(
      ENVIRONMENT,
      { namespace: this.namespace, name },
      { spec: { desiredState } },
      { type: 'merge', fieldManager: 'test' },
    );
  }
}
