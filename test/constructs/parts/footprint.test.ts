/** What pods and claims take of a quota, as the scheduler and a ResourceQuota count it. */
import { footprintOf } from '../../../constructs/parts/footprint';
import type { PodTemplateSpec } from '../../../constructs/parts/shapes';

const container = (name: string, requests: Record<string, string>, more: object = {}) => ({
  name,
  resources: { requests },
  ...more,
});
const pod = (containers: readonly object[], initContainers: readonly object[] = []): PodTemplateSpec =>
  ({ spec: { containers, initContainers } }) as unknown as PodTemplateSpec;

const takenBy = (...pods: readonly PodTemplateSpec[]) => footprintOf({ pods, claims: [], defaultRequest: {} });

describe('a footprint', () => {
  test('of pods is what their containers request, one by the other', () => {
    expect(
      takenBy(
        pod([container('app', { cpu: '1', memory: '1Gi', 'nvidia.com/gpu': '1' }), container('side', { cpu: '500m' })]),
        pod([container('cache', { memory: '512Mi', 'hugepages-2Mi': '4Mi' })]),
      ),
    ).toEqual({
      environments: 1,
      cpu: '1500m',
      memory: '1536Mi',
      extended: { 'nvidia.com/gpu': '1' },
      volumes: {},
    });
  });

  test('counts sidecars with the app, and an init container only where it needs more than they do together', () => {
    const always = { restartPolicy: 'Always' };
    const small = pod(
      [container('app', { cpu: '1' })],
      [container('prepare', { cpu: '1' }), container('gate', { cpu: '100m' }, always)],
    );
    expect(takenBy(small).cpu).toBe('1100m');
    const large = pod(
      [container('app', { cpu: '1' })],
      [container('gate', { cpu: '100m' }, always), container('build', { cpu: '4' })],
    );
    expect(takenBy(large).cpu).toBe('4100m');
  });

  test('takes a limit for a request where there is none, and the default where there is neither', () => {
    const given = pod([{ name: 'app', resources: { limits: { cpu: '2' } } }, { name: 'side' }]);
    expect(footprintOf({ pods: [given], claims: [], defaultRequest: { cpu: '50m', memory: '128Mi' } })).toMatchObject({
      cpu: '2050m',
      memory: '256Mi',
    });
  });

  test('of what is stopped is its volumes and its place', () => {
    const claim = { size: '2048Mi', accessModes: [], reclaim: 'Retain' as const };
    expect(footprintOf({ pods: [], claims: [{ name: { name: 'home' }, claim }], defaultRequest: {} })).toEqual({
      environments: 1,
      cpu: '0',
      memory: '0',
      extended: {},
      volumes: { home: '2Gi' },
    });
  });
});
