import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { defaultAdmissionPlugins } from '../../../src/apiserver/admission/default-admission-plugins';
import { kubeObject, storedObjects } from '../authentication/stored-objects';
import { authorizerOf, clusterRole, clusterRoleBinding, subject } from '../authorization/policies';
import { admissionOf, namespaceObjects, podOf, quotaUsageOf } from './admission-request';

const CONTAINERS = [{ name: 'c', image: 'x' }];

describe('the default admission plugins', () => {
  it('stand in the order of the real server', () => {
    const plugins = defaultAdmissionPlugins({
      reader: storedObjects([]),
      authorizer: authorizerOf([]),
      quotaUsage: quotaUsageOf([]),
      now: () => new Date(0),
      generateName: (prefix) => prefix,
      dynamic: [{ name: 'ValidatingAdmissionPolicy' }],
    });
    expect(plugins.map(({ name }) => name)).toEqual([
      'NamespaceLifecycle',
      'LimitRanger',
      'ServiceAccount',
      'TaintNodesByCondition',
      'PodSecurity',
      'Priority',
      'DefaultTolerationSeconds',
      'DefaultStorageClass',
      'StorageObjectInUseProtection',
      'PersistentVolumeClaimResize',
      'RuntimeClass',
      'CertificateApproval',
      'CertificateSigning',
      'CertificateSubjectRestriction',
      'DefaultIngressClass',
      'ValidatingAdmissionPolicy',
      'ResourceQuota',
    ]);
  });

  it('make of a plain pod what the real server makes of it', async () => {
    const { object } = await admissionOf(namespaceObjects('n')).admit(podOf({ containers: CONTAINERS }));
    expect(object['spec']).toEqual({
      volumes: [
        {
          name: 'kube-api-access-x6gr7',
          projected: {
            sources: [
              { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
              { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
              {
                downwardAPI: {
                  items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
                },
              },
            ],
            defaultMode: 420,
          },
        },
      ],
      containers: [
        {
          name: 'c',
          image: 'x',
          volumeMounts: [
            {
              name: 'kube-api-access-x6gr7',
              readOnly: true,
              mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
            },
          ],
        },
      ],
      serviceAccountName: 'default',
      serviceAccount: 'default',
      tolerations: [
        { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      ],
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
    });
  });
});

describe('a namespace', () => {
  const terminating = kubeObject('v1', 'Namespace', { name: 't' }, { status: { phase: 'Terminating' } });
  const configMap = (metadata: JsonObject): JsonObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata });

  it('that is not there takes nothing in', async () => {
    const { error } = await admissionOf([]).admit(podOf({ containers: CONTAINERS }));
    expect(error).toMatchObject({
      status: { code: 404, message: 'namespaces "n" not found', details: { name: 'n', kind: 'namespaces' } },
    });
  });

  it.each([
    { metadata: { name: 'a', namespace: 't' }, shown: 'a' },
    { metadata: { generateName: 'a-', namespace: 't' }, shown: 'a-' },
  ])('that is going takes nothing in ($shown)', async ({ metadata, shown }) => {
    const { error } = await admissionOf([terminating]).admit(configMap(metadata));
    expect(error).toMatchObject({
      status: {
        code: 403,
        message: `configmaps "${shown}" is forbidden: unable to create new content in namespace t because it is being terminated`,
        details: {
          name: shown,
          kind: 'configmaps',
          causes: [
            {
              reason: 'NamespaceTerminating',
              message: 'namespace t is being terminated',
              field: 'metadata.namespace',
            },
          ],
        },
      },
    });
  });

  it('that is going still lets its objects change and go', async () => {
    const { admit } = admissionOf([terminating]);
    const metadata = { name: 'a', namespace: 't' };
    expect((await admit(configMap(metadata), { operation: 'UPDATE' })).message).toBeUndefined();
    expect(
      (await admit(undefined, { operation: 'DELETE', kind: 'ConfigMap', namespace: 't' })).message,
    ).toBeUndefined();
  });

  it.each(['default', 'kube-system', 'kube-public'])('called %s stays', async (name) => {
    const about = { operation: 'DELETE', kind: 'Namespace', resource: 'namespaces', name } as const;
    const { message } = await admissionOf([]).admit(undefined, about);
    expect(message).toBe(`namespaces "${name}" is forbidden: this namespace may not be deleted`);
  });
});

describe('the service account of a pod', () => {
  const MIRROR = { name: 'a', annotations: { 'kubernetes.io/config.mirror': 'x' } };

  it.each<[string, JsonObject, JsonObject, string]>([
    [
      'is not there',
      { containers: CONTAINERS, serviceAccountName: 'nope' },
      { generateName: 'g-' },
      'pods "g-" is forbidden: error looking up service account n/nope: serviceaccount "nope" not found',
    ],
    [
      'is named by a mirror pod',
      { containers: CONTAINERS, serviceAccountName: 'default' },
      MIRROR,
      'pods "a" is forbidden: a mirror pod may not reference service accounts',
    ],
    [
      'is none for a mirror pod with a secret',
      { containers: CONTAINERS, volumes: [{ name: 'v', secret: { secretName: 's' } }] },
      MIRROR,
      'pods "a" is forbidden: a mirror pod may not reference secrets',
    ],
    [
      'is none for a mirror pod with a token',
      {
        containers: CONTAINERS,
        volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 'x' } }] } }],
      },
      MIRROR,
      'pods "a" is forbidden: a mirror pod may not use ServiceAccountToken volume projections',
    ],
  ])('%s: refused', async (_what, spec, metadata, message) => {
    const answer = await admissionOf(namespaceObjects('n')).admit(podOf(spec, metadata));
    expect(answer.message).toBe(message);
  });

  it.each<[string, JsonObject, JsonObject, boolean]>([
    ['the pod says no', { automountServiceAccountToken: false }, {}, false],
    ['the account says no', {}, { automountServiceAccountToken: false }, false],
    [
      'the pod has the last word',
      { automountServiceAccountToken: true },
      { automountServiceAccountToken: false },
      true,
    ],
    [
      'something else is mounted there',
      {
        containers: [
          {
            name: 'c',
            image: 'x',
            volumeMounts: [{ name: 'own', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
          },
        ],
      },
      {},
      false,
    ],
  ])('mounts its token unless %s', async (_because, spec, account, isMounted) => {
    const objects = namespaceObjects('n').map((object) =>
      object.kind === 'ServiceAccount' ? { ...object, ...account } : object,
    );
    const { object } = await admissionOf(objects).admit(podOf({ containers: CONTAINERS, ...spec }));
    const { volumes = [] } = object['spec'] as { volumes?: unknown[] };
    expect(volumes).toHaveLength(isMounted ? 1 : 0);
  });

  it('brings the secrets that images are pulled with', async () => {
    const objects = namespaceObjects('n').map((object) => ({ ...object, imagePullSecrets: [{ name: 'pull' }] }));
    const { object } = await admissionOf(objects).admit(podOf({ containers: CONTAINERS }));
    expect(object['spec']).toMatchObject({ imagePullSecrets: [{ name: 'pull' }] });
  });

  it.each<[string, JsonObject]>([
    [
      'volume with secret.secretName="s" is not allowed because service account default does not reference that secret',
      { containers: CONTAINERS, volumes: [{ name: 'v', secret: { secretName: 's' } }] },
    ],
    [
      'container c with envVar E referencing secret.secretName="s" is not allowed because service account default does not reference that secret',
      {
        containers: [{ name: 'c', env: [{ name: 'E', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }],
      },
    ],
    [
      'init container i with envFrom referencing secret.secretName="s" is not allowed because service account default does not reference that secret',
      { containers: CONTAINERS, initContainers: [{ name: 'i', envFrom: [{ secretRef: { name: 's' } }] }] },
    ],
    [
      'imagePullSecrets[0].name="s" is not allowed because service account default does not reference that imagePullSecret',
      { containers: CONTAINERS, imagePullSecrets: [{ name: 's' }] },
    ],
  ])('may list the secrets that pods use: %s', async (why, spec) => {
    const annotations = { 'kubernetes.io/enforce-mountable-secrets': 'true' };
    const objects = namespaceObjects('n').map((object) => ({
      ...object,
      metadata: { ...object.metadata, annotations },
      secrets: [{ name: 'other' }],
    }));
    expect((await admissionOf(objects).admit(podOf(spec))).message).toBe(`pods "a" is forbidden: ${why}`);
  });
});

describe('the priority of a pod', () => {
  const priorityClass = (name: string, members: JsonObject): KubeObject =>
    kubeObject('scheduling.k8s.io/v1', 'PriorityClass', { name }, members);
  const CLASSES = [
    priorityClass('high', { value: 1000, preemptionPolicy: 'Never' }),
    priorityClass('usual', { value: 7, preemptionPolicy: 'PreemptLowerPriority', globalDefault: true }),
  ];

  it.each<[string, KubeObject[], JsonObject, JsonObject]>([
    ['comes from its class', CLASSES, { priorityClassName: 'high' }, { priority: 1000, preemptionPolicy: 'Never' }],
    ['comes from the default class', CLASSES, {}, { priorityClassName: 'usual', priority: 7 }],
    ['is zero without any', [], {}, { priority: 0, preemptionPolicy: 'PreemptLowerPriority' }],
  ])('%s', async (_what, classes, spec, expected) => {
    const { object } = await admissionOf([...namespaceObjects('n'), ...classes]).admit(
      podOf({ containers: CONTAINERS, ...spec }),
    );
    expect(object['spec']).toMatchObject(expected);
  });

  it.each<[JsonObject, string]>([
    [{ priorityClassName: 'nope' }, 'no PriorityClass with name nope was found'],
    [
      { priority: 5 },
      'the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    ],
    [
      { preemptionPolicy: 'Never' },
      'the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name',
    ],
  ])('%o is refused', async (spec, why) => {
    const answer = await admissionOf(namespaceObjects('n')).admit(podOf({ containers: CONTAINERS, ...spec }));
    expect(answer.message).toBe(`pods "a" is forbidden: ${why}`);
  });

  it('stays in an update that says nothing', async () => {
    const oldObject = podOf({ priority: 7, preemptionPolicy: 'Never' }) as unknown as KubeObject;
    const answer = await admissionOf(namespaceObjects('n')).admit(podOf({}), { operation: 'UPDATE', oldObject });
    expect(answer.object['spec']).toMatchObject({ priority: 7, preemptionPolicy: 'Never' });
  });

  it('has one default class', async () => {
    const second = { ...priorityClass('second', { value: 1, globalDefault: true }) } as unknown as JsonObject;
    const { message } = await admissionOf([...CLASSES]).admit(second);
    expect(message).toBe(
      'priorityclasses.scheduling.k8s.io "second" is forbidden: PriorityClass usual is already marked as default. Only one default can exist',
    );
  });
});

describe('the runtime of a pod', () => {
  const CLASS = kubeObject(
    'node.k8s.io/v1',
    'RuntimeClass',
    { name: 'rc' },
    {
      handler: 'x',
      overhead: { podFixed: { cpu: '250m' } },
      scheduling: { nodeSelector: { a: 'b' }, tolerations: [{ key: 'k', operator: 'Exists' }] },
    },
  );

  it('brings its overhead, and where it runs', async () => {
    const spec = { containers: CONTAINERS, runtimeClassName: 'rc' };
    const { object } = await admissionOf([...namespaceObjects('n'), CLASS]).admit(podOf(spec));
    expect(object['spec']).toMatchObject({ overhead: { cpu: '250m' }, nodeSelector: { a: 'b' } });
    expect((object['spec'] as { tolerations: unknown[] }).tolerations).toHaveLength(3);
  });

  it.each<[JsonObject, string]>([
    [{ runtimeClassName: 'nope' }, 'pod rejected: RuntimeClass "nope" not found'],
    [{ overhead: { cpu: '1' } }, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'],
    [
      { runtimeClassName: 'rc', overhead: { cpu: '1' } },
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    ],
    [
      { runtimeClassName: 'rc', nodeSelector: { a: 'c' } },
      'conflict: runtimeClass.scheduling.nodeSelector[a] = b; pod.spec.nodeSelector[a] = c',
    ],
  ])('%o is refused', async (spec, why) => {
    const answer = await admissionOf([...namespaceObjects('n'), CLASS]).admit(
      podOf({ containers: CONTAINERS, ...spec }),
    );
    expect(answer.message).toBe(`pods "a" is forbidden: ${why}`);
  });
});

describe('tolerations', () => {
  it('of a pod that are wider are left alone', async () => {
    const tolerations = [{ operator: 'Exists' }];
    const { object } = await admissionOf(namespaceObjects('n')).admit(podOf({ containers: CONTAINERS, tolerations }));
    expect(object['spec']).toMatchObject({ tolerations });
    expect((object['spec'] as { tolerations: unknown[] }).tolerations).toHaveLength(1);
  });
});

describe('a new node', () => {
  it('takes no pods before it is ready', async () => {
    const { object } = await admissionOf([]).admit({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
    expect(object['spec']).toEqual({ taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] });
  });
});

describe('classes', () => {
  const storageClass = (name: string, created: string, members: JsonObject = {}): KubeObject =>
    kubeObject(
      'storage.k8s.io/v1',
      'StorageClass',
      {
        name,
        creationTimestamp: created,
        annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
      },
      members,
    );
  const claim = (spec: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'a', namespace: 'n' },
    spec,
  });

  it('of storage: a claim that names none gets the newest default, and a finalizer', async () => {
    const objects = [
      ...namespaceObjects('n'),
      storageClass('old', '2020-01-01T00:00:00Z'),
      storageClass('new', '2021-01-01T00:00:00Z'),
    ];
    const { object } = await admissionOf(objects).admit(claim({}));
    expect(object).toMatchObject({
      metadata: { finalizers: ['kubernetes.io/pvc-protection'] },
      spec: { storageClassName: 'new' },
    });
    expect((await admissionOf(objects).admit(claim({ storageClassName: '' }))).object['spec']).toEqual({
      storageClassName: '',
    });
  });

  it('of ingresses: one that names none gets the default', async () => {
    const ingressClass = kubeObject('networking.k8s.io/v1', 'IngressClass', {
      name: 'nginx',
      annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
    });
    const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'a', namespace: 'n' } };
    const { object } = await admissionOf([...namespaceObjects('n'), ingressClass]).admit(ingress);
    expect(object['spec']).toEqual({ ingressClassName: 'nginx' });
  });

  it.each<[string, JsonObject, string | undefined]>([
    ['Bound', { allowVolumeExpansion: true }, undefined],
    [
      'Bound',
      {},
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    ],
    ['Pending', { allowVolumeExpansion: true }, 'Only bound persistent volume claims can be expanded'],
  ])('of storage: a %s claim grows where the class is %o', async (phase, members, why) => {
    const sized = (storage: string): JsonObject =>
      claim({ storageClassName: 'c', resources: { requests: { storage } } });
    const oldObject = { ...sized('1Gi'), status: { phase } } as unknown as KubeObject;
    const objects = [...namespaceObjects('n'), storageClass('c', '2020-01-01T00:00:00Z', members)];
    const { message } = await admissionOf(objects).admit(sized('2Gi'), { operation: 'UPDATE', oldObject });
    expect(message).toBe(why === undefined ? undefined : `persistentvolumeclaims "a" is forbidden: ${why}`);
  });
});

describe('a request for a certificate', () => {
  const SIGNER = 'kubernetes.io/kube-apiserver-client';
  const request = (members: JsonObject): JsonObject => ({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'a' },
    spec: { signerName: SIGNER },
    ...members,
  });
  const mayUse = (verb: string, name: string): KubeObject[] => [
    clusterRole('r', [
      { apiGroups: ['certificates.k8s.io'], resources: ['signers'], verbs: [verb], resourceNames: [name] },
    ]),
    clusterRoleBinding('b', 'r', [subject.user('jane')]),
  ];

  it.each([
    { subresource: 'approval', verb: 'approve', name: SIGNER, isAllowed: true },
    { subresource: 'approval', verb: 'approve', name: 'kubernetes.io/*', isAllowed: true },
    { subresource: 'approval', verb: 'sign', name: SIGNER, isAllowed: false },
    { subresource: 'status', verb: 'sign', name: SIGNER, isAllowed: true },
    { subresource: 'status', verb: 'approve', name: SIGNER, isAllowed: false },
  ])(
    'changes in $subresource by who may $verb for $name: $isAllowed',
    async ({ subresource, verb, name, isAllowed }) => {
      const about = { operation: 'UPDATE', subresource, oldObject: request({}) as unknown as KubeObject } as const;
      const changed = request({ status: { certificate: 'Y2VydA==' } });
      const { message } = await admissionOf([], { policies: mayUse(verb, name) }).admit(changed, about);
      const asked = subresource === 'status' ? 'sign' : 'approve';
      expect(message).toBe(
        isAllowed
          ? undefined
          : `certificatesigningrequests.certificates.k8s.io "a" is forbidden: user not permitted to ${asked} requests with signerName "${SIGNER}"`,
      );
    },
  );

  it('for a client that may do everything is refused', async () => {
    const asked =
      'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIZ01JR0hBZ0VBTUNVeEZ6QVZCZ05WQkFvTURuTjVjM1JsYlRwdFlYTjBaWEp6TVFvd0NBWURWUVFEREFGNApNRmt3RXdZSEtvWkl6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUU4Q2JzeDAybWNaVnE1VEdvWTNMR2tIa1pIbzZMCjNnQjlSMkVaQVh0eE9SbjZ4d21oMFVLZ3NMYmhhNHJ1TS9pUkhYWU9LWnllVTA1QlZNcWdIUnFTTGFBQU1Bb0cKQ0NxR1NNNDlCQU1DQTBnQU1FVUNJSGhMTTZtZHZDdUlhdXorbDM3ZXduRjVxRWJjNVgzR2NCb2plVWlSN3RXNgpBaUVBMVBYZ3RkSlJPNXRGYkNqaStUa0VCNEd4TURjd2x1L1o3MnVSUWRGZC9GTT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==';
    const { message } = await admissionOf([]).admit(request({ spec: { signerName: SIGNER, request: asked } }));
    expect(message).toBe(
      'certificatesigningrequests.certificates.k8s.io "a" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    );
  });

  it('cannot be read: it is refused', async () => {
    const { message } = await admissionOf([]).admit(request({ spec: { signerName: SIGNER, request: 'AAAA' } }));
    expect(message).toContain('is forbidden: failed to parse CSR');
  });
});
