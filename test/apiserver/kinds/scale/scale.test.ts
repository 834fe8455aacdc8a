/** Scales against those that a Kubernetes API server of v1.34.4 answered. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../../../src/api/object';
import { scaleErrors, scaleOf, withScale } from '../../../../src/apiserver/kinds';
import { invalid } from '../../../../src/apiserver/status-error';

interface RecordedScale {
  readonly kind: string;
  readonly workload: KubeObject;
  readonly scale: KubeObject;
  readonly scaled: KubeObject;
  readonly negative: { readonly message: string };
}

const SCALES = JSON.parse(readFileSync(join(__dirname, 'fixtures/scales.json'), 'utf8')) as readonly RecordedScale[];

describe.each(SCALES)('the scale of a $kind', ({ workload, scale, scaled, negative }) => {
  it('is that of its spec, its status and its selector', () => {
    expect(scaleOf(workload)).toEqual(scale);
  });

  it('sets the replicas of the workload and nothing else', () => {
    const next = withScale(workload, { ...scale, spec: { replicas: 5 } }) as unknown as KubeObject;
    expect(scaleOf(next)).toEqual(scaled);
    expect({ ...next, spec: workload.spec }).toEqual(workload);
  });

  it('brings the version that its writer knows', () => {
    const old = { ...scale, metadata: { ...scale.metadata, resourceVersion: '3' } };
    expect(withScale(workload, old)['metadata']).toMatchObject({ resourceVersion: '3' });
  });

  it('leaves the workload as it is', () => {
    const before = JSON.stringify(workload);
    withScale(workload, { ...scale, spec: { replicas: 9 } });
    expect(JSON.stringify(workload)).toBe(before);
  });

  it('is not negative', () => {
    const errors = scaleErrors({ ...scale, spec: { replicas: -1 } });
    expect(invalid({ group: 'autoscaling', kind: 'Scale' }, scale.metadata.name, errors).status.message).toBe(
      negative.message,
    );
  });
});
