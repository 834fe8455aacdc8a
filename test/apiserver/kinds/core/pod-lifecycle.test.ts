/** How pods go, and how they come to nodes. */
import type { KubeObject } from '../../../../src/api/object';
import { type DraftObject } from '../../../../src/apiserver/draft';
import { assignPod, bindingErrors, decideEviction } from '../../../../src/apiserver/kinds/core';
import { StatusError } from '../../../../src/apiserver/status-error';
import { strategyOf } from './endpoint';

const NOW = new Date('2025-01-01T00:00:00Z');

function pod(spec: object, status: object = {}, metadata: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n', ...metadata }, spec, status };
}

describe('a deleted pod waits for its node', () => {
  const graceOf = (object: KubeObject, asked?: number) => strategyOf('pods').gracePeriodSeconds?.(object, asked);

  test.each([
    [pod({ nodeName: 'a', terminationGracePeriodSeconds: 30 }), undefined, 30, 'as long as it says'],
    [pod({ nodeName: 'a', terminationGracePeriodSeconds: 30 }), 5, 5, 'as long as the request says'],
    [pod({ nodeName: 'a', terminationGracePeriodSeconds: 30 }), 0, 0, 'not at all where it is forced'],
    [pod({ terminationGracePeriodSeconds: 30 }), 60, 0, 'not at all where it has none'],
    [pod({ nodeName: 'a', terminationGracePeriodSeconds: 30 }, { phase: 'Succeeded' }), undefined, 0, 'it is done'],
    [pod({ nodeName: 'a', terminationGracePeriodSeconds: -1 }), undefined, 1, 'less than nothing is a second'],
  ])('%# %s', (object, asked, expected, _because) => {
    expect(graceOf(object, asked)).toBe(expected);
  });
});

describe('a binding', () => {
  const binding = { metadata: { name: 'p', annotations: { a: 'b' } }, target: { kind: 'Node', name: 'node-1' } };

  test('puts a pod on a node and says so', () => {
    const object = pod({ containers: [] }) as unknown as DraftObject;
    assignPod(object, binding, NOW);
    expect(object['spec']).toEqual({ containers: [], nodeName: 'node-1' });
    expect(object['metadata']).toMatchObject({ annotations: { a: 'b' } });
    expect(object['status']).toEqual({
      conditions: [
        { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: '2025-01-01T00:00:00Z' },
      ],
    });
  });

  test.each([
    [pod({ nodeName: 'x' }), 'pod p is already assigned to node "x"'],
    [
      pod({}, {}, { deletionTimestamp: '2025-01-01T00:00:00Z' }),
      'pod p is being deleted, cannot be assigned to a host',
    ],
    [pod({ schedulingGates: [{ name: 'g' }] }), 'pod p has non-empty .spec.schedulingGates'],
  ])('%# is refused: %s', (object, why) => {
    let message = '';
    try {
      assignPod(object as unknown as DraftObject, binding, NOW);
    } catch (error) {
      message = error instanceof StatusError ? error.message : '';
    }
    expect(message).toBe(`Operation cannot be fulfilled on pods/binding "p": ${why}`);
  });

  test('names a node', () => {
    expect(bindingErrors({ target: { kind: 'Pod' } }).map(({ field }) => field)).toEqual([
      'target.kind',
      'target.name',
    ]);
  });
});

describe('an eviction', () => {
  const running = pod({ nodeName: 'a' }, { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] });
  const unready = pod({ nodeName: 'a' }, { phase: 'Running' });
  const budget = (status: object, spec: object = {}): KubeObject => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'b', namespace: 'n', generation: 1 },
    spec,
    status: { observedGeneration: 1, ...status },
  });

  test('deletes a pod that no budget is for', () => {
    expect(decideEviction(running, [])).toEqual({ action: 'delete', atThisVersion: false });
  });

  test('deletes a pending pod as long as it is pending', () => {
    const decision = decideEviction(pod({}, { phase: 'Pending' }), [budget({ disruptionsAllowed: 0 })]);
    expect(decision).toEqual({ action: 'delete', atThisVersion: true });
  });

  test('charges a budget that allows it', () => {
    const allowing = budget({ disruptionsAllowed: 1 });
    expect(decideEviction(running, [allowing])).toEqual({ action: 'charge', budget: allowing });
  });

  test('is refused by a budget that is used up', () => {
    const decision = decideEviction(running, [budget({ disruptionsAllowed: 0, desiredHealthy: 2, currentHealthy: 2 })]);
    expect(decision.action === 'refuse' && decision.error.status).toMatchObject({
      code: 429,
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          { reason: 'DisruptionBudget', message: 'The disruption budget b needs 2 healthy pods and has 2 currently' },
        ],
      },
    });
  });

  test('lets unready pods go where enough others are healthy', () => {
    const healthy = budget({ disruptionsAllowed: 0, desiredHealthy: 2, currentHealthy: 2 });
    expect(decideEviction(unready, [healthy])).toEqual({ action: 'delete', atThisVersion: true });
  });

  test('fails where budgets overlap', () => {
    expect(decideEviction(running, [budget({}), budget({})]).action).toBe('fail');
  });
});
