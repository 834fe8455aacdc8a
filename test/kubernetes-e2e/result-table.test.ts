import { withResults } from './result-table';
import { mergedResults } from './spec-result';

const PAGE = 'before\n<!-- kubernetes-e2e -->\nold\n<!-- /kubernetes-e2e -->\nafter\n';

describe('the table of results', () => {
  it('stands between its marks, with a row for each spec that either side ran', () => {
    const page = withResults(PAGE, {
      real: [{ name: 'a', state: 'passed', seconds: 1.5 }],
      embedded: [
        { name: 'a', state: 'failed', seconds: 2 },
        { name: 'b|c', state: 'passed', seconds: 0 },
      ],
      skipped: [{ pattern: 'x|y', because: 'no container runs' }],
    });
    expect(page).toMatch(/^before\n<!-- kubernetes-e2e -->\n[^]*\n<!-- \/kubernetes-e2e -->\nafter\n$/);
    expect(page).toContain('Of 2 specs, 1 pass against kube-apiserver and 1 against the embedded API.');
    expect(page).toContain('| a | passed (1.5 s) | failed (2 s) |');
    expect(page).toContain('| b\\|c | not run | passed (0 s) |');
    expect(page).toContain('| `x\\|y` | no container runs |');
    expect(page).not.toContain('old');
  });

  it('is written again as it was', () => {
    const results = { real: [], embedded: [], skipped: [] };
    const once = withResults(PAGE, results);
    expect(withResults(once, results)).toBe(once);
  });

  it('needs its marks', () => {
    expect(() => withResults('a page', { real: [], embedded: [], skipped: [] })).toThrow('add both');
  });
});

describe('kept results', () => {
  it('are replaced by those of a new run, spec by spec, in the order of names', () => {
    const kept = [
      { name: 'b', state: 'failed', seconds: 1 },
      { name: 'c', state: 'passed', seconds: 1 },
    ];
    const run = [
      { name: 'b', state: 'passed', seconds: 2 },
      { name: 'a', state: 'passed', seconds: 3 },
    ];
    expect(mergedResults(kept, run)).toEqual([run[1], run[0], kept[1]]);
  });
});
