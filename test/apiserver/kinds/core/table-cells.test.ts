/** Cells that kinds share. */
import { formatLabels, humanDuration, timeSince } from '../../../../src/apiserver/kinds/table-cells';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [-2 * SECOND, '<invalid>', 'two seconds in the future are too many'],
  [-SECOND, '0s', 'clocks may differ by a second'],
  [0, '0s', 'now'],
  [119 * SECOND, '119s', 'seconds up to two minutes'],
  [120 * SECOND, '2m', 'no seconds where there are none'],
  [9 * MINUTE + 59 * SECOND, '9m59s', 'seconds up to ten minutes'],
  [10 * MINUTE + 59 * SECOND, '10m', 'then minutes alone'],
  [179 * MINUTE, '179m', 'minutes up to three hours'],
  [3 * HOUR, '3h', 'whole hours'],
  [7 * HOUR + 59 * MINUTE, '7h59m', 'minutes up to eight hours'],
  [47 * HOUR, '47h', 'hours up to two days'],
  [48 * HOUR, '2d', 'whole days'],
  [7 * DAY + 23 * HOUR, '7d23h', 'hours up to eight days'],
  [8 * DAY, '8d', 'then days alone'],
  [729 * DAY, '729d', 'days up to two years'],
  [730 * DAY, '2y', 'whole years'],
  [731 * DAY, '2y1d', 'days up to eight years'],
  [8 * 365 * DAY + DAY, '8y', 'then years alone'],
])('a duration of %d ms reads %s: %s', (milliseconds, text) => {
  expect(humanDuration(milliseconds)).toBe(text);
});

test('a time that is not there is unknown', () => {
  expect(timeSince(undefined, new Date())).toBe('<unknown>');
});

test('labels are listed in the order of their keys', () => {
  expect(formatLabels({ b: '2', a: '1' })).toBe('a=1,b=2');
  expect(formatLabels({})).toBe('<none>');
});
