/** Shared volumes in environments: how they are mounted where, and what keeps them from being. */
import { environmentFrontEnd } from '../../../constructs/environment';
import { modelProblems } from '../../../constructs/parts/model-problems';
import type { KubeObject } from '../../../src/api/object';
import { container, environment, lookupOver, template } from './template-fixtures';

type Fields = Readonly<Record<string, unknown>>;

const of = (kind: string, name: string, more: Fields): KubeObject => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind,
  metadata: { name },
  spec: {},
  ...more,
});
const ada = (state: string): KubeObject =>
  of('Tenant', 'ada', { status: { namespace: 'tenant-ada', workspaces: [{ name: 'tea', role: 'Member', state }] } });
const TEA = of('Workspace', 'tea', { status: { namespace: 'workspace-tea' } });
const lectures = (status: Fields | undefined, namespace = 'workspace-tea', metadata: Fields = {}): KubeObject =>
  of('SharedVolume', 'lectures', {
    metadata: { name: 'lectures', namespace, ...metadata },
    spec: { size: '1Gi' },
    ...(status === undefined ? {} : { status }),
  });
const STATUS = {
  phase: 'Bound',
  claimName: 'lectures',
  volumeName: 'pv',
  server: 'nfs',
  path: '/lectures',
  driver: 'nfs.csi.k8s.io',
};
const lab = (namespace: string, mount: Fields = {}): KubeObject =>
  template(
    {
      workloads: [{ container: container(), web: { port: 'http', signIn: 'App' } }],
      sharedVolumes: [{ name: 'lectures', mountPath: '/lectures', ...mount }],
    },
    { kind: 'EnvironmentTemplate', metadata: { name: 'lab', namespace } },
  );
const translate = (
  { home, from = home, desiredState }: { home: string; from?: string; desiredState?: string },
  ...objects: readonly KubeObject[]
) =>
  environmentFrontEnd.translate(
    environment(
      {
        templateRef: { kind: 'EnvironmentTemplate', name: 'lab', namespace: from },
        ...(desiredState === undefined ? {} : { desiredState }),
      },
      { metadata: { name: 'thesis', namespace: home } },
    ),
    lookupOver(...objects),
  );
const OF_A_MEMBER = { home: 'tenant-ada', from: 'workspace-tea' };

function mounted(translation: ReturnType<typeof translate>) {
  if (translation.outcome !== 'model') throw new Error(translation.message);
  expect(modelProblems(translation.model, translation.layout)).toEqual([]);
  const [main] = translation.model.workloads;
  return { volumes: main?.volumes, mounts: main?.app.mounts };
}

test('are mounted by members of their workspace by the driver that the Tenancy names, so that nothing writes them', () => {
  const translation = translate(OF_A_MEMBER, ada('Enrolled'), TEA, lectures(STATUS), lab('workspace-tea'));
  expect(mounted(translation)).toEqual({
    volumes: [
      {
        type: 'raw',
        name: 'shared-lectures',
        source: {
          csi: {
            driver: 'nfs.csi.k8s.io',
            readOnly: true,
            volumeAttributes: { server: 'nfs', share: '/lectures' },
          },
        },
      },
    ],
    mounts: [{ volume: 'shared-lectures', mountPath: '/lectures', readOnly: true }],
  });
});

test('can be written where the template says so', () => {
  const writable = lab('workspace-tea', { readOnly: false });
  expect(mounted(translate(OF_A_MEMBER, ada('Enrolled'), TEA, lectures(STATUS), writable))).toEqual({
    volumes: [
      {
        type: 'raw',
        name: 'shared-lectures',
        source: { csi: { driver: 'nfs.csi.k8s.io', volumeAttributes: { server: 'nfs', share: '/lectures' } } },
      },
    ],
    mounts: [{ volume: 'shared-lectures', mountPath: '/lectures' }],
  });
});

test('are mounted by their claim in their own namespace, whatever their volume is', () => {
  const own = lectures({ phase: 'Bound', claimName: 'lectures' }, 'team-a');
  expect(mounted(translate({ home: 'team-a' }, own, lab('team-a')))).toEqual({
    volumes: [
      {
        type: 'raw',
        name: 'shared-lectures',
        source: { persistentVolumeClaim: { claimName: 'lectures', readOnly: true } },
      },
    ],
    mounts: [{ volume: 'shared-lectures', mountPath: '/lectures', readOnly: true }],
  });
});

test.each(['Candidate', 'Refused'])('aren’t mounted by a tenant who is %s in the workspace', (state) => {
  expect(translate(OF_A_MEMBER, ada(state), TEA, lectures(STATUS), lab('workspace-tea'))).toMatchObject({
    outcome: 'hold',
    reason: 'ReferenceNotPermitted',
  });
});

test.each<[string, readonly KubeObject[], RegExp]>([
  ['isn’t there', [], /SharedVolume workspace-tea\/lectures is not there/],
  ['of that name is another namespace’s', [lectures(STATUS, 'tenant-ada')], /is not there/],
  [
    'is being deleted',
    [lectures(STATUS, 'workspace-tea', { deletionTimestamp: '2026-01-01T00:00:00Z' })],
    /is not there/,
  ],
  ['has no status yet', [lectures(undefined)], /can't be mounted from namespace tenant-ada: condition Ready/],
  ['is no share', [lectures({ phase: 'Bound', claimName: 'lectures', volumeName: 'pv' })], /can't be mounted/],
  ['has no driver', [lectures({ ...STATUS, driver: undefined })], /can't be mounted/],
])('keep an environment waiting where one %s, and don’t keep it from stopping', (_, objects, says) => {
  const others = [ada('Enrolled'), TEA, lab('workspace-tea'), ...objects];
  expect(translate(OF_A_MEMBER, ...others)).toEqual({
    outcome: 'hold',
    reason: 'ReferenceNotFound',
    message: expect.stringMatching(says) as string,
  });
  const stopped = translate({ ...OF_A_MEMBER, desiredState: 'Stopped' }, ...others);
  expect(stopped).toMatchObject({ outcome: 'model', model: { running: false } });
});

test('keep an environment of their own namespace waiting until there is a claim', () => {
  expect(translate({ home: 'team-a' }, lectures({ phase: 'Absent' }, 'team-a'), lab('team-a'))).toMatchObject({
    outcome: 'hold',
    message: expect.stringContaining('there is no claim yet') as string,
  });
});
