import { type Column, tableLines } from '../../../src/cli/print/table';

interface Row {
  readonly name: string;
  readonly note: string;
}
const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'NOTE', cell: ({ note }) => note, paint: (cell) => `<${cell}>` },
];

describe('a table', () => {
  it('is as wide as its widest cells, with nothing at the end of a line', () => {
    expect(
      tableLines(
        [
          { name: 'a-long-name', note: 'x' },
          { name: 'b', note: '' },
        ],
        COLUMNS,
      ),
    ).toEqual(['NAME          NOTE', 'a-long-name   <x>', 'b']);
  });

  it('keeps a cell on its line, whatever is in it', () => {
    expect(tableLines([{ name: 'a\nb\u001b[31m', note: 'ä' }], COLUMNS)[1]).toBe('a b [31m   <ä>');
  });

  it('is cut where the terminal is narrow', () => {
    expect(tableLines([{ name: 'abc', note: 'much too long' }], COLUMNS, { width: 10 })).toEqual([
      'NAME   NO…',
      'abc    <mu…>',
    ]);
  });
});
