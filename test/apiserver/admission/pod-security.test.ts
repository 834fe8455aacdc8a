import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { kubeObject } from '../authentication/stored-objects';
import { admissionOf, namespaceObjects, podOf } from './admission-request';

const LABEL = 'pod-security.kubernetes.io/';
const PLAIN = { containers: [{ name: 'c', image: 'x' }] };
const PLAIN_TOLD =
  'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")';
const SEVERE = {
  restartPolicy: 'Always',
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    { name: 'c', image: 'x', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } },
  ],
};

/** All that can be wrong at once; what the real server says of it was recorded. */
const WICKED: JsonObject = {
  hostPID: true,
  hostIPC: true,
  automountServiceAccountToken: false,
  securityContext: {
    runAsNonRoot: false,
    runAsUser: 0,
    seccompProfile: { type: 'Unconfined' },
    seLinuxOptions: { type: 'x', user: 'u', role: 'r' },
    appArmorProfile: { type: 'Unconfined' },
    sysctls: [
      { name: 'kernel.x', value: '1' },
      { name: 'net.ipv4.tcp_rmem', value: '1' },
    ],
  },
  volumes: [
    { name: 'h', hostPath: { path: '/' } },
    { name: 'n', nfs: { server: 'x', path: '/' } },
  ],
  initContainers: [
    {
      name: 'i',
      image: 'x',
      securityContext: {
        privileged: true,
        runAsUser: 0,
        runAsNonRoot: false,
        capabilities: { add: ['SYS_ADMIN', 'NET_BIND_SERVICE'], drop: ['ALL'] },
      },
    },
  ],
  containers: [
    {
      name: 'c',
      image: 'x',
      ports: [
        { containerPort: 20, hostPort: 20 },
        { containerPort: 3, hostPort: 3 },
      ],
      livenessProbe: { httpGet: { port: 1, host: 'h' } },
      lifecycle: { preStop: { tcpSocket: { port: 1, host: 'g' } } },
      securityContext: {
        capabilities: { add: ['KILL'] },
        seccompProfile: { type: 'Unconfined' },
        seLinuxOptions: { type: 'y' },
        appArmorProfile: { type: 'Unconfined' },
      },
    },
    { name: 'd', image: 'x' },
  ],
};
const WICKED_HOST =
  'forbidden AppArmor profile (pod and container "c" must not set AppArmor profile type to "Unconfined")';
const WICKED_SELINUX =
  'seLinuxOptions (pod and container "c" set forbidden securityContext.seLinuxOptions: types "x", "y"; user may not be set; role may not be set)';
const WICKED_PRIVILEGED = 'privileged (container "i" must not set securityContext.privileged=true)';
const WICKED_PORTS = 'hostPort (container "c" uses hostPorts 20, 3)';
const WICKED_PROBES = 'probe or lifecycle host (container "c" uses probe or lifecycle hosts "g", "h")';
const WICKED_SECCOMP =
  'seccompProfile (pod and container "c" must not set securityContext.seccompProfile.type to "Unconfined")';
const WICKED_NAMESPACES = 'host namespaces (hostPID=true, hostIPC=true)';
const WICKED_ADDED =
  'non-default capabilities (container "i" must not include "SYS_ADMIN" in securityContext.capabilities.add)';
const WICKED_ESCALATION =
  'allowPrivilegeEscalation != false (containers "i", "c", "d" must set securityContext.allowPrivilegeEscalation=false)';
const WICKED_VOLUMES = 'restricted volume types (volumes "h", "n" use restricted volume types "hostPath", "nfs")';
const WICKED_ROOT = 'runAsNonRoot != true (pod and container "i" must not set securityContext.runAsNonRoot=false)';

describe('a pod in a namespace with a level to enforce', () => {
  it.each<[string, Record<string, string>, JsonObject, JsonObject, string]>([
    ['plain, restricted', { enforce: 'restricted' }, {}, PLAIN, `"restricted:latest": ${PLAIN_TOLD}`],
    [
      'plain, restricted as it was before capabilities counted',
      { enforce: 'restricted', 'enforce-version': 'v1.20' },
      {},
      PLAIN,
      `"restricted:v1.20": ${PLAIN_TOLD.replace(/unrestricted capabilities \([^)]*\), /, '')}`,
    ],
    [
      'wicked, baseline',
      { enforce: 'baseline' },
      {},
      WICKED,
      `"baseline:latest": ${[WICKED_HOST, WICKED_ADDED, WICKED_NAMESPACES, 'hostPath volumes (volume "h")', WICKED_PORTS, WICKED_PROBES, WICKED_PRIVILEGED, WICKED_SELINUX, WICKED_SECCOMP, 'forbidden sysctls (kernel.x)'].join(', ')}`,
    ],
    [
      'wicked, restricted',
      { enforce: 'restricted' },
      {},
      WICKED,
      `"restricted:latest": ${[WICKED_HOST, WICKED_NAMESPACES, WICKED_PORTS, WICKED_PROBES, WICKED_PRIVILEGED, WICKED_SELINUX, 'forbidden sysctls (kernel.x)', WICKED_ESCALATION, 'unrestricted capabilities (containers "c", "d" must set securityContext.capabilities.drop=["ALL"]; containers "i", "c" must not include "KILL", "SYS_ADMIN" in securityContext.capabilities.add)', WICKED_VOLUMES, WICKED_ROOT, 'runAsUser=0 (pod and container "i" must not set runAsUser=0)', WICKED_SECCOMP].join(', ')}`,
    ],
    [
      'wicked, restricted as it was',
      { enforce: 'restricted', 'enforce-version': 'v1.18' },
      { annotations: { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' } },
      WICKED,
      `"restricted:v1.18": ${[WICKED_HOST, WICKED_ADDED, WICKED_NAMESPACES, WICKED_PORTS, WICKED_PRIVILEGED, WICKED_SELINUX, 'seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")', 'forbidden sysctls (kernel.x, net.ipv4.tcp_rmem)', WICKED_ESCALATION, WICKED_VOLUMES, WICKED_ROOT].join(', ')}`,
    ],
    [
      'of Windows, baseline',
      { enforce: 'baseline' },
      {},
      {
        os: { name: 'windows' },
        hostNetwork: true,
        securityContext: { windowsOptions: { hostProcess: true } },
        ...PLAIN,
      },
      '"baseline:latest": host namespaces (hostNetwork=true), hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)',
    ],
    [
      'with an unmasked proc, baseline',
      { enforce: 'baseline' },
      {},
      { containers: [{ name: 'c', image: 'x', securityContext: { procMount: 'Unmasked' } }], hostUsers: false },
      '"baseline:latest": procMount (container "c" must not set securityContext.procMount to "Unmasked")',
    ],
    [
      'with annotations of old, baseline',
      { enforce: 'baseline' },
      { annotations: { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' } },
      { containers: [{ name: 'c', image: 'x', securityContext: { appArmorProfile: { type: 'Unconfined' } } }] },
      '"baseline:latest": forbidden AppArmor profiles (container "c" and annotation must not set AppArmor profile type to "Unconfined", "container.apparmor.security.beta.kubernetes.io/c="unconfined"")',
    ],
    [
      'whose level cannot be read counts as restricted',
      { enforce: 'nonsense' },
      {},
      PLAIN,
      `"restricted:latest": ${PLAIN_TOLD}`,
    ],
  ])('%s', async (...[, modes, metadata, spec, told]) => {
    const labels = Object.fromEntries(Object.entries(modes).map(([mode, value]) => [LABEL + mode, value]));
    const { error } = await admissionOf(namespaceObjects('n', labels)).admit(podOf(spec, { name: 'a', ...metadata }));
    expect(error).toMatchObject({
      status: {
        code: 403,
        message: `pods "a" is forbidden: violates PodSecurity ${told}`,
        details: { name: 'a', kind: 'pods' },
      },
    });
  });

  it.each<[string, Record<string, string>, JsonObject, string | undefined]>([
    ['is careful', { enforce: 'restricted' }, SEVERE, undefined],
    ['is plain in a baseline namespace', { enforce: 'baseline' }, PLAIN, undefined],
    [
      'is only warned about',
      { warn: 'restricted' },
      PLAIN,
      `would violate PodSecurity "restricted:latest": ${PLAIN_TOLD}`,
    ],
    ['is only audited', { audit: 'restricted' }, PLAIN, undefined],
    [
      'is fine for the baseline and not for what is warned about',
      { enforce: 'baseline', warn: 'restricted', 'warn-version': 'v1.34' },
      PLAIN,
      `would violate PodSecurity "restricted:v1.34": ${PLAIN_TOLD}`,
    ],
  ])('passes where it %s', async (_what, modes, spec, warning) => {
    const labels = Object.fromEntries(Object.entries(modes).map(([mode, value]) => [LABEL + mode, value]));
    const { message, warnings } = await admissionOf(namespaceObjects('n', labels)).admit(podOf(spec));
    expect(message).toBeUndefined();
    expect(warnings).toEqual(warning === undefined ? [] : [warning]);
  });

  it.each([
    { because: 'it brings another image', image: 'y', subresource: '', isRefused: true },
    { because: 'nothing that matters changes', image: 'x', subresource: '', isRefused: false },
    { because: 'its status does not matter', image: 'y', subresource: 'status', isRefused: false },
  ])('is checked again by an update only where it matters: $because', async ({ image, subresource, isRefused }) => {
    const oldObject = podOf(PLAIN) as unknown as KubeObject;
    const update = podOf({ containers: [{ name: 'c', image }] }, { name: 'a', labels: { a: 'b' } });
    const { admit } = admissionOf(namespaceObjects('n', { [`${LABEL}enforce`]: 'restricted' }));
    const { message } = await admit(update, { operation: 'UPDATE', oldObject, subresource });
    expect(message === undefined).toBe(!isRefused);
  });

  it.each<[string, string, (template: JsonObject) => JsonObject]>([
    ['apps/v1', 'Deployment', (template) => ({ spec: { template } })],
    ['batch/v1', 'CronJob', (template) => ({ spec: { jobTemplate: { spec: { template } } } })],
    ['v1', 'PodTemplate', (template) => ({ template })],
  ])('is foreseen in a workload, which is warned about: %s %s', async (apiVersion, kind, members) => {
    const template = { spec: { hostIPC: true, ...PLAIN } };
    const { admit } = admissionOf(namespaceObjects('n', { [`${LABEL}enforce`]: 'baseline' }));
    const answer = await admit({ apiVersion, kind, metadata: { name: 'd', namespace: 'n' }, ...members(template) });
    expect(answer.message).toBeUndefined();
    expect(answer.warnings).toEqual(['would violate PodSecurity "baseline:latest": host namespaces (hostIPC=true)']);
  });
});

describe('the labels of a namespace', () => {
  const namespaceOf = (labels: Record<string, string>): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: 'n',
      labels: Object.fromEntries(Object.entries(labels).map(([mode, level]) => [LABEL + mode, level])),
    },
  });

  it('must be right', async () => {
    const { error } = await admissionOf([]).admit(namespaceOf({ enforce: 'foo', warn: 'bar', 'warn-version': 'v2' }));
    expect(error).toMatchObject({
      status: {
        code: 422,
        message: `Namespace "n" is invalid: [metadata.labels[${LABEL}enforce]: Invalid value: "foo": must be one of privileged, baseline, restricted, metadata.labels[${LABEL}warn]: Invalid value: "bar": must be one of privileged, baseline, restricted, metadata.labels[${LABEL}warn-version]: Invalid value: "v2": must be "latest" or "v1.x"]`,
      },
    });
  });

  it('that were wrong before may stay', async () => {
    const sent = namespaceOf({ enforce: 'foo' });
    const about = { operation: 'UPDATE', oldObject: sent as unknown as KubeObject } as const;
    expect((await admissionOf([]).admit(sent, about)).message).toBeUndefined();
  });

  const pod = (name: string, spec: JsonObject, owner?: string): KubeObject =>
    kubeObject(
      'v1',
      'Pod',
      {
        name,
        namespace: 'n',
        ...(owner === undefined
          ? {}
          : {
              ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: owner, controller: true }],
            }),
      },
      { spec },
    );

  it('tell which pods would no longer be admitted when they grow stricter', async () => {
    const objects = [
      ...['p3', 'p2', 'p1', 'q1'].map((name) => pod(name, PLAIN)),
      pod('d-844fc5d74c-5gpb8', PLAIN, 'r1'),
      pod('z', { hostIPC: true, ...PLAIN }),
      pod('fine', SEVERE),
    ];
    const about = { operation: 'UPDATE', oldObject: namespaceOf({}) as unknown as KubeObject } as const;
    const { warnings } = await admissionOf(objects).admit(namespaceOf({ enforce: 'restricted' }), about);
    expect(warnings).toEqual([
      'existing pods in namespace "n" violate the new PodSecurity enforce level "restricted:latest"',
      'd-844fc5d74c-5gpb8 (and 4 other pods): allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile',
      'z: host namespaces, allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile',
    ]);
  });

  it('tell nothing when they grow milder', async () => {
    const about = {
      operation: 'UPDATE',
      oldObject: namespaceOf({ enforce: 'restricted' }) as unknown as KubeObject,
    } as const;
    const { warnings } = await admissionOf([pod('p1', { hostIPC: true, ...PLAIN })]).admit(
      namespaceOf({ enforce: 'baseline' }),
      about,
    );
    expect(warnings).toEqual([]);
  });
});
