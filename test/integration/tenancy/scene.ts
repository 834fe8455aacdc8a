/**
 * A cluster with what the platform ships for tenancy, a controller at work, and people of a test's own: tenants and workspaces are
 * everybody's, so each scene has names of its own.
 */
import { CLUSTER_ROLE, CLUSTER_ROLE_BINDING } from '../../../constructs/parts/resource-types';
import { platformTree } from '../../../constructs/platform';
import type { JsonObject } from '../../../src/api/json';
import { type KubeObject, type Manifest, valueAt } from '../../../src/api/object';
import { kindKeyOf, type ResourceType } from '../../../src/api/resource-type';
import { renderTree } from '../../../src/synth';
import { engineCrds, engineKinds, typeOf } from '../../support/engine';
import { eventually } from '../../support/eventually';
import { Harness, type Running, type StartOptions } from '../../support/harness';
import { shipRoles } from '../../support/shipped-roles';
import { removeTenancyObject, removeTenancyObjects } from '../../support/tenancy-objects';
import { type Judgement, judged } from './judgement';
import { type Attempt, Person } from './person';

export const TENANT = typeOf('Tenant');
export const WORKSPACE = typeOf('Workspace');
export const TENANCY = typeOf('Tenancy');
export const ENVIRONMENT = typeOf('Environment');
export const TEMPLATE = typeOf('EnvironmentTemplate');
export const CROWNLABS_TENANT = typeOf('Tenant', 'crownlabs.polito.it');
export const CROWNLABS_WORKSPACE = typeOf('Workspace', 'crownlabs.polito.it');
export const NAMESPACE = core('Namespace', 'namespaces', false);
export const POD = core('Pod', 'pods');
export const SECRET = core('Secret', 'secrets');
export const SERVICE_ACCOUNT = core('ServiceAccount', 'serviceaccounts');
const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1' } as const;
const ADMISSION = { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false } as const;
const SHIPPED: readonly ResourceType[] = [
  { ...ADMISSION, kind: 'ValidatingAdmissionPolicy', plural: 'validatingadmissionpolicies' },
  { ...ADMISSION, kind: 'ValidatingAdmissionPolicyBinding', plural: 'validatingadmissionpolicybindings' },
];
export const KINDS = engineKinds();

function core(kind: string, plural: string, namespaced = true): ResourceType {
  return { group: '', version: 'v1', kind, plural, namespaced };
}

/** An object of ours that is cluster-scoped. */
export function of(kind: string, name: string, spec: object): Manifest {
  return { apiVersion: 'adrasteia.dev/v1alpha1', kind, metadata: { name }, spec };
}

/** A tenant with a quota of its own, without bounds, unless the test says otherwise. */
export function person(name: string, spec: object = {}): Manifest {
  return of('Tenant', name, { firstName: 'A', lastName: 'Person', email: `${name}@example.org`, quota: {}, ...spec });
}

export function crownlabsTenant(name: string, spec: object = {}): Manifest {
  return {
    apiVersion: 'crownlabs.polito.it/v1alpha2',
    kind: 'Tenant',
    metadata: { name },
    spec: { firstName: 'John', lastName: 'Doe', email: 'john.doe@example.org', ...spec },
  };
}

/** Path of a Tenant of ours. */
export function tenantPath(name: string): string {
  return `/apis/adrasteia.dev/v1alpha1/tenants/${name}`;
}

export const readyReason = (object: KubeObject): unknown => valueAt(object, ['status', 'conditions', 0, 'reason']);
export const isReady = (object: KubeObject): boolean => readyReason(object) === 'Ready';

export interface SceneOptions {
  /** True: the admission policies are installed and hold. Default false. */
  readonly admission?: boolean;
  readonly start?: StartOptions;
}

export class TenancyScene {
  private readonly people: Person[] = [];
  private readonly made: { readonly type: ResourceType; readonly name: string }[] = [];

  private constructor(
    readonly harness: Harness,
    readonly running: Running,
  ) {}

  static async make({ admission = false, start = {} }: SceneOptions = {}): Promise<TenancyScene> {
    const harness = await Harness.make(engineCrds());
    await shipRoles(harness.cluster);
    const running = await harness.start(KINDS, { ...start, everywhere: true });
    const scene = new TenancyScene(harness, running);
    if (admission) await scene.installAdmission();
    return scene;
  }

  /** A name of this scene's own. */
  name(base: string): string {
    return `${base}-${this.harness.namespace}`;
  }

  /** Applies as administrator; what is cluster-scoped goes with the scene. */
  async apply(type: ResourceType, manifest: Manifest): Promise<KubeObject> {
    if (!type.namespaced && kindKeyOf(manifest) !== 'ClusterRole.rbac.authorization.k8s.io')
      this.made.push({ type, name: manifest.metadata.name });
    return this.harness.apply(type, manifest);
  }

  /** Tenants, each ready. */
  async tenants(...manifests: readonly Manifest[]): Promise<void> {
    for (const manifest of manifests) await this.apply(TENANT, manifest);
    for (const { metadata } of manifests) await this.until(TENANT, metadata.name, 'is ready', isReady);
  }

  until(type: ResourceType, name: string, what: string, holds: (object: KubeObject) => boolean): Promise<KubeObject> {
    return eventually(`${type.kind} ${name} ${what}`, async () => {
      const object = await this.harness.cluster.get(type, { name });
      return object !== undefined && holds(object) ? object : undefined;
    });
  }

  gone(type: ResourceType, name: string): Promise<unknown> {
    return eventually(
      `${type.kind} ${name} is gone`,
      async () => (await this.harness.cluster.get(type, { name })) === undefined,
    );
  }

  /** Deletes an object of tenancy with its volumes, and waits until it is gone. */
  remove(type: ResourceType, name: string): Promise<void> {
    return removeTenancyObject(this.harness.cluster, { type, name });
  }

  /** A user of this name, as the identity provider would let in. */
  user(name: string, groups: readonly string[] = []): Person {
    return this.known(Person.impersonating(this.harness.cluster.connection, name, groups));
  }

  /** Closed with the scene. */
  known(one: Person): Person {
    this.people.push(one);
    return one;
  }

  /** What becomes of a patch of a Tenant of ours, without a change. */
  async patching(who: Person, name: string, patch: JsonObject): Promise<string> {
    const answer = await who.ask({ method: 'PATCH', path: tenantPath(name), body: patch });
    return judged(answer) === 'Yes' ? 'Yes' : answer.message;
  }

  async judge(who: Person, attempt: Attempt): Promise<Judgement> {
    return judged(await who.ask(attempt));
  }

  /** Until an attempt is answered so: rights and policies count a moment after they are written. */
  async untilJudged(what: string, who: Person, attempt: Attempt, expected: Judgement): Promise<void> {
    await eventually(what, async () => (await this.judge(who, attempt)) === expected);
  }

  untilHolds(what: string, holds: () => Promise<boolean>): Promise<unknown> {
    return eventually(what, holds);
  }

  /** What the platform ships to decide who may change what, in force: each policy refuses what it is there for. */
  async installAdmission(): Promise<void> {
    const { cluster, namespace } = this.harness;
    for (const { manifest } of renderTree(platformTree({ kinds: KINDS, version: '0.0.0', tenancy: true }))) {
      const type = SHIPPED.find(({ kind }) => kind === manifest.kind);
      if (type !== undefined) await this.harness.apply(type, manifest);
    }
    const name = this.name('probe');
    // Users who may change anything of a Tenant, as far as RBAC goes, and administer none.
    await this.apply(CLUSTER_ROLE, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name },
      rules: [{ apiGroups: ['adrasteia.dev', 'crownlabs.polito.it'], resources: ['tenants'], verbs: ['get', 'patch'] }],
    });
    await this.apply(CLUSTER_ROLE_BINDING, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: RBAC.group, kind: 'ClusterRole', name },
      subjects: [{ apiGroup: RBAC.group, kind: 'User', name }],
    });
    await this.apply(TENANT, person(name, { sandbox: true }));
    await this.until(TENANT, name, 'is ready', isReady);
    await this.apply(CROWNLABS_TENANT, crownlabsTenant(this.name('crown'), { createSandbox: true }));
    await this.until(
      CROWNLABS_TENANT,
      this.name('crown'),
      'is ready',
      (object) => valueAt(object, ['status', 'ready']) === true,
    );
    const probe = this.user(name);
    const admin = this.known(Person.as(cluster.connection));
    const mark = { metadata: { annotations: { probe: namespace } } };
    const refused: readonly (readonly [Person, Attempt])[] = [
      [probe, { method: 'PATCH', path: tenantPath(name), body: mark }],
      [
        probe,
        { method: 'PATCH', path: `/apis/crownlabs.polito.it/v1alpha2/tenants/${this.name('crown')}`, body: mark },
      ],
      [admin, environmentOf(`tenant-${name}`, 'nobody')],
      ...[`sandbox-${name}`, `sandbox-${this.name('crown')}`].flatMap((sandbox) =>
        [serviceIn(sandbox, { type: 'NodePort' }), ingressIn(sandbox, 'www.example.org'), podIn(sandbox, SYSTEM)].map(
          (attempt) => [admin, attempt] as const,
        ),
      ),
    ];
    for (const [who, attempt] of refused)
      await eventually(`a policy holds for ${attempt.path}`, async () => {
        const { message } = await who.ask(attempt);
        return message.includes('ValidatingAdmissionPolicy');
      });
  }

  async close(): Promise<void> {
    for (const one of this.people) await one.close();
    await removeTenancyObjects(this.harness.cluster, this.made);
    await this.harness.close();
  }
}

const SYSTEM = { priorityClassName: 'system-cluster-critical' };

/** The creation of an environment of somebody's. */
export function environmentOf(namespace: string, tenant: string): Attempt {
  return {
    method: 'POST',
    path: `/apis/adrasteia.dev/v1alpha1/namespaces/${namespace}/environments`,
    body: {
      apiVersion: 'adrasteia.dev/v1alpha1',
      kind: 'Environment',
      metadata: { name: 'attempt', namespace },
      spec: { templateRef: { kind: 'EnvironmentTemplate', name: 'any' }, owner: { kind: 'Tenant', name: tenant } },
    },
  };
}

/** The creation of a Service. */
export function serviceIn(namespace: string, spec: object = {}): Attempt {
  return {
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/services`,
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'attempt', namespace },
      spec: { selector: { app: 'attempt' }, ports: [{ port: 80 }], ...spec },
    },
  };
}

/** The creation of an Ingress for a host; without a host, for all of them. */
export function ingressIn(namespace: string, host: string | undefined, spec: object = {}): Attempt {
  const backend = { service: { name: 'attempt', port: { number: 80 } } };
  return {
    method: 'POST',
    path: `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`,
    body: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'attempt', namespace },
      spec: {
        rules: [
          { ...(host === undefined ? {} : { host }), http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } },
        ],
        ...spec,
      },
    },
  };
}

/** The creation of a pod that the level Restricted lets through. */
export function podIn(namespace: string, spec: object = {}): Attempt {
  return {
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods`,
    body: podManifest(namespace, 'attempt', spec),
  };
}

/** A pod that the level Restricted lets through, and every quota. */
export function podManifest(namespace: string, name: string, spec: object = {}): Manifest {
  const amounts = { cpu: '10m', memory: '16Mi' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'main',
          image: 'registry.example.org/app:1',
          resources: { requests: amounts, limits: amounts },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
      ...spec,
    },
  };
}
