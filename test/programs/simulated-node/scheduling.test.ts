import type { Claim } from '../../../src/programs/simulated-node/claim';
import type { Pod } from '../../../src/programs/simulated-node/pod';
import { type SchedulingFacts, schedulingStep } from '../../../src/programs/simulated-node/scheduling';
import { after, claim, NODE_NAME, NOW, pod } from './lives';

const MOUNTED = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const NO_MATCH = "1 node(s) didn't match Pod's node affinity/selector";

function facts(found?: Claim): SchedulingFacts {
  return { node: { name: NODE_NAME, labels: { zone: 'a', size: '3' } }, findClaim: () => found, now: NOW };
}

/** The step's name, and why where the pod is refused. */
function decision(subject: Pod, found?: Claim): string | undefined {
  const step = schedulingStep(subject, facts(found));
  if (step?.action.verb !== 'PatchStatus') return step?.name;
  const { conditions } = step.action.status as { conditions: readonly { message?: string }[] };
  return conditions[0]?.message?.replace('0/1 nodes are available: ', '');
}

function requiring(key: string, operator: string, ...values: string[]): Partial<Pod['spec']> {
  const nodeSelectorTerms = [{ matchExpressions: [{ key, operator, values }] }];
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } };
}

describe('a pod without a node', () => {
  it.each([
    { spec: {}, is: 'Bind', because: 'nothing is in its way' },
    { spec: { nodeSelector: { zone: 'a' } }, is: 'Bind', because: 'the node has the label' },
    { spec: { nodeSelector: { zone: 'b' } }, is: NO_MATCH, because: 'the label is another' },
    { spec: requiring('zone', 'In', 'a', 'b'), is: 'Bind', because: 'the label is among them' },
    { spec: requiring('zone', 'NotIn', 'a'), is: NO_MATCH, because: 'the label is excluded' },
    { spec: requiring('gpu', 'NotIn', 'a'), is: 'Bind', because: 'a missing label has none of the values' },
    { spec: requiring('gpu', 'Exists'), is: NO_MATCH, because: 'the label is missing' },
    { spec: requiring('gpu', 'DoesNotExist'), is: 'Bind', because: 'the label is missing' },
    { spec: requiring('size', 'Gt', '2'), is: 'Bind', because: '3 is more' },
    { spec: requiring('size', 'Lt', '2'), is: NO_MATCH, because: '3 is not less' },
    { spec: requiring('gpu', 'Gt', '2'), is: NO_MATCH, because: 'nothing is no number' },
    { spec: { schedulerName: 'theirs' }, is: undefined, because: 'another scheduler decides' },
    { spec: { schedulingGates: [{ name: 'quota' }] }, is: undefined, because: 'it is not to be scheduled yet' },
    { spec: { nodeName: 'elsewhere' }, is: undefined, because: 'it has one' },
  ])('$is, because $because', ({ spec, is }) => {
    expect(decision(pod(spec))).toBe(is);
  });

  it.each([
    { found: undefined, is: 'persistentvolumeclaim "data" not found' },
    { found: claim(), is: 'persistentvolumeclaim "data" is not bound' },
    { found: claim({}, { phase: 'Lost' }), is: 'persistentvolumeclaim "data" has lost its volume' },
    {
      found: { ...claim({}, { phase: 'Bound' }), metadata: { ...claim().metadata, deletionTimestamp: NOW } },
      is: 'persistentvolumeclaim "data" is being deleted',
    },
    { found: claim({}, { phase: 'Bound' }), is: 'Bind' },
  ])('that mounts a claim: $is', ({ found, is }) => {
    expect(decision(pod(MOUNTED), found)).toBe(is);
  });

  it('is bound with a daemon’s affinity to the node’s name', () => {
    const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [NODE_NAME] }] }];
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
    expect(decision(pod({ affinity }))).toBe('Bind');
  });

  it('looks for the claim of an ephemeral volume under the pod’s name', () => {
    expect(decision(pod({ volumes: [{ name: 'scratch', ephemeral: {} }] }))).toBe(
      'persistentvolumeclaim "thesis-scratch" not found',
    );
  });

  it('is told once why it waits, and again when the reason is another', () => {
    const step = schedulingStep(pod(MOUNTED), facts());
    const told = step === undefined ? pod(MOUNTED) : after(pod(MOUNTED), step);
    expect(schedulingStep(told, facts())).toBeUndefined();
    expect(decision(told, claim())).toBe('persistentvolumeclaim "data" is not bound');
  });
});
