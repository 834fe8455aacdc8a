import { durationText, stagesText } from '../../../src/cli/environments/stage-times';
import { STAGES_SEEN } from '../environment-objects';

describe('stages', () => {
  it('are shown with the time since the first one', () => {
    expect(stagesText(STAGES_SEEN)).toBe('Admitted +0s, Scheduled +2s, Ready +12s');
  });
});

describe('spans', () => {
  it.each([
    [Number.NaN, '0s'],
    [-5, '0s'],
    [0, '0s'],
    [850, '850ms'],
    [59_999, '59s'],
    [60_000, '1m'],
    [200_000, '3m20s'],
    [7_500_000, '2h5m'],
    [86_400_000, '1d'],
    [356_400_000, '4d3h'],
  ])('of %d ms are shown as %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });
});
