import type { JsonObject } from '../../../../src/api/json';
import type { KubeObject } from '../../../../src/api/object';
import { jupyterServerKinds } from '../../../../src/dialects/amalthea';
import {
  jupyterServerConditions,
  jupyterServerStatus,
} from '../../../../src/dialects/amalthea/jupyter-server/jupyter-server-status';
import type { EnvironmentReport, Phase } from '../../../../src/model/report';
import type { Observed } from '../../../../src/plan/plan';
import { validatorOf } from '../../../../src/schema/validator';
import { kindOf, renkuServer, server } from './objects';

const CREATED = '2026-01-01T00:00:00Z';

function report(changes: Partial<EnvironmentReport> = {}): EnvironmentReport {
  return { phase: 'Ready', conditions: [], stages: [], simulated: false, settled: true, ...changes };
}

const blocked = (phase: Phase, reason: string) => report({ phase, blockedBy: { reason, message: 'Why.' } });

const reachable = (status: 'True' | 'False', reason: string) =>
  report({ conditions: [{ type: 'Reachable', status, reason, message: 'Why.' }] });

const running = server();
const hibernated = server({ jupyterServer: { hibernated: true } });

describe('the state of a server', () => {
  it.each<{ because: string; object?: typeof running; seen: EnvironmentReport; state: string }>([
    { because: 'it answers', seen: report(), state: 'running' },
    {
      because: 'it answers, though its description can’t be carried out now',
      seen: blocked('Ready', 'Invalid'),
      state: 'running',
    },
    { because: 'it is ready and can be opened', seen: reachable('True', 'Entry'), state: 'running' },
    {
      because: 'it is ready, and its Ingress is not there yet',
      seen: reachable('False', 'NotReady'),
      state: 'starting',
    },
    { because: 'it is ready, and nobody gets in', seen: reachable('False', 'PolicyInvalid'), state: 'failed' },
    { because: 'it is on its way', seen: report({ phase: 'Starting' }), state: 'starting' },
    { because: 'nothing runs yet', seen: report({ phase: 'Pending' }), state: 'starting' },
    { because: 'its volume is being made', seen: blocked('Pending', 'ClaimPending'), state: 'starting' },
    {
      because: 'an image can’t be pulled, which may pass',
      seen: blocked('Starting', 'ImagePullFailed'),
      state: 'starting',
    },
    { because: 'no node takes it', seen: blocked('Pending', 'Unschedulable'), state: 'failed' },
    { because: 'a quota leaves no room', seen: blocked('Pending', 'QuotaExceeded'), state: 'failed' },
    { because: 'it is closed', seen: blocked('Pending', 'AccessLayerMissing'), state: 'failed' },
    { because: 'a container keeps ending', seen: blocked('Failed', 'CrashLoop'), state: 'failed' },
    { because: 'it is being deleted', seen: report({ phase: 'Deleting' }), state: 'stopping' },
    { because: 'its pod is ending', object: hibernated, seen: report({ phase: 'Stopping' }), state: 'hibernated' },
    { because: 'nothing runs', object: hibernated, seen: report({ phase: 'Stopped' }), state: 'hibernated' },
    {
      because: 'it is deleted while it rests',
      object: hibernated,
      seen: report({ phase: 'Deleting' }),
      state: 'stopping',
    },
    { because: 'it resumes, and the pod before is ending', seen: report({ phase: 'Stopping' }), state: 'starting' },
  ])('is $state: $because', ({ object = running, seen, state }) => {
    expect(jupyterServerStatus(object, seen, {})).toMatchObject({ state });
  });
});

describe('the URL of a server', () => {
  it.each([
    { because: 'without a slash at its end', routing: { path: '/x/' }, url: 'http://sessions.example.org/x' },
    { because: 'of a whole host', routing: {}, url: 'http://sessions.example.org' },
    { because: 'with TLS', routing: { tls: { enabled: true } }, url: 'https://sessions.example.org' },
  ])('is said from the beginning: $because', ({ routing, url }) => {
    expect(jupyterServerStatus(server({ routing }), report({ phase: 'Pending' }), {})).toMatchObject({
      create_fn: { fullServerURL: url },
    });
  });

  it('is left out where there is no host', () => {
    expect(jupyterServerStatus(server({ routing: { host: '' } }), report(), {})).not.toHaveProperty('create_fn');
  });
});

describe('the times of a server', () => {
  const withStatus = (status: JsonObject, metadata = {}) => ({
    ...server({}, { creationTimestamp: CREATED, ...metadata }),
    status,
  });
  const stages = [{ name: 'Admitted', at: '2026-01-02T00:00:00Z' }] as const;
  const failedSince = '2026-01-03T00:00:00Z';
  const failing = blocked('Failed', 'CrashLoop');

  it('say since when it starts: since it was made, then since its pod was', () => {
    const starting = report({ phase: 'Starting' });
    expect(jupyterServerStatus(withStatus({}), starting, {})).toMatchObject({ startingSince: CREATED });
    expect(jupyterServerStatus(withStatus({}), { ...starting, stages }, {})).toMatchObject({
      startingSince: stages[0].at,
    });
  });

  it('keep the beginning of a start while there is no pod to tell it', () => {
    const before = withStatus({ state: 'starting', startingSince: '2026-01-02T00:00:00Z' });
    expect(jupyterServerStatus(before, report({ phase: 'Pending' }), {})).toMatchObject({
      startingSince: '2026-01-02T00:00:00Z',
    });
  });

  it('don’t count a resumed server’s start from when it was first made', () => {
    const before = withStatus({ state: 'hibernated' });
    expect(jupyterServerStatus(before, report({ phase: 'Pending' }), {})).not.toHaveProperty('startingSince');
  });

  it('tell no start of a server that runs', () => {
    expect(jupyterServerStatus(withStatus({}), report({ stages }), {})).not.toHaveProperty('startingSince');
  });

  it('say since when it fails by the condition Failed, and don’t move while it goes on failing', () => {
    const conditions = [{ type: 'Failed', status: 'True', lastTransitionTime: failedSince }];
    for (const status of [{ conditions }, { conditions, state: 'failed', failedSince }]) {
      expect(jupyterServerStatus(withStatus(status), failing, {})).toMatchObject({ failedSince });
    }
  });

  it('know no failure that the condition doesn’t know yet, and none once it is over', () => {
    const conditions = [{ type: 'Failed', status: 'False', lastTransitionTime: failedSince }];
    expect(jupyterServerStatus(withStatus({ conditions }), failing, {})).not.toHaveProperty('failedSince');
    const over = withStatus({ conditions: [{ ...conditions[0], status: 'True' }], failedSince });
    expect(jupyterServerStatus(over, report(), {})).not.toHaveProperty('failedSince');
  });
});

describe('what the status mirrors', () => {
  const object = (kind: string, apiVersion: string, status?: JsonObject, name = 'thesis'): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name, namespace: 'team-a', uid: `uid-${kind}` },
    ...(status === undefined ? {} : { status }),
  });
  const container = (name: string, status: JsonObject): JsonObject => ({
    name,
    ready: false,
    restartCount: 0,
    ...status,
  });
  const pod = object(
    'Pod',
    'v1',
    {
      phase: 'Running',
      nominatedNodeName: null,
      initContainerStatuses: [
        container('clone', { ready: true, state: { terminated: { exitCode: 0 } } }),
        container('prepare', { restartCount: 2, state: { waiting: {} } }),
        container('oauth2-proxy', { state: { running: {} } }),
      ],
      containerStatuses: [
        container('jupyter-server', { ready: true, state: { running: {} } }),
        container('extra', { state: { waiting: { reason: 'ContainerCreating' } } }),
        container('broken', { restartCount: 4, state: { running: {} } }),
      ],
    },
    'thesis-0',
  );

  function observed(children: readonly KubeObject[], pods: readonly KubeObject[] = []): Observed {
    return {
      child: ({ kind, name, apiVersion }) =>
        children.find(
          (child) => child.kind === kind && child.metadata.name === name && child.apiVersion === apiVersion,
        ),
      descendants: () => pods,
      refusals: new Map(),
      ensured: new Map(),
      previous: {},
    };
  }

  it('is nothing where nothing is observed', () => {
    for (const seen of [undefined, observed([])]) {
      expect(jupyterServerStatus(running, report(), {}, seen)).toMatchObject({ children: {}, mainPod: {} });
      expect(jupyterServerStatus(running, report(), {}, seen)).not.toHaveProperty('containerStates');
    }
  });

  it('are the children under the keys that clients know, with their UIDs, and no data of any', () => {
    const children = [
      object('Service', 'v1', { loadBalancer: {} }),
      object('Ingress', 'networking.k8s.io/v1'),
      object('StatefulSet', 'apps/v1', { replicas: 1 }),
      object('ConfigMap', 'v1'),
      { ...object('Secret', 'v1'), data: { jupyterServerAppToken: 'aHVzaA==' } },
      object('PersistentVolumeClaim', 'v1', { phase: 'Bound' }),
    ];
    const status = jupyterServerStatus(running, report(), {}, observed(children));
    expect(Object.keys(status['children'] as JsonObject)).toEqual([
      'service',
      'ingress',
      'statefulset',
      'configmap',
      'secret',
      'pvc',
    ]);
    expect(status['children']).toMatchObject({
      statefulset: {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        name: 'thesis',
        uid: 'uid-StatefulSet',
        status: { replicas: 1 },
      },
      secret: { apiVersion: 'v1', kind: 'Secret', name: 'thesis', uid: 'uid-Secret' },
    });
    expect(status['create_fn']).toMatchObject({ createdResources: { pvc: 'uid-PersistentVolumeClaim' } });
    expect(JSON.stringify(status)).not.toContain('aHVzaA==');
  });

  it('is the main pod, whole, without members that are null', () => {
    const other = object('Pod', 'v1', { phase: 'Failed' }, 'thesis-old');
    const status = jupyterServerStatus(running, report(), {}, observed([], [other, pod]));
    expect(status['mainPod']).toMatchObject({ name: 'thesis-0', uid: 'uid-Pod', status: { phase: 'Running' } });
    expect(JSON.stringify(status)).not.toContain('null');
  });

  it('is one word for each container, the proxy beside Jupyter', () => {
    expect(jupyterServerStatus(running, report(), {}, observed([], [pod]))['containerStates']).toEqual({
      init: { clone: 'ready', prepare: 'failed' },
      regular: { 'jupyter-server': 'ready', extra: 'waiting', broken: 'failed', 'oauth2-proxy': 'executing' },
    });
  });

  it('is the message about quota in the words that clients look for', () => {
    expect(jupyterServerStatus(running, blocked('Pending', 'QuotaExceeded'), {})).toMatchObject({
      events: { statefulset: { message: 'The resource quota has been exceeded.' } },
    });
    expect(jupyterServerStatus(running, report(), {})).not.toHaveProperty('events');
  });

  it.each([running, renkuServer()])('is a status that the schema of $apiVersion takes', (object) => {
    const status = jupyterServerStatus(object, report(), {}, observed([], [pod]));
    expect(validatorOf(kindOf(object).schema)({ ...object, status })).toEqual([]);
  });
});

describe('the conditions of a server', () => {
  const ready = { type: 'Ready', status: 'False', reason: 'CrashLoop', message: 'Why.' } as const;

  it('are those of the environment, then Failed', () => {
    const conditions = jupyterServerConditions(running, { ...blocked('Failed', 'CrashLoop'), conditions: [ready] }, {});
    expect(conditions.map(({ type, status }) => `${type}=${status}`)).toEqual(['Ready=False', 'Failed=True']);
    const healthy = jupyterServerConditions(running, report(), {});
    expect(healthy.map(({ type, status }) => `${type}=${status}`)).toEqual(['Failed=False']);
  });

  it('say the same of Failed whatever the failure is, so that its time stays', () => {
    expect(jupyterServerConditions(running, blocked('Failed', 'CrashLoop'), {})).toEqual(
      jupyterServerConditions(running, blocked('Pending', 'Unschedulable'), {}),
    );
  });

  it('name fields that have no effect', () => {
    const withoutEffect = ['spec.culling.idleSecondsThreshold'];
    expect(jupyterServerConditions(running, report(), { withoutEffect }).at(-1)).toEqual({
      type: 'SpecHonoured',
      status: 'False',
      reason: 'NotSupported',
      message: 'These fields have no effect here: spec.culling.idleSecondsThreshold.',
    });
  });
});

it('both kinds report through this status', () => {
  for (const { frontEnd } of jupyterServerKinds) {
    expect(frontEnd.status(running, report(), {})).toMatchObject({ state: 'running' });
    expect(frontEnd.conditions?.(running, report(), {})).toHaveLength(1);
  }
});
