/** Rows of tables say what those of a Kubernetes server say: recorded tables. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '../../../../src/api/json';
import type { KubeObject } from '../../../../src/api/object';
import { coreKinds } from '../../../../src/apiserver/kinds/core';

interface RecordedTable {
  readonly resource: string;
  readonly columns: readonly Record<string, JsonValue>[];
  readonly rows: readonly { readonly cells: readonly JsonValue[]; readonly object: KubeObject }[];
}

const tables = JSON.parse(readFileSync(join(__dirname, 'fixtures', 'tables.json'), 'utf8')) as readonly RecordedTable[];

/** Ages depend on when a table was asked for. */
const TIMED = new Set(['Age', 'First Seen', 'Last Seen']);
const NOW = new Date('2026-11-21T14:00:00Z');

describe.each(tables)('the table of $resource', ({ resource, columns, rows }) => {
  const own = coreKinds[resource]?.columns ?? [];

  test('has the columns of the server', () => {
    expect(own.map(({ cell: _, ...definition }) => definition)).toEqual(columns);
  });

  test.each(rows.map(({ cells, object }) => ({ name: object.metadata.name, cells, object })))(
    'shows $name as the server shows it',
    ({ cells, object }) => {
      for (const [index, { name, cell }] of own.entries()) {
        const value = cell(object, NOW);
        if (TIMED.has(name)) expect(value === '<unknown>').toBe(cells[index] === '<unknown>');
        else if (name === 'Restarts')
          expect(JSON.stringify(value).split(' ')[0]).toBe(JSON.stringify(cells[index]).split(' ')[0]);
        else expect([name, value]).toEqual([name, cells[index]]);
      }
    },
  );
});
