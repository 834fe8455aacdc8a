/** What people type: kubectl commands, in an order in which they make sense, on objects of every common kind. */

/** One command; `input` is what it reads with `-f -`. A command may fail: its failure is traffic too. */
export interface KubectlCommand {
  readonly args: readonly string[];
  readonly input?: string;
}

const NS = 'side';

function on(line: string, input?: string): KubectlCommand {
  const args = line.split(' ');
  const scoped = [...args, '-n', NS];
  return input === undefined ? { args: scoped } : { args: scoped, input };
}

function yaml(value: unknown): string {
  return JSON.stringify(value);
}

const POD_SPEC = {
  containers: [
    {
      name: 'web',
      image: 'registry.example.org/web:1.2',
      ports: [{ containerPort: 8080, name: 'http' }],
      env: [
        { name: 'MODE', value: 'dev' },
        { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ],
      resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
      readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
      volumeMounts: [
        { name: 'data', mountPath: '/data' },
        { name: 'conf', mountPath: '/etc/conf' },
      ],
    },
  ],
  volumes: [
    { name: 'data', emptyDir: {} },
    { name: 'conf', configMap: { name: 'conf' } },
  ],
};

function workload(kind: string, name: string, extra: Readonly<Record<string, unknown>> = {}): string {
  return yaml({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, labels: { app: name, tier: 'front' } },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: POD_SPEC },
      ...extra,
    },
  });
}

const OBJECTS: readonly string[] = [
  workload('Deployment', 'web', { replicas: 2 }),
  workload('StatefulSet', 'db', {
    serviceName: 'db',
    volumeClaimTemplates: [
      {
        metadata: { name: 'disk' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ],
  }),
  workload('DaemonSet', 'agent'),
  workload('ReplicaSet', 'old', { replicas: 1 }),
  yaml({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'alone', labels: { app: 'alone' } }, spec: POD_SPEC }),
  yaml({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
  }),
  yaml({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'headless' },
    spec: { clusterIP: 'None', selector: { app: 'db' }, ports: [{ name: 'sql', port: 5432 }] },
  }),
  yaml({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'outside' },
    spec: { type: 'ExternalName', externalName: 'example.org' },
  }),
  yaml({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'node' },
    spec: {
      type: 'NodePort',
      selector: { app: 'web' },
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 81, protocol: 'UDP' },
      ],
    },
  }),
  yaml({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'conf' },
    data: { 'app.conf': 'a=1\n' },
    binaryData: { blob: 'AAEC' },
  }),
  yaml({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, stringData: { user: 'ada' }, type: 'Opaque' }),
  yaml({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'claim' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } } },
  }),
  yaml({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' }, automountServiceAccountToken: false }),
  yaml({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'few' },
    spec: { hard: { pods: '10', 'requests.cpu': '4', 'count/secrets': '20' } },
  }),
  yaml({
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'sizes' },
    spec: {
      limits: [
        {
          type: 'Container',
          default: { cpu: '500m' },
          defaultRequest: { cpu: '50m', memory: '32Mi' },
          max: { cpu: '2' },
        },
      ],
    },
  }),
  yaml({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox' }] } } },
  }),
  yaml({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly' },
    spec: {
      schedule: '0 3 * * *',
      jobTemplate: {
        spec: { template: { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'busybox' }] } } },
      },
    },
  }),
  yaml({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web' },
    spec: {
      rules: [
        {
          host: 'web.example.org',
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
          },
        },
      ],
    },
  }),
  yaml({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'deny' },
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  }),
  yaml({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
  }),
  yaml({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 4,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
    },
  }),
  yaml({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'reader' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
  }),
  yaml({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'reader' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [
      { kind: 'User', name: 'grace' },
      { kind: 'ServiceAccount', name: 'robot', namespace: NS },
    ],
  }),
  yaml({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'lock' },
    spec: { holderIdentity: 'me', leaseDurationSeconds: 15 },
  }),
  yaml({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.2.3'] }],
    ports: [{ port: 8080 }],
  }),
];

const CLUSTER_OBJECTS: readonly string[] = [
  yaml({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'side-fast' },
    provisioner: 'example.org/disk',
  }),
  yaml({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'side-high' }, value: 1000 }),
  yaml({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'side-disk' },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/tmp/x' } },
  }),
  yaml({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'side-view' },
    rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['*'] }],
  }),
];

const WRONG_OBJECTS: readonly string[] = [
  yaml({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'Wrong_Name' }, spec: POD_SPEC }),
  yaml({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'no-containers' }, spec: {} }),
  yaml({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'bad-mount' },
    spec: { containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'gone', mountPath: '/x' }] }] },
  }),
  yaml({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'mismatch' },
    spec: { selector: { matchLabels: { a: '1' } }, template: { metadata: { labels: { a: '2' } }, spec: POD_SPEC } },
  }),
  yaml({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'no-ports' }, spec: {} }),
  yaml({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'bad-port' }, spec: { ports: [{ port: 70000 }] } }),
  yaml({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'conf', labels: { bad: 'not a label' } } }),
  yaml({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'never' },
    spec: {
      schedule: 'sometimes',
      jobTemplate: {
        spec: { template: { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'i' }] } } },
      },
    },
  }),
  yaml({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'typo' },
    spec: {
      replica: 1,
      selector: { matchLabels: { a: '1' } },
      template: { metadata: { labels: { a: '1' } }, spec: POD_SPEC },
    },
  }),
  yaml({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'text' }, spec: { replicas: 'three' } }),
  yaml({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'no-type' },
    spec: {
      rules: [{ http: { paths: [{ path: '/', backend: { service: { name: 'web', port: { number: 80 } } } }] } }],
    },
  }),
];

const KINDS = [
  'deploy',
  'sts',
  'ds',
  'rs',
  'po',
  'svc',
  'cm',
  'secret',
  'pvc',
  'sa',
  'quota',
  'limits',
  'job',
  'cj',
  'ing',
  'netpol',
  'pdb',
  'hpa',
  'role',
  'rolebinding',
  'lease',
  'endpointslice',
  'ev',
];

/** The whole session. */
export const KUBECTL_SESSION: readonly KubectlCommand[] = [
  { args: ['version'] },
  { args: ['api-resources'] },
  { args: ['api-versions'] },
  { args: ['cluster-info'] },
  { args: ['auth', 'whoami'] },
  { args: ['get', 'ns'] },
  { args: ['create', 'namespace', NS] },
  { args: ['get', 'ns', NS, '-o', 'yaml'] },
  { args: ['label', 'ns', NS, 'team=a'] },
  { args: ['annotate', 'ns', NS, 'note=hello'] },
  { args: ['create', 'sa', 'default', '-n', NS] },
  ...OBJECTS.flatMap((object) => [
    on('create --dry-run=server -o json -f -', object),
    on('apply -f -', object),
    on('apply -f -', object),
    on('diff -f -', object),
  ]),
  ...OBJECTS.map((object) => on('apply --server-side --field-manager=side --force-conflicts -f -', object)),
  ...OBJECTS.map((object) => on('create -f -', object)),
  ...CLUSTER_OBJECTS.flatMap((object) => [
    { args: ['apply', '-f', '-'], input: object },
    { args: ['replace', '-f', '-'], input: object },
  ]),
  ...WRONG_OBJECTS.flatMap((object) => [on('apply -f -', object), on('create --validate=false -f -', object)]),
  ...KINDS.flatMap((kind) => [
    on(`get ${kind}`),
    on(`get ${kind} -o wide`),
    on(`get ${kind} -o yaml`),
    on(`describe ${kind}`),
  ]),
  ...['deploy', 'po', 'svc', 'cm'].flatMap((kind) => [
    on(`get ${kind} -o json --show-managed-fields`),
    on(`get ${kind} -o name`),
    on(`get ${kind} --show-labels`),
    on(`get ${kind} -A`),
    on(`get ${kind} -l app=web`),
    on(`get ${kind} -l tier!=front,app`),
    on(`get ${kind} --chunk-size=1`),
  ]),
  on('get po --field-selector status.phase=Pending'),
  on('get po --field-selector nothing=1'),
  on('get secret --field-selector type=Opaque'),
  on('get all'),
  on('get deploy/web svc/web cm/conf'),
  on('get deploy web -o jsonpath={.spec.replicas}'),
  on('get deploy nothing'),
  on('get nothing'),
  on('scale deploy/web --replicas=4'),
  on('scale sts/db --replicas=2 --current-replicas=7'),
  on('scale rs/old --replicas=0'),
  on('set image deploy/web web=registry.example.org/web:1.3'),
  on('set env deploy/web MODE=prod'),
  on('set resources deploy/web --limits=memory=256Mi'),
  on('set serviceaccount deploy/web robot'),
  on('rollout history deploy/web'),
  on('rollout pause deploy/web'),
  on('rollout resume deploy/web'),
  on('rollout restart deploy/web'),
  on('rollout status deploy/web --watch=false'),
  on(
    'patch deploy/web -p {"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"MODE","value":"test"}]}]}}}}',
  ),
  on('patch deploy/web --type=merge -p {"metadata":{"labels":{"x":"1"}}}'),
  on('patch deploy/web --type=json -p [{"op":"replace","path":"/spec/replicas","value":1}]'),
  on('patch deploy/web --type=json -p [{"op":"test","path":"/spec/replicas","value":9}]'),
  on('patch deploy/web --subresource=status --type=merge -p {"status":{"observedGeneration":3}}'),
  on('patch svc/web -p {"spec":{"ports":[{"port":81,"name":"more"}]}}'),
  on('patch svc/web --type=merge -p {"spec":{"clusterIP":"10.96.1.1"}}'),
  on('patch deploy/web --type=merge -p {"spec":{"selector":{"matchLabels":{"app":"x"}}}}'),
  on('patch sts/db --type=merge -p {"spec":{"serviceName":"other"}}'),
  on('patch po/alone --type=merge -p {"spec":{"nodeName":"n1"}}'),
  on('patch cm/conf --type=merge -p {"immutable":true}'),
  on('patch cm/conf --type=merge -p {"data":{"a":"2"}}'),
  on('label po/alone tier=back'),
  on('label po/alone tier=front'),
  on('label po/alone tier=front --overwrite'),
  on('label po/alone tier-'),
  on('annotate po/alone a=b c=d'),
  on('annotate po/alone a-'),
  on('expose deploy/web --name=again --port=8080'),
  on('autoscale deploy/old --max=3'),
  on('create configmap made --from-literal=a=1 --from-literal=b=2'),
  on('create secret generic made --from-literal=a=1'),
  on('create secret tls broken --cert=/dev/null --key=/dev/null'),
  on('create deployment made --image=nginx'),
  on('create job made --image=busybox -- true'),
  on('create job from-cron --from=cronjob/nightly'),
  on('create cronjob made --image=busybox --schedule=@daily -- true'),
  on('create quota made --hard=pods=2'),
  on('create role made --verb=get --resource=pods'),
  on('create rolebinding made --role=made --user=linus'),
  on('create ingress made --rule=a.example.org/*=web:80'),
  on('create pdb made --min-available=1 --selector=app=web'),
  on('create token robot --duration=10m'),
  on('create token nobody'),
  on('run quick --image=busybox --restart=Never'),
  on('run quick --image=busybox --restart=Never'),
  on('auth can-i get pods'),
  on('auth can-i get pods --as=grace'),
  on('auth can-i delete pods --as=grace'),
  on('auth can-i --list --as=grace'),
  on('auth can-i --list'),
  on('get po --as=grace'),
  on('delete po alone --as=grace'),
  on('get cm --as=nobody --as-group=system:masters'),
  { args: ['auth', 'can-i', '--list', '--as', `system:serviceaccount:${NS}:robot`, '-n', NS] },
  { args: ['get', '--raw', '/api/v1/namespaces/side/pods?limit=1'] },
  { args: ['get', '--raw', '/apis/apps/v1/namespaces/side/deployments/web/scale'] },
  { args: ['get', '--raw', '/version'] },
  { args: ['get', '--raw', '/healthz'] },
  { args: ['get', '--raw', '/api'] },
  { args: ['get', '--raw', '/apis/apps'] },
  { args: ['get', '--raw', '/openapi/v3'] },
  { args: ['get', '--raw', '/nothing'] },
  { args: ['explain', 'deployment.spec.strategy'] },
  { args: ['explain', 'pod', '--recursive'] },
  { args: ['explain', 'ingress.spec.rules'] },
  { args: ['get', 'storageclass,priorityclass,pv,clusterrole/side-view', '-o', 'wide'] },
  { args: ['describe', 'storageclass', 'side-fast'] },
  { args: ['describe', 'clusterrole', 'side-view'] },
  { args: ['get', 'apiservices'] },
  { args: ['get', 'flowschemas'] },
  { args: ['get', 'crd'] },
  { args: ['get', 'nodes'] },
  { args: ['top', 'nodes'] },
  { args: ['events', '-n', NS] },
  on('wait --for=delete po/nothing --timeout=1s'),
  on('wait --for=condition=Available deploy/web --timeout=1s'),
  on('logs alone'),
  on('exec alone -- true'),
  on('delete cm conf'),
  on('delete svc outside again'),
  on('delete deploy made --cascade=orphan'),
  on('delete job made --cascade=foreground --wait=false'),
  on('delete po quick --now --wait=false'),
  on('delete po alone --grace-period=0 --force'),
  on('delete secret --all'),
  on('delete cm nothing'),
  on('delete deploy,sts,ds,rs --all --wait=false'),
  { args: ['delete', 'storageclass', 'side-fast'] },
  { args: ['delete', 'priorityclass', 'side-high'] },
  { args: ['delete', 'pv', 'side-disk', '--wait=false'] },
  { args: ['delete', 'ns', NS, '--wait=false'] },
  { args: ['get', 'ns', NS, '-o', 'yaml'] },
  on('create configmap late --from-literal=a=1'),
];
