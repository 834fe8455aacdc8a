import { parseSchedule, zonedText } from '../../../src/programs/controller-manager/cron-job/schedule';

function next(schedule: string, after: string, zone?: string): string | undefined {
  const instant = parseSchedule(schedule, zone)?.next(Date.parse(after));
  return instant === undefined ? undefined : new Date(instant).toISOString().slice(0, 16);
}

describe('a schedule', () => {
  it.each([
    ['*/15 * * * *', '2026-01-01T00:07:00Z', '2026-01-01T00:15', 'steps count from the beginning of the hour'],
    ['0 0 31 * *', '2026-02-01T00:00:00Z', '2026-03-31T00:00', 'months without the day are left out'],
    ['0 12 13 * fri', '2026-01-01T00:00:00Z', '2026-01-02T12:00', 'either day will do where both are said'],
    ['0 12 * * 1-5', '2026-01-03T00:00:00Z', '2026-01-05T12:00', 'the third is a Saturday'],
    ['0 0 29 feb *', '2026-03-01T00:00:00Z', '2028-02-29T00:00', 'leap days are rare'],
    ['30 5 * * 7', '2026-01-01T00:00:00Z', '2026-01-04T05:30', 'seven is a Sunday too'],
    ['@daily', '2026-01-01T00:00:00Z', '2026-01-02T00:00', 'an instant isn’t its own next one'],
  ])('%s after %s is %s: %s', (schedule, after, expected) => {
    expect(next(schedule, after)).toBe(expected);
  });

  it.each([
    ['2026-01-15T00:00:00Z', '2026-01-15T08:00', 'an hour ahead in winter'],
    ['2026-07-15T00:00:00Z', '2026-07-15T07:00', 'two hours ahead in summer'],
  ])('goes by the clocks of its zone: from %s at %s, %s', (after, expected) => {
    expect(next('0 9 * * *', after, 'Europe/Berlin')).toBe(expected);
  });

  it('leaves out a time that the clocks skip', () => {
    expect(next('30 2 * * *', '2026-03-28T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-30T00:30');
  });

  it.each(['', '* * * *', '61 * * * *', '* * * * mon-xyz', '*/0 * * * *', '5-1 * * * *'])('can’t be “%s”', (text) => {
    expect(parseSchedule(text)).toBeUndefined();
  });

  it('can’t be in a zone that isn’t one', () => {
    expect(parseSchedule('* * * * *', 'Nowhere/Land')).toBeUndefined();
  });
});

describe('an instant in a zone', () => {
  it('is told with its offset', () => {
    const instant = Date.parse('2026-01-15T12:00:00Z');
    expect(zonedText(instant, 'America/St_Johns')).toBe('2026-01-15T08:30:00-03:30');
    expect(zonedText(instant, 'UTC')).toBe('2026-01-15T12:00:00Z');
  });
});
