/**
 * Builders of models and layouts for tests: a plain environment, with what a test is about changed.
 */
import type {
  AccessModel,
  AccessRules,
  ContainerModel,
  EnvironmentModel,
  Workload,
} from '../../src/model/environment-model';
import type { Layout } from '../../src/model/layout';

export function containerModel(changes: Partial<ContainerModel> = {}): ContainerModel {
  return { name: 'main', image: 'registry.example.org/app:1', env: [], ports: [], mounts: [], ...changes };
}

/** What asks for a sign-in has no access layer. */
export const CLOSED: AccessModel = {
  mode: 'Closed',
  reason: 'AccessLayerMissing',
  message: 'ClusterAccessPolicy company-sso asks for a sign-in before the app',
};

/** A sidecar stands before the app; the owner alone gets in. */
export function gateAccess(rules: Partial<AccessRules> = {}): AccessModel {
  return {
    mode: 'Gate',
    gate: {
      service: { name: 'adrasteia-gate', namespace: 'adrasteia-gate', authorizationPort: 9001, discoveryPort: 9002 },
      sidecar: { image: 'registry.example.org/envoy:1' },
    },
    rules: {
      authenticate: { method: 'OIDC', oidc: { providers: [] } },
      authorize: [{ grants: [{ user: 'ada', level: 'Own' }] }],
      ...rules,
    },
  };
}

/** A web app on port 8888 with a home of 10Gi. */
export function workloadModel(changes: Partial<Workload> = {}): Workload {
  return {
    type: 'container',
    name: 'main',
    app: containerModel({
      ports: [{ name: 'http', port: 8888 }],
      mounts: [{ volume: 'home', mountPath: '/home/ada' }],
      resources: { requests: { cpu: '500m', memory: '1Gi' } },
      probes: { ready: { httpGet: { path: '/api', port: 'http' } } },
    }),
    init: [],
    sidecars: [],
    volumes: [
      { type: 'claim', name: 'home', claim: { size: '10Gi', accessModes: ['ReadWriteOnce'], reclaim: 'Retain' } },
    ],
    webPort: 'http',
    ...changes,
  };
}

/** `thesis` in `team-a`: running, open, without an entry, held to Restricted. */
export function environmentModel(changes: Partial<EnvironmentModel> = {}): EnvironmentModel {
  return {
    name: 'thesis',
    namespace: 'team-a',
    running: true,
    workloads: [workloadModel()],
    secrets: [],
    files: [],
    network: { ingressFrom: [], egressTo: [] },
    access: { mode: 'Open' },
    placement: {},
    security: { level: 'Restricted', runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
    imagePullSecrets: [],
    ...changes,
  };
}

/** Names every workload, claim and secret of a model after it: `thesis`, `thesis-home`, `thesis-password`. */
export function layoutFor(model: EnvironmentModel, changes: Partial<Layout> = {}): Layout {
  const { name } = model;
  const claims = model.workloads.flatMap(({ volumes }) => volumes.filter(({ type }) => type === 'claim'));
  return {
    labels: { 'app.kubernetes.io/name': 'environment', 'app.kubernetes.io/instance': name },
    selector: { 'app.kubernetes.io/instance': name },
    annotations: {},
    names: {
      workloads: Object.fromEntries(
        model.workloads.map((workload, index) => [workload.name, index === 0 ? name : `${name}-${workload.name}`]),
      ),
      service: name,
      serviceAccount: name,
      networkPolicy: name,
      ingress: name,
      configMap: `${name}-files`,
      claims: Object.fromEntries(claims.map((volume) => [volume.name, { name: `${name}-${volume.name}` }])),
      secrets: Object.fromEntries(model.secrets.map(({ id }) => [id, `${name}-${id}`])),
    },
    service: { portName: 'http', port: 80 },
    ...changes,
  };
}

/** A model that uses every member it can have. */
export function fullModel(changes: Partial<EnvironmentModel> = {}): EnvironmentModel {
  return environmentModel({
    workloads: [
      workloadModel({
        app: containerModel({
          image: 'registry.example.org/app:1',
          imagePullPolicy: 'IfNotPresent',
          command: ['serve'],
          args: ['--base', '/thesis'],
          workingDir: '/home/ada',
          env: [
            { name: 'TZ', value: 'UTC' },
            { name: 'EMPTY', value: '' },
            { name: 'TZ', value: 'Europe/Berlin' },
            { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'MEMORY', valueFrom: { resourceFieldRef: { containerName: 'main', resource: 'limits.memory' } } },
            { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'thesis-password', key: 'password' } } },
          ],
          envFrom: [{ configMapRef: { name: 'thesis-files', optional: true } }],
          ports: [
            { name: 'http', port: 8888 },
            { name: 'ssh', port: 2222, protocol: 'TCP' },
          ],
          resources: { requests: { cpu: 0.5, memory: '1024Mi' }, limits: { memory: '4096Mi', 'nvidia.com/gpu': '1' } },
          probes: {
            startup: { httpGet: { path: '/api', port: 'http' }, failureThreshold: 60, periodSeconds: 5 },
            ready: {
              httpGet: { path: '/api', port: 'http', httpHeaders: [{ name: 'X-Probe', value: 'ready' }] },
              initialDelaySeconds: 0,
            },
            live: { tcpSocket: { port: 8888 }, periodSeconds: 30 },
          },
          mounts: [
            { volume: 'home', mountPath: '/home/ada' },
            { volume: 'shm', mountPath: '/dev/shm' },
            { volume: 'files', mountPath: '/etc/app/app.conf', subPath: 'app.conf', readOnly: true },
            { volume: 'keys', mountPath: '/etc/keys', readOnly: true },
            { volume: 'token', mountPath: '/var/run/token', readOnly: true },
            { volume: 'lectures', mountPath: '/lectures', readOnly: true },
          ],
          securityContext: { readOnlyRootFilesystem: true },
        }),
        init: [
          containerModel({
            name: 'clone',
            image: 'registry.example.org/git:1',
            args: ['clone'],
            mounts: [{ volume: 'home', mountPath: '/home/ada' }],
          }),
          containerModel({
            name: 'extensions',
            image: 'registry.example.org/plugins:1',
            mounts: [{ volume: 'home', mountPath: '/home/ada' }],
          }),
        ],
        sidecars: [containerModel({ name: 'watcher', image: 'registry.example.org/watcher:1' })],
        volumes: [
          {
            type: 'claim',
            name: 'home',
            claim: { size: '10240Mi', accessModes: ['ReadWriteOnce'], storageClassName: 'fast', reclaim: 'Delete' },
          },
          {
            type: 'claim',
            name: 'lectures',
            claim: { existing: 'lectures', accessModes: ['ReadOnlyMany'], reclaim: 'Retain' },
          },
          { type: 'scratch', name: 'shm', medium: 'Memory', sizeLimit: '1024Mi' },
          { type: 'files', name: 'files' },
          {
            type: 'secret',
            name: 'keys',
            secretName: 'thesis-password',
            items: [{ key: 'password', path: 'password' }],
          },
          {
            type: 'raw',
            name: 'token',
            source: {
              projected: {
                sources: [
                  { serviceAccountToken: { path: 'token', audience: 'vault' } },
                  { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
                ],
              },
            },
          },
        ],
        terminationGracePeriodSeconds: 60,
      }),
    ],
    secrets: [
      { id: 'password', data: { password: 'grüße' } },
      { id: 'token', generate: { token: { bytes: 32, encoding: 'hex' } } },
    ],
    files: [{ name: 'app.conf', content: 'port = 8888\n' }],
    network: {
      ingressFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
      egressTo: [{ ipBlock: { cidr: '10.1.2.0/24' } }],
    },
    entry: {
      host: 'thesis.dev.example.org',
      path: '/',
      basePath: 'Keep',
      ingressClassName: 'nginx',
      annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' },
      tls: { secretName: 'thesis-tls' },
    },
    placement: {
      nodeSelector: { 'kubernetes.io/arch': 'amd64' },
      tolerations: [{ key: 'gpu', operator: 'Exists', value: '', effect: 'NoSchedule' }],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }],
          },
          preferredDuringSchedulingIgnoredDuringExecution: [],
        },
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, podAffinityTerm: { topologyKey: 'zone', labelSelector: { matchLabels: { a: 'b' } } } },
          ],
        },
      },
      priorityClassName: 'interactive',
      runtimeClassName: 'gvisor',
    },
    imagePullSecrets: ['registry'],
    ...changes,
  });
}
