/** Writes the pages that differ, and says which. Run from the root of the checkout: `npm run docs`. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PAGES } from './pages';

for (const page of PAGES) {
  const path = join('docs', page.path);
  const current = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const text = page.text(current);
  if (text === current) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`wrote ${path}`);
}
