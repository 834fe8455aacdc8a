/** Cells of tables, as a Kubernetes v1.34.4 API server fills them; its answers are recorded beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../../src/api/object';
import { customColumns, scaleColumns } from '../../../src/apiserver/custom-resources/columns';
import { humanDuration } from '../../../src/apiserver/custom-resources/human-duration';
import { NOW } from './context';

type Cell = string | number | boolean | null;

const recorded = JSON.parse(readFileSync(join(__dirname, 'column-answers.json'), 'utf8')) as {
  readonly object: KubeObject;
  readonly cells: readonly (readonly [path: string, type: string, cell: Cell])[];
};

describe('a column of a custom resource', () => {
  it.each(recorded.cells)('%s of type %s shows %j', (jsonPath, type, cell) => {
    const [, column] = customColumns([{ name: 'C', type, jsonPath }]);
    expect(column?.cell(recorded.object, NOW)).toBe(cell);
  });

  it('follows the name, and is the age where the version says none', () => {
    expect(customColumns(undefined).map(({ name, type, format }) => [name, type, format])).toEqual([
      ['Name', 'string', 'name'],
      ['Age', 'date', ''],
    ]);
  });

  it('is left out with all that follow where its path can not be read', () => {
    const broken = { name: 'Broken', type: 'string', jsonPath: '.a[?(' };
    const columns = customColumns([
      { name: 'First', type: 'string', jsonPath: '.a' },
      broken,
      { ...broken, jsonPath: '.b' },
    ]);
    expect(columns.map(({ name }) => name)).toEqual(['Name', 'First']);
  });

  it('describes itself by its path where the definition does not', () => {
    const [, column] = customColumns([{ name: 'A', type: 'string', jsonPath: '.a' }]);
    expect(column?.description).toBe('Custom resource definition column (in JSONPath format): .a');
  });

  it('of a scale shows what is desired and what is there', () => {
    expect(scaleColumns().map(({ name }) => name)).toEqual(['Name', 'Desired', 'Available', 'Age']);
  });
});

describe('a duration is shown with two or three figures', () => {
  it.each([
    [-5_000, '<invalid>'],
    [-1_000, '0s'],
    [0, '0s'],
    [119_999, '119s'],
    [150_000, '2m30s'],
    [600_000, '10m'],
    [10_740_000, '179m'],
    [3 * 3_600_000, '3h'],
    [4 * 3_600_000 + 300_000, '4h5m'],
    [47 * 3_600_000, '47h'],
    [3 * 86_400_000 + 3_600_000, '3d1h'],
    [100 * 86_400_000, '100d'],
    [3 * 365 * 86_400_000 + 86_400_000, '3y1d'],
    [9 * 365 * 86_400_000, '9y'],
  ])('%d ms is %s', (ms, text) => {
    expect(humanDuration(ms)).toBe(text);
  });
});
