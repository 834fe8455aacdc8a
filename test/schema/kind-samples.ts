/** Objects of our kinds that break each rule, one at a time: what validation and a real API server must refuse alike. */
import { ACCESS_POLICY, CLUSTER_ACCESS_POLICY } from '../../constructs/access-policy';
import { ENTRY_POINT } from '../../constructs/entry-point';
import { ENVIRONMENT } from '../../constructs/environment';
import { INVENTORY } from '../../constructs/inventory';
import { SHARED_VOLUME } from '../../constructs/shared-volume';
import { CLUSTER_ENVIRONMENT_TEMPLATE, ENVIRONMENT_TEMPLATE } from '../../constructs/template';
import { ENVIRONMENT_ACCESS } from '../../src/access/environment-access';
import { GATE } from '../../src/access/gate';
import type { Manifest } from '../../src/api/object';
import type { KindSchema } from '../../src/schema/kind-schema';

type Fields = Readonly<Record<string, unknown>>;

/** Our kinds. */
export const SCHEMAS: readonly KindSchema[] = [
  ENVIRONMENT,
  ENVIRONMENT_TEMPLATE,
  CLUSTER_ENVIRONMENT_TEMPLATE,
  ENTRY_POINT,
  ACCESS_POLICY,
  CLUSTER_ACCESS_POLICY,
  GATE,
  ENVIRONMENT_ACCESS,
  SHARED_VOLUME,
  INVENTORY,
];

export interface Sample {
  readonly because: string;
  readonly schema: KindSchema;
  readonly object: Manifest;
  /** The object before, where the sample is a change. */
  readonly previous?: Manifest;
  /** Path that validation blames; absent: the object is right. */
  readonly path?: string;
}

function object({ type }: KindSchema, spec: Fields, name = 'sample'): Manifest {
  const { group, version, kind, namespaced } = type;
  return {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { name, ...(namespaced ? { namespace: 'default' } : {}) },
    spec,
  };
}

const environment = (spec: Fields = {}, name?: string): Manifest =>
  object(
    ENVIRONMENT,
    { templateRef: { kind: 'EnvironmentTemplate', name: 'lab' }, owner: { kind: 'User', name: 'ada' }, ...spec },
    name,
  );
const CONTAINER = { image: 'registry.example.org/app:1', ports: [{ name: 'http', port: 80 }] };
const WEB = { port: 'http', signIn: 'App' };
const withWorkload = (workload: Fields): Fields => ({ workloads: [{ container: CONTAINER, ...workload }] });
const template = (spec: Fields): Manifest => object(ENVIRONMENT_TEMPLATE, spec);
const clusterTemplate = (spec: Fields): Manifest => object(CLUSTER_ENVIRONMENT_TEMPLATE, spec);

function row(because: string, schema: KindSchema, sample: Manifest, path?: string): Sample {
  return { because, schema, object: sample, ...(path === undefined ? {} : { path }) };
}

const ofTemplate = (because: string, spec: Fields, path?: string): Sample =>
  row(because, ENVIRONMENT_TEMPLATE, template(spec), path);
const ofClusterTemplate = (because: string, spec: Fields, path?: string): Sample =>
  row(because, CLUSTER_ENVIRONMENT_TEMPLATE, clusterTemplate(spec), path);
const ofEnvironment = (because: string, spec: Fields, path?: string): Sample =>
  row(because, ENVIRONMENT, environment(spec), path);

const policy = (because: string, spec: Fields, path?: string): Sample =>
  row(because, ACCESS_POLICY, object(ACCESS_POLICY, spec), path);
const SERVICE = { name: 'opa', namespace: 'default', port: 9191 };
const ACCESS = {
  address: { scheme: 'https', host: 'thesis.dev.example.org', path: '/' },
  listenPort: 15_080,
  app: { port: 8888, basePath: 'Keep' },
  authenticate: { method: 'OIDC' },
};

const WORKLOAD = 'spec.workloads[0]';

export const SAMPLES: readonly Sample[] = [
  ofEnvironment('an environment needs a template and an owner', {}),
  ofEnvironment('parameters are scalars', { parameters: { size: 'large', cpu: 2.5, debug: true } }),
  ofEnvironment('storage is overridden by workload', {
    overrides: { storage: { main: { size: '20Gi' } }, resources: { limits: { memory: 1 } } },
  }),
  ofEnvironment(
    'a template is of one of two kinds',
    { templateRef: { kind: 'Template', name: 'lab' } },
    'spec.templateRef.kind',
  ),
  ofEnvironment('a template may be one of another namespace', {
    templateRef: { kind: 'EnvironmentTemplate', name: 'lab', namespace: 'workspace-tea' },
  }),
  ofEnvironment(
    'a template of the cluster has no namespace',
    { templateRef: { kind: 'ClusterEnvironmentTemplate', name: 'lab', namespace: 'workspace-tea' } },
    'spec.templateRef.namespace',
  ),
  ofEnvironment('an environment is running or stopped', { desiredState: 'Paused' }, 'spec.desiredState'),
  ofEnvironment(
    'an override names a workload',
    { overrides: { storage: { 'Main!': {} } } },
    'spec.overrides.storage[Main!]',
  ),
  row('a name leaves room for the names made from it', ENVIRONMENT, environment({}, 'a'.repeat(53)), 'metadata.name'),
  row('a name is one that a Service may have', ENVIRONMENT, environment({}, '1st'), 'metadata.name'),
  row('a name has no dots', ENVIRONMENT, environment({}, 'my.thesis'), 'metadata.name'),
  {
    because: 'an owner is fixed',
    schema: ENVIRONMENT,
    previous: environment(),
    object: environment({ owner: { kind: 'User', name: 'grace' } }),
    path: 'spec.owner',
  },
  {
    because: 'everything else may change',
    schema: ENVIRONMENT,
    previous: environment(),
    object: environment({ desiredState: 'Stopped', displayName: 'Thesis' }),
  },

  ofTemplate('a container and an image are enough', { workloads: [{ container: { image: 'i' } }] }),
  ofTemplate('a preset knows the rest', {
    workloads: [{ container: { preset: 'code-server', image: 'i' }, web: {}, storage: { size: '1Gi' } }],
  }),
  ofTemplate('amounts may be parameters', {
    parameters: [{ name: 'm' }],
    ...withWorkload({ container: { ...CONTAINER, resources: { limits: { memory: '$(params.m)' } } } }),
  }),
  ofTemplate(
    'an amount is a quantity',
    withWorkload({ container: { ...CONTAINER, resources: { limits: { memory: 'much' } } } }),
    `${WORKLOAD}.container.resources.limits.memory`,
  ),
  ofTemplate('there is a workload', { workloads: [] }, 'spec.workloads'),
  ofTemplate('shared volumes of its namespace are mounted', {
    ...withWorkload({}),
    sharedVolumes: [{ name: 'lectures', mountPath: '/lectures', readOnly: false }],
  }),
  ofTemplate(
    'a shared volume is mounted at an absolute path',
    { ...withWorkload({}), sharedVolumes: [{ name: 'lectures', mountPath: 'lectures' }] },
    'spec.sharedVolumes[0].mountPath',
  ),
  ofClusterTemplate(
    'a template of the cluster has no namespace whose volumes it could name',
    { ...withWorkload({}), sharedVolumes: [{ name: 'lectures', mountPath: '/lectures' }] },
    'spec.sharedVolumes',
  ),
  ofTemplate(
    'workloads are told apart by their names',
    { workloads: [{ container: CONTAINER }, { container: CONTAINER }] },
    'spec.workloads[1]',
  ),
  ofTemplate(
    'virtual machines are not made yet',
    { workloads: [{ container: CONTAINER, virtualMachine: {} }] },
    `${WORKLOAD}.virtualMachine`,
  ),
  ofTemplate(
    'storage needs a place where no preset knows one',
    withWorkload({ storage: { size: '1Gi' } }),
    `${WORKLOAD}.storage.mountPath`,
  ),
  ofTemplate('storage is made or mounted', withWorkload({ storage: { mountPath: '/data' } }), `${WORKLOAD}.storage`),
  ofTemplate(
    'storage is not made and mounted',
    withWorkload({ storage: { mountPath: '/data', size: '1Gi', existingClaim: 'data' } }),
    `${WORKLOAD}.storage`,
  ),
  ofTemplate(
    'a volume has one source',
    withWorkload({ container: { ...CONTAINER, volumes: [{ name: 'v', mountPath: '/v', scratch: {} }] } }),
  ),
  ofTemplate(
    'a volume without a source is none',
    withWorkload({ container: { ...CONTAINER, volumes: [{ name: 'v', mountPath: '/v' }] } }),
    `${WORKLOAD}.container.volumes[0]`,
  ),
  ofTemplate(
    'a volume has no two sources',
    withWorkload({
      container: { ...CONTAINER, volumes: [{ name: 'v', mountPath: '/v', scratch: {}, secret: { name: 's' } }] },
    }),
    `${WORKLOAD}.container.volumes[0]`,
  ),
  ofTemplate('web leads to a port', withWorkload({ web: WEB })),
  ofTemplate(
    'web leads to a port that is there',
    withWorkload({ web: { ...WEB, port: 'ui' } }),
    `${WORKLOAD}.web.port`,
  ),
  ofTemplate('web is guarded by the app', withWorkload({ web: { port: 'http' } }), 'spec'),
  ofTemplate('web is guarded by a policy', {
    ...withWorkload({ web: { port: 'http' } }),
    accessPolicyRef: { kind: 'AccessPolicy', name: 'sso' },
  }),
  ofTemplate(
    'web is in one workload',
    {
      workloads: [
        { container: CONTAINER, web: WEB },
        { name: 'two', container: CONTAINER, web: WEB },
      ],
    },
    'spec.workloads',
  ),
  ofTemplate(
    'what starts as root is an administrator’s',
    { workloads: [{ container: { preset: 'webtop', image: 'i' } }] },
    'spec.workloads',
  ),
  ofTemplate(
    'Pod Security is an administrator’s',
    { ...withWorkload({}), security: { podSecurity: 'Baseline', reason: 'r' } },
    'spec.security',
  ),

  ofClusterTemplate('a cluster template says the same', withWorkload({})),
  ofClusterTemplate('less than Restricted has a reason', {
    ...withWorkload({}),
    security: { podSecurity: 'Baseline', reason: 'sudo in the image' },
  }),
  ofClusterTemplate(
    'less than Restricted needs a reason',
    { ...withWorkload({}), security: { podSecurity: 'Baseline' } },
    'spec.security.reason',
  ),
  ofClusterTemplate(
    'webtop needs Baseline',
    { workloads: [{ container: { preset: 'webtop', image: 'i' } }] },
    'spec.security.podSecurity',
  ),
  ofClusterTemplate('webtop runs under Baseline', {
    workloads: [{ container: { preset: 'webtop', image: 'i' } }],
    security: { podSecurity: 'Baseline', reason: 'starts as root' },
  }),
  ofClusterTemplate('a cluster template is guarded as well', withWorkload({ web: { port: 'http' } }), 'spec'),
  ofClusterTemplate(
    'web is in one workload here as well',
    {
      workloads: [
        { container: CONTAINER, web: WEB },
        { name: 'two', container: CONTAINER, web: WEB },
      ],
    },
    'spec.workloads',
  ),

  row(
    'an entry point has a domain',
    ENTRY_POINT,
    object(ENTRY_POINT, { baseDomain: 'dev.example.org', ingress: { className: 'nginx' }, tls: {} }),
  ),
  row(
    'an entry is an Ingress or a route',
    ENTRY_POINT,
    object(ENTRY_POINT, { baseDomain: 'dev.example.org', ingress: {}, gateway: { name: 'public' } }),
    'spec.gateway',
  ),
  row('a domain is a domain', ENTRY_POINT, object(ENTRY_POINT, { baseDomain: '*.example.org' }), 'spec.baseDomain'),
  ofEnvironment('an environment is shared with people and groups', {
    share: [
      { user: 'grace', level: 'Use' },
      { group: 'supervisors', level: 'View' },
    ],
  }),
  ofEnvironment('a share names one', { share: [{ user: 'grace', group: 'all', level: 'Use' }] }, 'spec.share[0]'),
  policy('without steps it is the owner who gets in', { authenticate: { oidc: {} } }),
  policy('one way to prove who one is', { authenticate: { oidc: {}, none: {} } }, 'spec.authenticate'),
  policy('OPA is asked by its own protocol', {
    authenticate: { oidc: {} },
    authorize: [{ external: { opa: { service: SERVICE } } }],
  }),
  policy('a step has people or an authoriser', { authenticate: { oidc: {} }, authorize: [{}] }, 'spec.authorize[0]'),
  policy(
    'an authoriser is asked one way',
    {
      authenticate: { oidc: {} },
      authorize: [{ external: { grpc: { service: SERVICE }, http: { service: SERVICE } } }],
    },
    'spec.authorize[0].external',
  ),
  policy(
    'a grant is for one',
    { authenticate: { oidc: {} }, authorize: [{ grants: [{ user: 'ada', email: 'a@example.org', level: 'Use' }] }] },
    'spec.authorize[0].grants[0]',
  ),
  policy(
    'where nobody is known nobody can be named',
    { authenticate: { none: {} }, authorize: [{ grants: [{ user: 'ada', level: 'Use' }] }] },
    'spec.authorize',
  ),
  row(
    'an administrator may add to the sidecar',
    CLUSTER_ACCESS_POLICY,
    object(CLUSTER_ACCESS_POLICY, { authenticate: { none: {} }, envoy: { httpFilters: [], clusters: [] } }),
  ),
  row('a cluster has one gate', GATE, object(GATE, { url: 'https://gate.example.org' }, 'second'), 'metadata.name'),
  row('and it is called default', GATE, object(GATE, { url: 'https://gate.example.org' }, 'default')),
  row(
    'a provider is not called like a method',
    GATE,
    object(
      GATE,
      {
        url: 'https://gate.example.org',
        providers: [{ name: 'basic', issuerUrl: 'https://sso.example.org', clientId: 'adrasteia' }],
      },
      'default',
    ),
    'spec.providers[0].name',
  ),
  row(
    'equal names at two providers are two people',
    GATE,
    object(
      GATE,
      {
        url: 'https://gate.example.org',
        providers: ['company', 'partner'].map((name) => ({
          name,
          issuerUrl: `https://${name}.example.org`,
          clientId: 'adrasteia',
        })),
      },
      'default',
    ),
    'spec.providers',
  ),
  row(
    'the gate has an origin of its own',
    GATE,
    object(GATE, { url: 'https://example.org/gate' }, 'default'),
    'spec.url',
  ),
  row(
    'a step of a resolved access is one of two',
    ENVIRONMENT_ACCESS,
    object(ENVIRONMENT_ACCESS, { ...ACCESS, authorize: [{}] }),
    'spec.authorize[0]',
  ),
  row(
    'a resolved access lets somebody in',
    ENVIRONMENT_ACCESS,
    object(ENVIRONMENT_ACCESS, { ...ACCESS, authorize: [{ grants: [{ user: 'ada', level: 'Own' }] }] }),
  ),
  row('a shared volume has a size', SHARED_VOLUME, object(SHARED_VOLUME, {}), 'spec.size'),
  row('and is mounted by many unless it says otherwise', SHARED_VOLUME, object(SHARED_VOLUME, { size: '50Gi' })),
  row(
    'what is shared isn’t for one pod',
    SHARED_VOLUME,
    object(SHARED_VOLUME, { size: '50Gi', accessModes: ['ReadWriteOncePod'] }),
    'spec.accessModes[0]',
  ),
  row(
    'volumes of pods are called after a shared volume',
    SHARED_VOLUME,
    object(SHARED_VOLUME, { size: '50Gi' }, 'a'.repeat(57)),
    'metadata.name',
  ),
  row(
    'so its name has no dots',
    SHARED_VOLUME,
    object(SHARED_VOLUME, { size: '50Gi' }, 'my.lectures'),
    'metadata.name',
  ),
  row('an inventory may be empty', INVENTORY, object(INVENTORY, {})),
  row(
    'an entry is a reference',
    INVENTORY,
    object(INVENTORY, { entries: [{ kind: 'Service', name: 'thesis' }] }),
    'spec.entries[0].apiVersion',
  ),
];
