import { kodeFrontEnd } from '../../../src/dialects/kode';
import { kodeSchema } from '../../../src/dialects/kode/kode';
import type { EnvironmentReport, Phase } from '../../../src/model/report';
import { validatorOf } from '../../../src/schema/validator';
import { kode, modelled, template } from './objects';

const ready = { type: 'Ready', status: 'True', reason: 'Running', message: 'It runs.' } as const;

function report(changes: Partial<EnvironmentReport> = {}): EnvironmentReport {
  return { phase: 'Ready', conditions: [ready], stages: [], simulated: false, settled: true, ...changes };
}

describe('the status of a Kode', () => {
  it.each<{ phase: Phase; shown: string }>([
    { phase: 'Pending', shown: 'Pending' },
    { phase: 'Starting', shown: 'Creating' },
    { phase: 'Ready', shown: 'Active' },
    { phase: 'Stopping', shown: 'Inactive' },
    { phase: 'Stopped', shown: 'Inactive' },
    { phase: 'Failed', shown: 'Failed' },
    { phase: 'Deleting', shown: 'Recycling' },
  ])('shows $phase as $shown', ({ phase, shown }) => {
    expect(kodeFrontEnd.status(kode(), report({ phase }), {})).toMatchObject({ phase: shown });
  });

  it('has the URL only while there is one', () => {
    expect(kodeFrontEnd.status(kode(), report({ url: 'https://thesis.example.org/' }), {})).toMatchObject({
      kodeUrl: 'https://thesis.example.org/',
    });
    expect(kodeFrontEnd.status(kode(), report(), {})).not.toHaveProperty('kodeUrl');
  });

  it('names what is in the way as its last error, also while the environment still runs', () => {
    const blockedBy = { reason: 'TemplateNotFound', message: 'Create it.' };
    for (const phase of ['Pending', 'Starting', 'Ready', 'Failed'] as const) {
      expect(kodeFrontEnd.status(kode(), report({ phase, blockedBy }), {})).toMatchObject({ lastError: 'Create it.' });
    }
    expect(kodeFrontEnd.status(kode(), report({ phase: 'Starting' }), {})).not.toHaveProperty('lastError');
  });

  it('tells the stages of the start, and nothing of them before the first one', () => {
    const stages = [{ name: 'Admitted', at: '2026-01-01T00:00:00Z' }] as const;
    expect(kodeFrontEnd.status(kode(), report({ stages }), {})).toMatchObject({ stages });
    expect(kodeFrontEnd.status(kode(), report(), {})).not.toHaveProperty('stages');
  });

  it('says which generation it speaks of', () => {
    expect(kodeFrontEnd.status(kode({}, { generation: 3 }), report(), {})).toMatchObject({ observedGeneration: 3 });
  });

  it('is one that its own schema takes', () => {
    const status = kodeFrontEnd.status(
      kode({}, { generation: 3 }),
      report({
        phase: 'Failed',
        url: 'https://x/',
        blockedBy: { reason: 'X', message: 'Y' },
        stages: [{ name: 'Admitted', at: '2026-01-01T00:00:00Z' }],
      }),
      {},
    );
    const validate = validatorOf({ ...kodeSchema, statusSubresource: false });
    expect(validate({ ...kode(), status })).toEqual([]);
  });
});

describe('a Kode whose Gateway has not taken its route', () => {
  it('says in its last error what to do, and who asked for that Gateway', () => {
    const reachable = {
      type: 'Reachable',
      status: 'False',
      reason: 'RouteNotAccepted',
      message: 'Name another one',
    } as const;
    const shown = kodeFrontEnd.status(kode(), report({ conditions: [reachable] }), {
      gatewayAskedBy: 'EntryPoint team-a/public',
    });
    expect(shown).toMatchObject({
      lastError: 'Name another one by the annotation adrasteia.dev/gateway (EntryPoint team-a/public)',
    });
  });
});

describe('the conditions of a Kode', () => {
  const typesAndStatus = (phase: Phase, notes = {}) =>
    kodeFrontEnd.conditions?.(kode(), report({ phase }), notes).map(({ type, status }) => `${type}=${status}`);

  it.each<{ phase: Phase; shown: string }>([
    { phase: 'Ready', shown: 'Ready=True Available=True Progressing=False' },
    { phase: 'Starting', shown: 'Ready=True Available=False Progressing=True' },
    { phase: 'Stopped', shown: 'Ready=True Available=False Progressing=False' },
    { phase: 'Failed', shown: 'Ready=True Available=False Progressing=False' },
  ])("are the report's, then those that clients of later releases know, while $phase", ({ phase, shown }) => {
    expect(typesAndStatus(phase)?.join(' ')).toBe(shown);
  });

  it('say that nothing progresses while something is in the way', () => {
    const blocked = report({ phase: 'Pending', blockedBy: { reason: 'TemplateNotFound', message: 'Create it.' } });
    const progressing = kodeFrontEnd.conditions?.(kode(), blocked, {}).find(({ type }) => type === 'Progressing');
    expect(progressing).toMatchObject({ status: 'False', reason: 'Blocked' });
  });

  it('name every field that was given and has no effect yet', () => {
    const others = [template({ inactiveAfterSeconds: 600, recycleAfterSeconds: 0 })];
    const { notes } = modelled(kode({ userConfig: 'https://git.example.org/me' }), others);
    expect(kodeFrontEnd.conditions?.(kode(), report(), notes).at(-1)).toEqual({
      type: 'SpecHonoured',
      status: 'False',
      reason: 'NotSupported',
      message:
        'These fields have no effect yet: spec.userConfig, spec.inactiveAfterSeconds of KodeTemplate team-a/small.',
    });
  });

  it('say that an entry point leads nowhere, also while the Service does lead to the app', () => {
    const inCluster = { type: 'Reachable', status: 'True', reason: 'InCluster', message: 'By its Service.' } as const;
    const notes = { entryRefused: 'EntryPoint team-a/public does not lead here.' };
    const shown = report({ conditions: [ready, inCluster] });
    expect(kodeFrontEnd.conditions?.(kode(), shown, notes)).toContainEqual({
      type: 'Reachable',
      status: 'False',
      reason: 'NoEntry',
      message: 'EntryPoint team-a/public does not lead here.',
    });
    expect(kodeFrontEnd.status(kode(), shown, notes)).toMatchObject({ phase: 'Active', lastError: notes.entryRefused });
  });
});
