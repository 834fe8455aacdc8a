import { serverTable } from '../../../src/cli/print/server-table';

const ANSWER = {
  kind: 'Table',
  columnDefinitions: [
    { name: 'Name', priority: 0 },
    { name: 'Image', priority: 0 },
    { name: 'Notes', priority: 1 },
  ],
  rows: [
    { cells: ['a', null, 'x'], object: { metadata: { name: 'a', namespace: 'team-a' } } },
    { cells: ['b', 3, 'y'], object: { metadata: { name: 'b', namespace: 'team-b' } } },
  ],
};

describe('a table made by the server', () => {
  it('shows its columns, those of lower priority only when wide', () => {
    expect(serverTable(ANSWER, { wide: false, withNamespace: false }).lines).toEqual([
      'NAME   IMAGE',
      'a      <none>',
      'b      3',
    ]);
    expect(serverTable(ANSWER, { wide: true, withNamespace: true, names: new Set(['b']) })).toEqual({
      lines: ['NAMESPACE   NAME   IMAGE   NOTES', 'team-b      b      3       y'],
      names: ['b'],
    });
  });

  it('is empty where the answer is none', () => {
    expect(serverTable('<html>', { wide: false, withNamespace: false }).names).toEqual([]);
  });
});
