import { SIMULATED_LABEL } from '../../../src/api/well-known';
import { findCondition, type Pod } from '../../../src/programs/simulated-node/pod';
import { type LifeFacts, podLifeStep } from '../../../src/programs/simulated-node/pod-life';
import { after, container, NODE_NAME, NOW, pod } from './lives';

const FACTS: LifeFacts = { nodeName: NODE_NAME, address: '10.88.0.1', brokenImages: new Set(['broken']), now: NOW };
const BOUND = { nodeName: NODE_NAME };
const SIMULATED = { annotations: { [SIMULATED_LABEL]: 'true' } };
const JOB_OWNER = { apiVersion: 'batch/v1', kind: 'Job', name: 'import', uid: 'j1', controller: true };

interface Life {
  readonly stages: readonly string[];
  readonly end: Pod;
}

/** All stages until nothing is due. */
function live(start: Pod, facts: LifeFacts = FACTS): Life {
  const stages: string[] = [];
  let current = start;
  for (let step = podLifeStep(current, facts); step !== undefined; step = podLifeStep(current, facts)) {
    if (stages.push(step.name) > 20) throw new Error(`no end: ${stages.join(', ')}`);
    current = after(current, step);
  }
  return { stages, end: current };
}

describe('a pod of the node', () => {
  it.each([
    { spec: {}, stages: ['Accept', 'Run', 'BecomeReady'], because: 'one container has these stages' },
    {
      spec: { initContainers: [container('clone'), container('fix')] },
      stages: ['Accept', 'Start clone', 'Finish clone', 'Start fix', 'Finish fix', 'Run', 'BecomeReady'],
      because: 'init containers run one after another before it',
    },
    {
      spec: { initContainers: [container('proxy', { restartPolicy: 'Always' }), container('fix')] },
      stages: ['Accept', 'Start proxy', 'Start fix', 'Finish fix', 'Run', 'BecomeReady'],
      because: 'a sidecar needs only to run',
    },
    {
      spec: { containers: [container('app', { image: 'broken:3' })] },
      stages: ['Accept', 'Run'],
      because: 'its image is broken under any tag',
    },
    {
      spec: { initContainers: [container('clone', { image: 'broken' })] },
      stages: ['Accept', 'Start clone'],
      because: 'nothing starts after an init container that cannot',
    },
    {
      spec: { containers: [container(), container('side', { image: 'broken' })] },
      stages: ['Accept', 'Run', 'BecomeReady'],
      because: 'the container that runs gets ready beside one that cannot',
    },
    {
      spec: { restartPolicy: 'Never' },
      stages: ['Accept', 'Run', 'BecomeReady'],
      because: 'without a job it was started to stay',
    },
  ])('goes through $stages because $because', ({ spec, stages }) => {
    expect(live(pod({ ...BOUND, ...spec }, { metadata: SIMULATED })).stages).toEqual(stages);
  });

  it('is running and ready in the end, at its address', () => {
    const { status } = live(pod(BOUND, { metadata: SIMULATED })).end;
    expect(status).toMatchObject({
      phase: 'Running',
      podIP: '10.88.0.1',
      startTime: NOW,
      containerStatuses: [{ name: 'app', ready: true, started: true, state: { running: { startedAt: NOW } } }],
    });
    expect(status?.conditions?.map(({ type, status: value }) => `${type}=${value}`)).toEqual([
      'PodReadyToStartContainers=True',
      'Initialized=True',
      'Ready=True',
      'ContainersReady=True',
      'PodScheduled=True',
    ]);
  });

  it('of a job is done in the end, sidecars too', () => {
    const metadata = { ...SIMULATED, ownerReferences: [JOB_OWNER] };
    const initContainers = [container('proxy', { restartPolicy: 'Always' })];
    const { stages, end } = live(pod({ ...BOUND, restartPolicy: 'OnFailure', initContainers }, { metadata }));
    expect(stages.at(-1)).toBe('Complete');
    expect(end.status?.phase).toBe('Succeeded');
    expect(end.status?.containerStatuses?.[0]?.state.terminated?.exitCode).toBe(0);
    expect(end.status?.initContainerStatuses?.[0]?.state.terminated?.exitCode).toBe(0);
    expect(findCondition(end, 'Ready')).toMatchObject({ status: 'False', reason: 'PodCompleted' });
  });

  it('waits for a broken image with a reason, and runs once it is another', () => {
    const { end } = live(
      pod({ ...BOUND, containers: [container('app', { image: 'broken' })] }, { metadata: SIMULATED }),
    );
    expect(end.status?.phase).toBe('Pending');
    expect(end.status?.containerStatuses?.[0]?.state.waiting).toEqual({
      reason: 'ImagePullBackOff',
      message: 'Back-off pulling image "broken": not found',
    });
    expect(findCondition(end, 'Ready')?.message).toBe('containers with unready status: [app]');
    const mended = { ...end, spec: { ...end.spec, containers: [container()] } };
    expect(live(mended).end.status?.phase).toBe('Running');
  });

  it('goes on from any stage as if nothing had happened', () => {
    const start = pod({ ...BOUND, initContainers: [container('clone')] }, { metadata: SIMULATED });
    const whole = live(start);
    let current = start;
    for (const [index, stage] of whole.stages.entries()) {
      expect(live(JSON.parse(JSON.stringify(current)) as Pod).stages).toEqual(whole.stages.slice(index));
      const step = podLifeStep(current, FACTS);
      expect(step?.name).toBe(stage);
      if (step !== undefined) current = after(current, step);
    }
  });

  it('is marked first where it came with the name of the node', () => {
    const { stages, end } = live(pod(BOUND));
    expect(stages[0]).toBe('Annotate');
    expect(end.metadata.annotations).toEqual({ [SIMULATED_LABEL]: 'true' });
  });

  it('is ready only when its readiness gates are open, and then at once', () => {
    const gate = 'example.org/routed';
    const { end } = live(pod({ ...BOUND, readinessGates: [{ conditionType: gate }] }, { metadata: SIMULATED }));
    expect(findCondition(end, 'ContainersReady')?.status).toBe('True');
    expect(findCondition(end, 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' });
    const conditions = [...(end.status?.conditions ?? []), { type: gate, status: 'True' } as const];
    const opened = live({ ...end, status: { ...end.status, conditions } });
    expect(opened.stages).toEqual(['Refresh']);
    expect(findCondition(opened.end, 'Ready')?.status).toBe('True');
    expect(findCondition(opened.end, gate)?.status).toBe('True');
  });

  it('keeps the time of a condition that stays', () => {
    const { end } = live(pod(BOUND, { metadata: SIMULATED }));
    const renamed = { ...end, spec: { ...end.spec, readinessGates: [{ conditionType: 'closed' }] } };
    const step = podLifeStep(renamed, { ...FACTS, now: '2026-01-02T00:00:00.000Z' });
    const later = step === undefined ? renamed : after(renamed, step);
    expect(findCondition(later, 'ContainersReady')?.lastTransitionTime).toBe(NOW);
    expect(findCondition(later, 'Ready')?.lastTransitionTime).toBe('2026-01-02T00:00:00.000Z');
  });

  it.each([
    {
      name: 'Remove',
      metadata: { deletionTimestamp: NOW, deletionGracePeriodSeconds: 30 },
      because: 'the node lets go of what is deleted',
    },
    {
      name: undefined,
      metadata: { deletionTimestamp: NOW, deletionGracePeriodSeconds: 0 },
      because: 'finalizers hold it, not the node',
    },
  ])('that is deleted has the step $name because $because', ({ name, metadata }) => {
    expect(podLifeStep(pod(BOUND, { metadata }), FACTS)?.name).toBe(name);
  });

  it('that is another node’s is left alone', () => {
    expect(podLifeStep(pod({ nodeName: 'elsewhere' }), FACTS)).toBeUndefined();
  });
});
