import { environmentRow } from '../../../src/cli/environments/environment-row';
import { type Seen, STAGES_SEEN, seenEnvironment } from '../environment-objects';

const CASES: readonly {
  readonly seen: Seen;
  readonly status: string;
  readonly reason: string;
  readonly ready: boolean;
  readonly because: string;
}[] = [
  { seen: {}, status: 'Pending', reason: 'NotObserved', ready: false, because: 'nobody has looked' },
  { seen: { ready: ['True', 'Running'] }, status: 'Ready', reason: 'Running', ready: true, because: 'it runs' },
  {
    seen: { ready: ['True', 'Simulated'] },
    status: 'Ready (simulated)',
    reason: 'Simulated',
    ready: true,
    because: 'nothing runs',
  },
  {
    seen: { ready: ['False', 'AccessLayerMissing'], reachable: ['False', 'AccessLayerMissing'] },
    status: 'Unreachable',
    reason: 'AccessLayerMissing',
    ready: false,
    because: 'it stays closed',
  },
  {
    seen: { ready: ['True', 'Running'], reachable: ['False', 'AccessLayerMissing'] },
    status: 'Unreachable',
    reason: 'AccessLayerMissing',
    ready: false,
    because: 'an app that runs behind closed doors is of no use',
  },
  {
    seen: { ready: ['False', 'Stopped'], reachable: ['False', 'AccessLayerMissing'] },
    status: 'Stopped',
    reason: 'Stopped',
    ready: false,
    because: 'a stopped one is meant to be closed',
  },
  {
    seen: { ready: ['True', 'Running'], reachable: ['False', 'NotReady'] },
    status: 'Ready',
    reason: 'Running',
    ready: true,
    because: 'that passes',
  },
  {
    seen: { ready: ['False', 'Starting'] },
    status: 'Starting',
    reason: 'Starting',
    ready: false,
    because: 'the reason is a word of its own',
  },
  {
    seen: { ready: ['False', 'CrashLoop'], status: { phase: 'Failed' } },
    status: 'Failed',
    reason: 'CrashLoop',
    ready: false,
    because: 'the phase says so',
  },
  {
    seen: { kind: 'Kode', ready: ['False', 'ImagePullFailed'], status: { phase: 'Creating' } },
    status: 'Pending',
    reason: 'ImagePullFailed',
    ready: false,
    because: 'the phases of another API are other words',
  },
  {
    seen: { ready: ['True', 'Running'], deleting: true },
    status: 'Deleting',
    reason: 'Deleting',
    ready: false,
    because: 'it is on its way out',
  },
];

describe('the row of an environment', () => {
  it.each(CASES)('says $status ($reason), since $because', ({ seen, status, reason, ready }) => {
    expect(environmentRow(seenEnvironment(seen))).toMatchObject({ status, reason, ready });
  });

  it('has the address and the stages, whatever the kind calls them', () => {
    const own = seenEnvironment({
      ready: ['True', 'Running'],
      status: { url: 'https://own.example/', stages: STAGES_SEEN },
    });
    const kode = seenEnvironment({
      kind: 'Kode',
      ready: ['True', 'Running'],
      status: { kodeUrl: 'https://kode.example/' },
    });
    expect(environmentRow(own)).toMatchObject({ url: 'https://own.example/', stages: STAGES_SEEN });
    expect(environmentRow(kode)).toMatchObject({ url: 'https://kode.example/', stages: [] });
  });

  it('passes over stages that are none', () => {
    expect(
      environmentRow(
        seenEnvironment({ ready: ['True', 'Running'], status: { stages: [null, 'x', { name: 'Ready' }] } }),
      ).stages,
    ).toEqual([]);
  });
});
