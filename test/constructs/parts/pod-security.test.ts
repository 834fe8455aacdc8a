import { podTemplate } from '../../../constructs/parts/pod';
import { podSecurityProblems } from '../../../constructs/parts/pod-security';
import type { PodTemplateSpec } from '../../../constructs/parts/shapes';
import type { JsonObject } from '../../../src/api/json';
import { containerModel, environmentModel, fullModel, layoutFor, workloadModel } from '../../support/models';

interface Row {
  readonly because: string;
  /** Members of the pod spec, beside those that meet Restricted. */
  readonly pod?: JsonObject;
  /** Members of the one container's security context. */
  readonly context?: JsonObject;
  /** Other members of the one container. */
  readonly container?: JsonObject;
  readonly annotations?: JsonObject;
  /** Paths that break each level. */
  readonly baseline: readonly string[];
  readonly restricted: readonly string[];
}

const C = 'spec.containers[0]';
const both = (...paths: readonly string[]): Pick<Row, 'baseline' | 'restricted'> => ({
  baseline: paths,
  restricted: paths,
});
const restrictedOnly = (...paths: readonly string[]): Pick<Row, 'baseline' | 'restricted'> => ({
  baseline: [],
  restricted: paths,
});

// Held against the admission plugin of a Kubernetes v1.34 API server, except for procMount and hostProcess, which it refuses sooner.
const ROWS: readonly Row[] = [
  { because: 'nothing is asked for', ...both() },
  { because: 'the host network is shared', pod: { hostNetwork: true }, ...both('spec.hostNetwork') },
  { because: 'the host processes are seen', pod: { hostPID: true }, ...both('spec.hostPID') },
  { because: 'host memory is shared', pod: { hostIPC: true }, ...both('spec.hostIPC') },
  { because: 'it is privileged', context: { privileged: true }, ...both(`${C}.securityContext.privileged`) },
  {
    because: 'a capability is powerful',
    context: { capabilities: { add: ['SYS_ADMIN'], drop: ['ALL'] } },
    ...both(`${C}.securityContext.capabilities.add[0]`),
  },
  {
    because: 'a capability is ordinary',
    context: { capabilities: { add: ['CHOWN'], drop: ['ALL'] } },
    ...restrictedOnly(`${C}.securityContext.capabilities.add[0]`),
  },
  {
    because: 'a low port may be bound',
    context: { capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] } },
    ...both(),
  },
  {
    because: 'capabilities are kept',
    context: { capabilities: { drop: ['NET_RAW'] } },
    ...restrictedOnly(`${C}.securityContext.capabilities.drop`),
  },
  {
    because: 'privileges may grow',
    context: { allowPrivilegeEscalation: true },
    ...restrictedOnly(`${C}.securityContext.allowPrivilegeEscalation`),
  },
  { because: 'a container is root', context: { runAsUser: 0 }, ...restrictedOnly(`${C}.securityContext.runAsUser`) },
  {
    because: 'a container may be root',
    context: { runAsNonRoot: false },
    ...restrictedOnly(`${C}.securityContext.runAsNonRoot`),
  },
  {
    because: 'system calls are unfiltered',
    context: { seccompProfile: { type: 'Unconfined' } },
    ...both(`${C}.securityContext.seccompProfile.type`),
  },
  {
    because: 'AppArmor is off',
    context: { appArmorProfile: { type: 'Unconfined' } },
    ...both(`${C}.securityContext.appArmorProfile.type`),
  },
  {
    because: 'AppArmor is off by annotation',
    annotations: { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' },
    ...both('metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]'),
  },
  {
    because: 'the SELinux type is that of hosts',
    context: { seLinuxOptions: { type: 'spc_t' } },
    ...both(`${C}.securityContext.seLinuxOptions.type`),
  },
  {
    because: 'the SELinux type is that of containers',
    context: { seLinuxOptions: { type: 'container_t', level: 's0' } },
    ...both(),
  },
  {
    because: 'an SELinux user is chosen',
    context: { seLinuxOptions: { user: 'system_u' } },
    ...both(`${C}.securityContext.seLinuxOptions.user`),
  },
  { because: 'proc is unmasked', context: { procMount: 'Unmasked' }, ...both(`${C}.securityContext.procMount`) },
  {
    because: 'it is a Windows host process',
    context: { windowsOptions: { hostProcess: true } },
    ...both(`${C}.securityContext.windowsOptions.hostProcess`),
  },
  {
    because: 'a host port is taken',
    container: { ports: [{ containerPort: 80, hostPort: 80 }] },
    ...both(`${C}.ports[0].hostPort`),
  },
  { because: 'a host port of zero is none', container: { ports: [{ containerPort: 80, hostPort: 0 }] }, ...both() },
  {
    because: 'a probe asks another host',
    container: { livenessProbe: { httpGet: { port: 80, host: '169.254.169.254' } } },
    ...both(`${C}.livenessProbe.httpGet.host`),
  },
  {
    because: 'a hook asks another host',
    container: { lifecycle: { preStop: { tcpSocket: { port: 80, host: 'a' } } } },
    ...both(`${C}.lifecycle.preStop.tcpSocket.host`),
  },
  {
    because: 'a folder of the host is mounted',
    pod: { volumes: [{ name: 'v', hostPath: { path: '/' } }] },
    ...both('spec.volumes[0].hostPath'),
  },
  {
    because: 'a network volume bypasses claims',
    pod: { volumes: [{ name: 'v', nfs: { server: 'a', path: '/' } }] },
    ...restrictedOnly('spec.volumes[0].nfs'),
  },
  {
    because: 'volumes are of the permitted kinds',
    pod: {
      volumes: [
        { name: 'a', emptyDir: {} },
        { name: 'b', csi: { driver: 'a.b' } },
        { name: 'c', image: { reference: 'a' } },
      ],
    },
    ...both(),
  },
];

const SAFE: JsonObject = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

function templateOf({ pod, context, container, annotations }: Row): PodTemplateSpec {
  const containers = [{ name: 'c', image: 'x', ...container, securityContext: { ...SAFE, ...context } }];
  const securityContext = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
  return { metadata: { annotations }, spec: { securityContext, containers, ...pod } } as unknown as PodTemplateSpec;
}

describe('a pod', () => {
  test.each(ROWS)('is held to Baseline where $because', (row) => {
    expect(podSecurityProblems(templateOf(row), 'Baseline').map(({ path }) => path)).toEqual(row.baseline);
  });

  test.each(ROWS)('is held to Restricted where $because', (row) => {
    expect(podSecurityProblems(templateOf(row), 'Restricted').map(({ path }) => path)).toEqual(row.restricted);
  });

  test.each(ROWS)('breaks nothing of Privileged where $because', (row) => {
    expect(podSecurityProblems(templateOf(row), 'Privileged')).toEqual([]);
  });

  test.each(['kernel.msgmax', 'net.core.somaxconn'])('may not set the unsafe sysctl %s', (name) => {
    const row: Row = {
      because: '',
      pod: {
        securityContext: {
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
          sysctls: [{ name, value: '1' }],
        },
      },
      ...both(),
    };
    expect(podSecurityProblems(templateOf(row), 'Baseline')).toEqual([
      {
        path: 'spec.securityContext.sysctls[0].name',
        message: `"${name}" is not a safe sysctl (Pod Security Baseline)`,
      },
    ]);
  });

  test('that says nothing breaks Restricted in each container, init containers included', () => {
    const template: PodTemplateSpec = { spec: { initContainers: [{ name: 'i' }], containers: [{ name: 'c' }] } };
    expect(podSecurityProblems(template, 'Baseline')).toEqual([]);
    const paths = podSecurityProblems(template, 'Restricted').map(({ path }) => path);
    for (const container of [C, 'spec.initContainers[0]']) {
      for (const field of ['allowPrivilegeEscalation', 'capabilities.drop', 'runAsNonRoot', 'seccompProfile.type']) {
        expect(paths).toContain(`${container}.securityContext.${field}`);
      }
    }
  });

  test('may say for each container what it doesn’t say for itself', () => {
    const securityContext = { ...SAFE, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
    const template = { spec: { containers: [{ name: 'c', securityContext }] } } as unknown as PodTemplateSpec;
    expect(podSecurityProblems(template, 'Restricted')).toEqual([]);
  });
});

describe('a planned pod', () => {
  const models = [
    environmentModel(),
    fullModel(),
    environmentModel({ security: { level: 'Restricted' } }),
    environmentModel({ workloads: [workloadModel(), workloadModel({ name: 'second' })] }),
    environmentModel({ running: false }),
  ];

  test.each(models)('meets Restricted unless told otherwise (%#)', (model) => {
    for (const workload of model.workloads) {
      expect(podSecurityProblems(podTemplate(model, layoutFor(model), workload), 'Restricted')).toEqual([]);
    }
  });

  test('meets Baseline where it is held to Baseline, and may be root', () => {
    const model = environmentModel({
      security: { level: 'Baseline', reason: 'The image starts as root.', runAsUser: 0 },
    });
    const template = podTemplate(model, layoutFor(model), workloadModel());
    expect(podSecurityProblems(template, 'Baseline')).toEqual([]);
    expect(template.spec?.securityContext).toEqual({ runAsUser: 0, seccompProfile: { type: 'RuntimeDefault' } });
  });

  test('keeps an addition that breaks its level, for the checker to find', () => {
    const app = containerModel({ securityContext: { privileged: true, capabilities: { add: ['NET_ADMIN'] } } });
    const model = environmentModel({
      workloads: [
        workloadModel({ app, volumes: [{ type: 'raw', name: 'host', source: { hostPath: { path: '/' } } }] }),
      ],
    });
    const template = podTemplate(model, layoutFor(model), model.workloads[0] ?? workloadModel());
    expect(podSecurityProblems(template, 'Restricted').map(({ path }) => path)).toEqual([
      `${C}.securityContext.capabilities.add[0]`,
      `${C}.securityContext.privileged`,
      'spec.volumes[0].hostPath',
    ]);
  });

  test('still drops every capability where an addition asks for less to be dropped', () => {
    const app = containerModel({ securityContext: { capabilities: { drop: ['NET_RAW'] } } });
    const model = environmentModel();
    const template = podTemplate(model, layoutFor(model), workloadModel({ app }));
    expect(template.spec?.containers[0]?.securityContext?.capabilities).toEqual({ drop: ['ALL'] });
  });
});
