import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errorsPage } from '../../docs/errors-page';
import { PAGES } from '../../docs/pages';

const DOCS = resolve(__dirname, '../../docs');

describe('the pages written from code', () => {
  it.each(PAGES)('docs/$path is in step (npm run docs)', ({ path, text }) => {
    const file = join(DOCS, path);
    const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
    expect(current).toBe(text(current));
  });
});

describe('the page of errors', () => {
  it('lists codes in alphabetical order, each with its meaning, remedy and retry', () => {
    const page = errorsPage({
      Second: { meaning: 'The second.', remedy: 'Mend it.', retry: 'Never' },
      First: { meaning: 'The first.', remedy: 'Wait.', retry: 'Backoff' },
    });
    expect(page.slice(page.indexOf('## '))).toBe(
      [
        '## First\n\nThe first.\n\n- What to do: Wait.\n- Tried again: after a growing pause\n\n',
        '## Second\n\nThe second.\n\n- What to do: Mend it.\n- Tried again: not by itself\n',
      ].join(''),
    );
  });
});
