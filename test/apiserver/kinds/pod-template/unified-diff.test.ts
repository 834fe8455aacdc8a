/** Diffs in messages are those of the server, byte for byte; longer ones are recorded with the updates of pods. */
import { unifiedDiff } from '../../../../src/apiserver/kinds/server-values/unified-diff';

function lines(...numbers: (number | string)[]): string {
  return numbers.map(String).join('\n');
}

test('equal texts have no diff', () => {
  expect(unifiedDiff('a\nb', 'a\nb')).toBe('');
});

test('a change is shown with three lines around', () => {
  expect(unifiedDiff(lines(1, 2, 3, 4, 5, 6, 7, 8, 9), lines(1, 2, 3, 4, 'x', 6, 7, 8, 9))).toBe(
    '@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n',
  );
});

test('changes that are far apart are shown apart', () => {
  const before = Array.from({ length: 30 }, (_, index) => `line ${String(index)}`);
  const after = before.map((line, index) => (index === 2 || index === 25 ? 'x' : line));
  const heads = unifiedDiff(before.join('\n'), after.join('\n')).match(/^@@.*@@$/gm);
  expect(heads).toEqual(['@@ -1,6 +1,6 @@', '@@ -23,7 +23,7 @@']);
});

test('added lines at the end are shown with what is before them', () => {
  expect(unifiedDiff('a\nb', 'a\nb\nc')).toBe('@@ -1,2 +1,3 @@\n a\n b\n+c\n');
});
