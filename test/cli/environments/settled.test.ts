import { isAsAsked, isSettled } from '../../../src/cli/environments/settled';
import { type Seen, seenEnvironment } from '../environment-objects';

const CASES: readonly {
  readonly because: string;
  readonly seen: Seen;
  readonly settled: boolean;
  readonly asAsked: boolean;
}[] = [
  { because: 'no controller has looked', seen: {}, settled: false, asAsked: false },
  { because: 'it is ready', seen: { ready: ['True', 'Running'] }, settled: true, asAsked: true },
  {
    because: 'a simulated node says it is ready',
    seen: { ready: ['True', 'Simulated'] },
    settled: true,
    asAsked: true,
  },
  {
    because: 'the status is about an older specification',
    seen: { ready: ['True', 'Running'], generation: 2, observedGeneration: 1 },
    settled: false,
    asAsked: false,
  },
  { because: 'it is starting', seen: { ready: ['False', 'Starting'] }, settled: false, asAsked: false },
  { because: 'it is stopping', seen: { ready: ['False', 'Stopping'] }, settled: false, asAsked: false },
  { because: 'it is stopped as asked', seen: { ready: ['False', 'Stopped'] }, settled: true, asAsked: true },
  { because: 'its template is missing', seen: { ready: ['False', 'TemplateNotFound'] }, settled: true, asAsked: false },
  { because: 'it stays closed', seen: { ready: ['False', 'AccessLayerMissing'] }, settled: true, asAsked: false },
  {
    because: 'it is being deleted',
    seen: { ready: ['True', 'Running'], deleting: true },
    settled: false,
    asAsked: false,
  },
];

describe('an environment', () => {
  it.each(CASES)('is settled ($settled) and as asked ($asAsked) where $because', ({ seen, settled, asAsked }) => {
    expect(isSettled(seenEnvironment(seen))).toBe(settled);
    expect(isAsAsked(seenEnvironment(seen))).toBe(asAsked);
  });

  it('of a kind that says the generation in its status alone is settled by that', () => {
    const object = seenEnvironment({ ready: ['True', 'Running'], generation: 3 });
    const status = (observedGeneration: number) => ({
      ...object,
      status: { observedGeneration, conditions: [{ type: 'Ready', status: 'True', reason: 'Running' }] },
    });
    expect(isSettled(status(3))).toBe(true);
    expect(isSettled(status(2))).toBe(false);
  });

  it('with a status that is no status isn’t settled', () => {
    for (const status of [null, 'x', { conditions: 'none' }, { conditions: [null, 1] }])
      expect(isSettled({ ...seenEnvironment(), status })).toBe(false);
  });
});
