/** Autoscalers in both versions, as a Kubernetes API server of v1.34.4 gives them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../../../src/api/object';
import { convertHorizontalPodAutoscaler } from '../../../../src/apiserver/kinds';

interface RecordedAutoscaler {
  readonly title: string;
  readonly v1: KubeObject;
  readonly v2: KubeObject;
}

const RECORDED = JSON.parse(
  readFileSync(join(__dirname, 'conversions/horizontalpodautoscalers.json'), 'utf8'),
) as readonly RecordedAutoscaler[];

describe.each(RECORDED)('$title', ({ v1, v2 }) => {
  it('is the same as the server says in version 1', () => {
    expect(convertHorizontalPodAutoscaler(v2, 'v1')).toEqual(v1);
  });

  it('comes back from version 1 as it was', () => {
    const back = convertHorizontalPodAutoscaler(v1, 'v2');
    const metrics = (autoscaler: KubeObject) => {
      const { metrics: list = [] } = autoscaler.spec as { metrics?: unknown[] };
      return list.map((metric) => JSON.stringify(metric, Object.keys(flattened(metric)).sort())).sort();
    };
    // The share of processors comes last, wherever it stood.
    expect(metrics(back)).toEqual(metrics(v2));
    expect({ ...back, spec: { ...(back.spec as object), metrics: [] } }).toEqual({
      ...v2,
      spec: { ...(v2.spec as object), metrics: [] },
    });
  });

  it('is left alone in its own version', () => {
    expect(convertHorizontalPodAutoscaler(v2, 'v2')).toBe(v2);
    expect(convertHorizontalPodAutoscaler(v1, 'v1')).toBe(v1);
  });
});

/** All names of members anywhere in a value. */
function flattened(value: unknown): Record<string, true> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.entries(value).reduce<Record<string, true>>(
    (names, [key, member]) => ({ ...names, [key]: true, ...flattened(member) }),
    {},
  );
}
