import { deletionReport, environmentReport, happenings, holdReport } from '../../../constructs/environment/status';
import { CONDITION_REASONS } from '../../../constructs/parts/condition-reasons';
import type { JsonObject } from '../../../src/api/json';
import { type ObjectReference, referenceKey } from '../../../src/api/object';
import type { EnvironmentModel } from '../../../src/model/environment-model';
import type { HoldReason } from '../../../src/model/front-end';
import type { EnvironmentReport } from '../../../src/model/report';
import type { Observed, ObservedObject, Refusal } from '../../../src/plan/plan';
import { CLOSED, environmentModel, fullModel, gateAccess, layoutFor, workloadModel } from '../../support/models';

const T = (second: number): string => `2026-11-21T08:00:${String(second).padStart(2, '0')}Z`;
const condition = (type: string, status: 'True' | 'False', second = 0, more: JsonObject = {}): JsonObject => ({
  type,
  status,
  lastTransitionTime: T(second),
  ...more,
});
const RUNNING: JsonObject = {
  name: 'main',
  image: 'app:1',
  ready: true,
  restartCount: 0,
  state: { running: { startedAt: T(5) } },
};
const waiting = (reason: string, message = ''): JsonObject => ({
  name: 'main',
  image: 'app:1',
  ready: false,
  restartCount: 0,
  state: { waiting: { reason, message } },
});

interface PodChanges {
  readonly workload?: string;
  readonly isLeaving?: boolean;
  readonly isSimulated?: boolean;
  readonly conditions?: readonly JsonObject[];
  readonly containers?: readonly JsonObject[];
  readonly init?: readonly JsonObject[];
}

function pod({
  workload = 'main',
  isLeaving = false,
  isSimulated = false,
  conditions = [],
  containers = [],
  init = [],
}: PodChanges = {}): ObservedObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `thesis-${workload}-0`,
      namespace: 'team-a',
      creationTimestamp: T(1),
      labels: { 'adrasteia.dev/workload': workload },
      ...(isLeaving ? { deletionTimestamp: T(9) } : {}),
      ...(isSimulated ? { annotations: { 'adrasteia.dev/simulated': 'true' } } : {}),
    },
    status: { conditions, containerStatuses: containers, initContainerStatuses: init },
  };
}

const SCHEDULED = condition('PodScheduled', 'True', 3);
const READY_CONDITIONS = [SCHEDULED, condition('Initialized', 'True', 4), condition('Ready', 'True', 6)];
const readyPod = (changes: PodChanges = {}): ObservedObject =>
  pod({ conditions: READY_CONDITIONS, containers: [RUNNING], ...changes });

function object(apiVersion: string, kind: string, name: string, status: JsonObject = {}): ObservedObject {
  return { apiVersion, kind, metadata: { name, namespace: 'team-a', creationTimestamp: T(0) }, status };
}

const SERVICE = object('v1', 'Service', 'thesis');
const INGRESS = object('networking.k8s.io/v1', 'Ingress', 'thesis');
const claim = (phase: string): ObservedObject => object('v1', 'PersistentVolumeClaim', 'thesis-home', { phase });

interface Sight {
  readonly pods?: readonly ObservedObject[];
  readonly children?: readonly ObservedObject[];
  readonly refusals?: Readonly<Record<string, Refusal>>;
  readonly previous?: JsonObject;
}

function observed({
  pods = [],
  children = [SERVICE, INGRESS, claim('Bound')],
  refusals = {},
  previous = {},
}: Sight = {}): Observed {
  const key = ({ apiVersion, kind, metadata }: ObservedObject): string =>
    referenceKey({ apiVersion, kind, ...metadata });
  return {
    child: (reference: ObjectReference) => children.find((child) => key(child) === referenceKey(reference)),
    descendants: ({ kind }) => (kind === 'Pod' ? pods : []),
    refusals: new Map(Object.entries(refusals)),
    ensured: new Map(),
    previous,
  };
}

function report(
  sight: Sight = {},
  model: EnvironmentModel = environmentModel(),
  missingStorageClasses: readonly string[] = [],
): EnvironmentReport {
  return environmentReport({ model, layout: layoutFor(model), observed: observed(sight), missingStorageClasses });
}

const reasonOf = ({ conditions }: EnvironmentReport, type: string): string | undefined =>
  conditions.find((item) => item.type === type)?.reason;
const ENTRY = { host: 'thesis.example.org', path: '/', basePath: 'Keep', annotations: {}, tls: {} } as const;
const stopped = environmentModel({ running: false });
const closed = environmentModel({
  access: CLOSED,
  entry: ENTRY,
});

describe('the phase', () => {
  const unschedulable = condition('PodScheduled', 'False', 2, {
    reason: 'Unschedulable',
    message: '0/1 nodes are available: 1 Insufficient cpu.',
  });
  const rows: readonly {
    readonly because: string;
    readonly sight: Sight;
    readonly model?: EnvironmentModel;
    readonly phase: string;
    readonly settled: boolean;
  }[] = [
    { because: 'nothing is there yet and nothing stands in the way', sight: {}, phase: 'Starting', settled: false },
    {
      because: 'the pod isn’t ready yet',
      sight: { pods: [pod({ conditions: [SCHEDULED] })] },
      phase: 'Starting',
      settled: false,
    },
    { because: 'the pod is ready', sight: { pods: [readyPod()] }, phase: 'Ready', settled: true },
    {
      because: 'a pod on its way out doesn’t count',
      sight: { pods: [readyPod({ isLeaving: true })] },
      phase: 'Starting',
      settled: false,
    },
    {
      because: 'no node takes the pod',
      sight: { pods: [pod({ conditions: [unschedulable] })] },
      phase: 'Pending',
      settled: true,
    },
    {
      because: 'an image may yet be pulled',
      sight: { pods: [pod({ conditions: [SCHEDULED], containers: [waiting('ImagePullBackOff')] })] },
      phase: 'Starting',
      settled: true,
    },
    {
      because: 'a crash loop doesn’t end by itself',
      sight: { pods: [pod({ conditions: [SCHEDULED], containers: [waiting('CrashLoopBackOff')] })] },
      phase: 'Failed',
      settled: true,
    },
    { because: 'pods are ending', sight: { pods: [readyPod()] }, model: stopped, phase: 'Stopping', settled: false },
    { because: 'no pod is left', sight: {}, model: stopped, phase: 'Stopped', settled: true },
    { because: 'a sign-in can’t be rendered', sight: {}, model: closed, phase: 'Pending', settled: true },
    {
      because: 'it is closed, and pods are still ending',
      sight: { pods: [readyPod({ isLeaving: true })] },
      model: closed,
      phase: 'Stopping',
      settled: true,
    },
    {
      because: 'a stopped environment is as it should be, closed or not',
      sight: {},
      model: { ...closed, running: false },
      phase: 'Stopped',
      settled: true,
    },
    {
      because: 'what runs goes on running when a change of it is refused',
      sight: {
        pods: [readyPod()],
        refusals: { 'StatefulSet.apps/team-a/thesis': { reason: 'Refused', message: 'no' } },
      },
      phase: 'Ready',
      settled: true,
    },
    {
      because: 'a gate is no refusal',
      sight: { refusals: { 'StatefulSet.apps/team-a/thesis': { reason: 'Waiting', message: 'waits' } } },
      phase: 'Starting',
      settled: false,
    },
  ];

  test.each(rows)('is $phase where $because', ({ sight, model, phase, settled }) => {
    expect(report(sight, model)).toMatchObject({ phase, settled });
  });

  test('is Ready only when every workload is', () => {
    const model = environmentModel({
      workloads: [workloadModel(), workloadModel({ name: 'second', webPort: undefined })],
    });
    expect(report({ pods: [readyPod()] }, model).phase).toBe('Starting');
    expect(report({ pods: [readyPod(), readyPod({ workload: 'second' })] }, model).phase).toBe('Ready');
  });
});

describe('what blocks', () => {
  const scheduling = (message: string): Sight => ({
    pods: [pod({ conditions: [condition('PodScheduled', 'False', 2, { reason: 'Unschedulable', message })] })],
  });
  const container = (status: JsonObject): Sight => ({ pods: [pod({ conditions: [SCHEDULED], containers: [status] })] });
  const rows: readonly { readonly because: string; readonly sight: Sight; readonly blockedBy: JsonObject }[] = [
    {
      because: 'nodes are full: counts are left out',
      sight: scheduling(
        '0/5 nodes are available: 2 Insufficient cpu, 3 node(s) had untolerated taint {gpu: }. preemption: 0/5 nodes are available: 5 No preemption victims found.',
      ),
      blockedBy: {
        reason: 'Unschedulable',
        message:
          'No node takes the pod: Insufficient cpu, node(s) had untolerated taint {gpu: }: ask for less, stop another environment, or add nodes',
      },
    },
    {
      because: 'a claim isn’t there',
      sight: scheduling('0/1 nodes are available: persistentvolumeclaim "lectures" not found.'),
      blockedBy: {
        reason: 'ClaimPending',
        message:
          'A volume isn\'t there yet: persistentvolumeclaim "lectures" not found: look at the claim with kubectl describe',
      },
    },
    {
      because: 'an image can’t be pulled',
      sight: container(waiting('ErrImagePull', 'rpc error: code = NotFound')),
      blockedBy: {
        reason: 'ImagePullFailed',
        message: 'The image "app:1" of container "main" can\'t be pulled: check its name, its tag and the pull secrets',
      },
    },
    {
      because: 'backing off is the same finding as failing',
      sight: container(waiting('ImagePullBackOff', 'Back-off pulling image "app:1"')),
      blockedBy: {
        reason: 'ImagePullFailed',
        message: 'The image "app:1" of container "main" can\'t be pulled: check its name, its tag and the pull secrets',
      },
    },
    {
      because: 'an image is no image',
      sight: container(waiting('InvalidImageName')),
      blockedBy: {
        reason: 'ImageInvalid',
        message: 'Container "main" can\'t use image "app:1" (InvalidImageName): correct its name or its pull policy',
      },
    },
    {
      because: 'a container keeps ending',
      sight: container({
        ...waiting('CrashLoopBackOff', 'back-off 5m0s'),
        restartCount: 9,
        lastState: { terminated: { exitCode: 3, reason: 'Error' } },
      }),
      blockedBy: { reason: 'CrashLoop', message: 'Container "main" keeps ending with exit code 3: read its log' },
    },
    {
      because: 'a looping container happens to run',
      sight: container({
        name: 'main',
        ready: false,
        restartCount: 4,
        state: { running: { startedAt: T(5) } },
        lastState: { terminated: { exitCode: 3, reason: 'Error' } },
      }),
      blockedBy: { reason: 'CrashLoop', message: 'Container "main" keeps ending with exit code 3: read its log' },
    },
    {
      because: 'memory runs out',
      sight: container({
        ...waiting('CrashLoopBackOff'),
        lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
      }),
      blockedBy: { reason: 'CrashLoop', message: 'Container "main" runs out of memory: raise its memory limit' },
    },
    {
      because: 'a Secret isn’t there',
      sight: container(waiting('CreateContainerConfigError', 'secret "git" not found')),
      blockedBy: {
        reason: 'ContainerNotCreated',
        message: 'Container "main" can\'t be made: secret "git" not found: see kubectl describe pod',
      },
    },
    {
      because: 'an init container fails before anything else',
      sight: {
        pods: [
          pod({
            conditions: [SCHEDULED],
            init: [{ ...waiting('CrashLoopBackOff'), name: 'clone' }],
            containers: [waiting('PodInitializing')],
          }),
        ],
      },
      blockedBy: { reason: 'InitFailed', message: 'Container "clone" keeps ending: read its log' },
    },
    {
      because: 'a claim has lost its volume',
      sight: { children: [claim('Lost')] },
      blockedBy: {
        reason: 'ClaimLost',
        message: 'Claim "thesis-home" has lost its volume: restore the volume, or remove the claim and start anew',
      },
    },
    {
      because: 'a name is taken, which comes before a quota',
      sight: {
        refusals: {
          'Service/team-a/thesis': { reason: 'NameConflict', message: 'Service team-a/thesis belongs to Kode thesis' },
          'PersistentVolumeClaim/team-a/thesis-home': { reason: 'QuotaExceeded', message: 'exceeded quota: q' },
        },
      },
      blockedBy: { reason: 'NameConflict', message: 'Service team-a/thesis belongs to Kode thesis' },
    },
    {
      because: 'a quota leaves no room: what is in use is left out',
      sight: {
        refusals: {
          'PersistentVolumeClaim/team-a/thesis-home': {
            reason: 'QuotaExceeded',
            message:
              'exceeded quota: q, requested: requests.storage=10Gi, used: requests.storage=95Gi, limited: requests.storage=100Gi',
          },
        },
      },
      blockedBy: {
        reason: 'QuotaExceeded',
        message: 'exceeded quota: q, requested: requests.storage=10Gi, limited: requests.storage=100Gi',
      },
    },
  ];

  test.each(rows)('is said where $because', ({ sight, blockedBy }) => {
    const found = report(sight);
    expect(found.blockedBy).toEqual(blockedBy);
    expect(reasonOf(found, 'Ready')).toBe(blockedBy['reason']);
  });

  test('is a storage class that isn’t there, until the claim is bound', () => {
    const model = fullModel();
    const message =
      'Claim "thesis-home" names storage class "fast", which the cluster doesn\'t have: create the class, or name another one';
    expect(report({ children: [claim('Pending')] }, model, ['fast']).blockedBy).toEqual({
      reason: 'StorageClassNotFound',
      message,
    });
    expect(report({ children: [claim('Bound')] }, model, ['fast']).blockedBy).toBeUndefined();
  });

  test('is no claim that waits for its first pod', () => {
    expect(report({ children: [claim('Pending')], pods: [pod()] }).blockedBy).toBeUndefined();
  });

  test('is no container that is being made', () => {
    for (const reason of ['ContainerCreating', 'PodInitializing'])
      expect(report(container(waiting(reason))).blockedBy).toBeUndefined();
  });

  test('names what asks for a sign-in that can’t be rendered', () => {
    const found = report({}, closed);
    expect(found.blockedBy).toMatchObject({
      reason: 'AccessLayerMissing',
      message: expect.stringContaining('ClusterAccessPolicy company-sso asks for a sign-in') as string,
    });
    expect(reasonOf(found, 'Reachable')).toBe('AccessLayerMissing');
    expect(found.url).toBeUndefined();
  });

  test('is told by the gate where its sidecar refuses what the policy adds', () => {
    const guarded = environmentModel({ access: gateAccess(), entry: ENTRY });
    const access = (status: JsonObject): ObservedObject =>
      object('adrasteia.dev/v1alpha1', 'EnvironmentAccess', 'thesis', status);
    const seen = (status: JsonObject): EnvironmentReport =>
      report({ pods: [readyPod()], children: [SERVICE, INGRESS, claim('Bound'), access(status)] }, guarded);
    expect(seen({}).url).toBe('https://thesis.example.org/');
    const rejected = seen({ conditions: [{ type: 'Accepted', status: 'False', message: 'filter opa: no such type' }] });
    expect(rejected.conditions).toContainEqual({
      type: 'Reachable',
      status: 'False',
      reason: 'PolicyRejected',
      message: 'filter opa: no such type',
    });
    expect(rejected.url).toBeUndefined();
    expect(rejected.phase).toBe('Ready');
  });

  test('is not reachable while the gate isn’t told of it', () => {
    const guarded = environmentModel({ access: gateAccess(), entry: ENTRY });
    expect(reasonOf(report({ pods: [readyPod()] }, guarded), 'Reachable')).toBe('NotReady');
  });

  test('doesn’t keep a ready environment from being reported ready', () => {
    const refusals = {
      'Ingress.networking.k8s.io/team-a/thesis': {
        reason: 'NameConflict',
        message: 'Ingress team-a/thesis was not made by Adrasteia',
      },
    } as const;
    const found = report({ pods: [readyPod()], refusals }, environmentModel({ entry: ENTRY }));
    expect(found).toMatchObject({ phase: 'Ready', blockedBy: { reason: 'NameConflict' } });
    expect(found.conditions.map(({ type, status, reason }) => [type, status, reason])).toEqual([
      ['Ready', 'True', 'Running'],
      ['Admitted', 'False', 'NameConflict'],
      ['Reachable', 'False', 'NotReady'],
    ]);
  });
});

describe('the address', () => {
  const rows = [
    { because: 'a host with TLS', entry: ENTRY, url: 'https://thesis.example.org/' },
    { because: 'a host without TLS', entry: { ...ENTRY, tls: undefined }, url: 'http://thesis.example.org/' },
    {
      because: 'a path, closed by a slash',
      entry: { ...ENTRY, path: '/team-a/thesis' },
      url: 'https://thesis.example.org/team-a/thesis/',
    },
  ];

  test.each(rows)('is made from $because', ({ entry, url }) => {
    expect(report({ pods: [readyPod()] }, environmentModel({ entry })).url).toBe(url);
  });

  test('isn’t shown while the environment can’t be reached', () => {
    const model = environmentModel({ entry: ENTRY });
    expect(report({ pods: [pod()] }, model).url).toBeUndefined();
    expect(report({ pods: [readyPod()], children: [SERVICE] }, model).url).toBeUndefined();
    expect(
      report({ pods: [readyPod()] }, { ...model, entry: { ...ENTRY, path: '/x', basePath: 'Strip' } }).url,
    ).toBeUndefined();
  });

  describe('is shown as soon as the Gateway that leads there has taken the route', () => {
    const model = environmentModel({ entry: { ...ENTRY, gateway: { name: 'public', namespace: 'infra' } } });
    const parent = (namespace: string | undefined, status: string): JsonObject => ({
      parentRef: { name: 'public', ...(namespace === undefined ? {} : { namespace }) },
      conditions: [{ type: 'Accepted', status }],
    });
    const routed = (parents: readonly JsonObject[]) => {
      const route = object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'thesis', { parents });
      return report({ pods: [readyPod()], children: [SERVICE, route, claim('Bound')] }, model);
    };

    test('and not before', () => {
      expect(routed([parent('infra', 'True')]).url).toBe('https://thesis.example.org/');
    });

    test.each<readonly [string, readonly JsonObject[]]>([
      ['nobody has looked at it', []],
      ['the Gateway refuses it', [parent('infra', 'False')]],
      ['another namespace’s Gateway of this name took it', [parent(undefined, 'True')]],
    ])('and not where %s', (_because, parents) => {
      const found = routed(parents);
      expect(found.url).toBeUndefined();
      expect(found.conditions.find(({ type }) => type === 'Reachable')).toMatchObject({
        status: 'False',
        reason: 'RouteNotAccepted',
        message: expect.stringContaining("Gateway infra/public hasn't taken HTTPRoute team-a/thesis") as string,
      });
    });
  });

  test('is that of the Service where there is no entry', () => {
    const found = report({ pods: [readyPod()] });
    expect(reasonOf(found, 'Reachable')).toBe('InCluster');
    expect(found.url).toBeUndefined();
  });
});

describe('the stages', () => {
  test('carry the times of the objects themselves', () => {
    expect(report({ pods: [readyPod()] }).stages).toEqual([
      { name: 'Admitted', at: T(1) },
      { name: 'VolumesBound', at: T(1) },
      { name: 'Scheduled', at: T(3) },
      { name: 'Initialized', at: T(4) },
      { name: 'Started', at: T(5) },
      { name: 'Ready', at: T(6) },
    ]);
  });

  test('end with the first that isn’t reached', () => {
    const names = (sight: Sight): readonly string[] => report(sight).stages.map(({ name }) => name);
    expect(names({})).toEqual([]);
    expect(names({ pods: [pod()], children: [claim('Pending')] })).toEqual(['Admitted']);
    expect(names({ pods: [pod({ conditions: [SCHEDULED] })] })).toEqual(['Admitted', 'VolumesBound', 'Scheduled']);
  });

  test('leave out volumes where none is claimed, and are empty while stopped', () => {
    const model = environmentModel({ workloads: [workloadModel({ volumes: [] })] });
    expect(report({ pods: [pod({ conditions: [SCHEDULED] })] }, model).stages.map(({ name }) => name)).toEqual([
      'Admitted',
      'Scheduled',
    ]);
    expect(report({ pods: [readyPod()] }, stopped).stages).toEqual([]);
  });
});

describe('a report', () => {
  test('says what a simulated node has made ready', () => {
    const found = report({ pods: [readyPod({ isSimulated: true })] });
    expect(found.simulated).toBe(true);
    expect(found.conditions[0]).toEqual({
      type: 'Ready',
      status: 'True',
      reason: 'Simulated',
      message: 'Ready (simulated): a simulated node says so, and nothing runs',
    });
  });

  test('on a hold shows what goes on running', () => {
    const hold = { reason: 'TemplateNotFound', message: 'Template lab is not there' } as const;
    const found = holdReport(hold, observed({ pods: [readyPod()], previous: { url: 'https://thesis.example.org/' } }));
    expect(found).toMatchObject({ phase: 'Ready', url: 'https://thesis.example.org/', blockedBy: hold });
    expect(found.conditions.map(({ type, status, reason }) => [type, status, reason])).toEqual([
      ['Ready', 'True', 'Running'],
      ['Admitted', 'False', 'TemplateNotFound'],
      ['Reachable', 'Unknown', 'Held'],
    ]);
  });

  test('on a hold waits a moment for what may only not have been seen yet', () => {
    const settled = (reason: HoldReason): boolean => holdReport({ reason, message: 'x' }, observed()).settled;
    expect(settled('TemplateNotFound')).toBe(false);
    expect(settled('Invalid')).toBe(true);
  });

  test('has no reason outside the table', () => {
    const sights: readonly Sight[] = [{}, { pods: [readyPod()] }, { pods: [pod()] }, { children: [] }];
    const models = [
      environmentModel(),
      fullModel(),
      stopped,
      closed,
      environmentModel({ workloads: [workloadModel({ webPort: undefined })] }),
    ];
    const reports = [
      deletionReport(),
      ...sights.flatMap((sight) => [
        holdReport({ reason: 'Invalid', message: 'x' }, observed(sight)),
        ...models.map((model) => report(sight, model)),
      ]),
    ];
    for (const { type, reason } of reports.flatMap(({ conditions }) => conditions)) {
      const table: Readonly<Record<string, Readonly<Record<string, string>>>> = CONDITION_REASONS;
      expect(Object.keys(table[type] ?? {})).toContain(reason);
    }
  });
});

describe('news', () => {
  const news = (found: EnvironmentReport, previous: JsonObject = {}) =>
    happenings(found, found.conditions, observed({ previous }));
  const crashing = report({ pods: [pod({ containers: [waiting('CrashLoopBackOff')] })] });

  test('is that an environment became ready, once', () => {
    const ready = report({ pods: [readyPod()] });
    expect(news(ready)).toEqual([{ type: 'Normal', reason: 'Running', message: 'The app answers its probes' }]);
    expect(news(ready, { conditions: [{ type: 'Ready', status: 'True', reason: 'Running' }] })).toEqual([]);
  });

  test('is what blocks it now, once', () => {
    expect(news(crashing)).toEqual([
      { type: 'Warning', reason: 'CrashLoop', message: 'Container "main" keeps ending: read its log' },
    ]);
    expect(news(crashing, { conditions: [{ type: 'Ready', status: 'False', reason: 'CrashLoop' }] })).toEqual([]);
  });

  test('is none while an environment starts', () => {
    expect(news(report())).toEqual([]);
  });
});
