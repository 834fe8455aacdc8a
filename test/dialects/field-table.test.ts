import type { JsonObject } from '../../src/api/json';
import { type FieldTable, ignored, later, mapped, uncovered, unknownPaths } from '../../src/dialects/field-table';

const schema: JsonObject = {
  type: 'object',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: {
      type: 'object',
      properties: {
        image: { type: 'string' },
        args: { type: 'array', items: { type: 'string' } },
        containers: {
          type: 'array',
          items: { type: 'object', properties: { name: { type: 'string' }, tty: { type: 'boolean' } } },
        },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        urls: { type: 'object', additionalProperties: { type: 'object', properties: { origin: { type: 'string' } } } },
        'a.b/Ref': { type: 'object', properties: { name: { type: 'string' } } },
        raw: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
  },
};

const ALL = [
  'spec.image',
  'spec.args[]',
  'spec.containers[].name',
  'spec.containers[].tty',
  'spec.labels',
  'spec.urls{}.origin',
  "spec['a.b/Ref'].name",
  'spec.raw',
];

function tableOf(...rows: FieldTable['rows']): FieldTable {
  return { crd: 'things.example.org', kind: 'Thing', rows };
}

describe('uncovered', () => {
  it('names every field at the end of a path, and not apiVersion, kind and metadata', () => {
    expect(uncovered(schema, tableOf())).toEqual(ALL);
  });

  it('is empty once every field has a row, whatever becomes of it', () => {
    expect(uncovered(schema, tableOf(...ALL.map((path) => ignored(path, 'because'))))).toEqual([]);
  });

  it.each([
    {
      row: later('spec.containers[]', 'whole containers', { subtree: 'core/v1 Container' }),
      left: false,
      because: 'a subtree row covers what is below',
    },
    {
      row: later('spec.containers[]', 'whole containers'),
      left: true,
      because: 'a plain row covers only its own field',
    },
    {
      row: mapped('spec.contain', 'model', { subtree: 'core/v1 Container' }),
      left: true,
      because: 'a path is no text prefix',
    },
  ])('$because', ({ row, left }) => {
    expect(uncovered(schema, tableOf(row)).includes('spec.containers[].tty')).toBe(left);
  });
});

describe('unknownPaths', () => {
  it('names rows for fields that are not there', () => {
    expect(unknownPaths(schema, tableOf(mapped('spec.image', 'model'), mapped('spec.imgae', 'model')))).toEqual([
      'spec.imgae',
    ]);
  });

  it('knows fields that have others below them', () => {
    expect(unknownPaths(schema, tableOf(mapped('spec.containers[]', 'model'), mapped('spec.urls', 'model')))).toEqual(
      [],
    );
  });

  it('takes anything below a free-form field', () => {
    expect(unknownPaths(schema, tableOf(mapped('spec.raw.deep.er', 'model')))).toEqual([]);
  });
});

describe('a mapped row', () => {
  it('names a place that the model has, or does not compile', () => {
    // @ts-expect-error the model has no such place
    expect(mapped('spec.image', 'model.workloads[].app.picture').disposition).toBe('mapped');
  });
});
