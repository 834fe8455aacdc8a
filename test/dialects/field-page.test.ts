import { fieldTablesSection, withFieldTables } from '../../src/dialects/field-page';
import { type FieldTable, ignored, later, mapped } from '../../src/dialects/field-table';

const table: FieldTable = {
  crd: 'things.example.org',
  kind: 'Thing',
  rows: [
    mapped('spec.image', 'model.workloads[].app.image'),
    mapped('spec.env[]', 'model.workloads[].app.env[]', { subtree: 'core/v1 EnvVar', note: 'in order' }),
    ignored('spec.mode', 'a|b makes no difference'),
    later('spec.quota', 'tenancy'),
  ],
};

describe('withFieldTables', () => {
  it('adds a section at the end of a page that has none', () => {
    expect(withFieldTables('# Thing\n\nWords.\n', [table])).toMatch(/^# Thing\n\nWords\.\n\n<!-- field tables/);
  });

  it('changes nothing but the section, and nothing at all the second time', () => {
    const page = withFieldTables('# Thing\n', []).concat('\nAfter.\n');
    const written = withFieldTables(page, [table]);
    expect(written).toMatch(/^# Thing\n/);
    expect(written).toMatch(/\nAfter\.\n$/);
    expect(withFieldTables(written, [table])).toBe(written);
  });
});

describe('fieldTablesSection', () => {
  it('shows every row, the shapes passed on whole, and what is awaited', () => {
    expect(fieldTablesSection([table])).toBe(
      [
        '### Thing (example.org)',
        '',
        'mapped 2, later 1, ignored 1',
        '',
        '| field                         | what becomes of it                      |',
        '| ----------------------------- | --------------------------------------- |',
        '| `spec.image`                  | `model.workloads[].app.image`           |',
        '| `spec.env[]` (core/v1 EnvVar) | `model.workloads[].app.env[]`; in order |',
        '| `spec.mode`                   | ignored: a\\|b makes no difference       |',
        '| `spec.quota`                  | later: **tenancy**                      |',
        '',
        '### What is awaited',
        '',
        '- **tenancy**: people, their namespaces, workspaces, personal storage and quota',
        '',
      ].join('\n'),
    );
  });
});
