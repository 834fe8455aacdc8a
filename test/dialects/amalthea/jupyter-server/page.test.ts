import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jupyterServerFieldTables } from '../../../../src/dialects/amalthea/field-tables';
import { withFieldTables } from '../../../../src/dialects/field-page';

it('the page of JupyterServer has its field tables as they are', () => {
  const file = join(__dirname, '../../../../docs/dialects/jupyter-server.md');
  const page = readFileSync(file, 'utf8');
  const written = withFieldTables(page, jupyterServerFieldTables);
  // The page is written anew by running this test with UPDATE_DOCS=1.
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, written);
  else expect(page).toBe(written);
});
