import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { CONFIG_MAP } from '../../constructs/parts/resource-types';
import type { KubeObject } from '../../src/api/object';
import type { Planner, TreeSource } from '../../src/plan/kind';
import type { Plan } from '../../src/plan/plan';
import { lookupOver, renderPlanner, TreeMemo } from '../../src/synth';

const DESK: KubeObject = {
  apiVersion: 'example.org/v1',
  kind: 'Desk',
  metadata: { name: 'thesis', namespace: 'a', uid: 'uid-1' },
};
const status = () => ({ fields: {}, conditions: [], settled: true });
const lookup = lookupOver([], { askedBy: 'Desk a/thesis' });

function planner(plan: Plan<TreeSource<Construct>>): Planner<TreeSource<Construct>> {
  return { reads: [], applies: [CONFIG_MAP], observes: [], finalizes: true, plan: () => plan };
}

const applying = (kind: string): Plan<TreeSource<Construct>> => ({
  outcome: 'apply',
  status,
  tree: {
    inputs: kind,
    build(scope) {
      new ApiObject(scope, 'o', { apiVersion: 'v1', kind, metadata: { name: 'o', namespace: 'a' } });
    },
  },
});

describe('a rendering planner', () => {
  test('gives rendered trees, and declares what the planner declares', () => {
    const rendering = renderPlanner(planner(applying('ConfigMap')), new TreeMemo());
    const plan = rendering.plan(DESK, lookup);
    expect(plan.outcome === 'apply' ? plan.tree.objects().map(({ manifest }) => manifest.kind) : []).toEqual([
      'ConfigMap',
    ]);
    expect(rendering).toMatchObject({ applies: [CONFIG_MAP], finalizes: true });
  });

  test('refuses a kind that isn’t declared, since nobody granted it', () => {
    const plan = renderPlanner(planner(applying('Secret')), new TreeMemo()).plan(DESK, lookup);
    expect(() => (plan.outcome === 'apply' ? plan.tree.objects() : [])).toThrow(
      expect.objectContaining({
        code: 'ApplyNotDeclared',
        message: 'The plan for Desk a/thesis applies Secret o: add the kind to `applies` of its planner',
      }) as Error,
    );
  });

  test('leaves holds and teardowns as they are', () => {
    const hold: Plan<TreeSource<Construct>> = { outcome: 'hold', reason: 'Invalid', status };
    expect(renderPlanner(planner(hold), new TreeMemo()).plan(DESK, lookup)).toBe(hold);
  });
});
