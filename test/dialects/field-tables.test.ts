/** Every foreign CRD against its table, and every page against the tables it is written from. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/api/json';
import { amaltheaFieldTables } from '../../src/dialects/amalthea/field-tables';
import { crownlabsTenantSchema, crownlabsWorkspaceSchema } from '../../src/dialects/crownlabs';
import { crownlabsFieldTables } from '../../src/dialects/crownlabs/field-tables';
import { withFieldTables } from '../../src/dialects/field-page';
import { type FieldTable, uncovered, unknownPaths } from '../../src/dialects/field-table';
import { goRemoteFieldTables } from '../../src/dialects/go-remote/field-tables';
import { kodeKinds } from '../../src/dialects/kode';
import { kodeFieldTables } from '../../src/dialects/kode/field-tables';
import { crdOf } from '../../src/schema/crd';

const ROOT = join(__dirname, '../..');
const FOREIGN_CRDS = join(ROOT, '../shared/seeds/crds');

interface Crd {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: JsonObject } }[] };
}

const systems: readonly { readonly name: string; readonly tables: readonly FieldTable[] }[] = [
  { name: 'amalthea', tables: amaltheaFieldTables },
  { name: 'crownlabs', tables: crownlabsFieldTables },
  { name: 'go-remote', tables: goRemoteFieldTables },
  { name: 'kode', tables: kodeFieldTables },
];

function schemasOf(crd: Crd): readonly JsonObject[] {
  return crd.spec.versions.map((version) => version.schema.openAPIV3Schema);
}

function tableOf(tables: readonly FieldTable[], crd: string): FieldTable {
  const table = tables.find((candidate) => candidate.crd === crd);
  if (table === undefined) throw new Error(`no field table for ${crd}`);
  return table;
}

describe.each(systems)('the field tables of $name', ({ name, tables }) => {
  it.each(tables)('name every field of $crd at most once', (table) => {
    const paths = table.rows.map((row) => row.path);
    expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([]);
  });

  it('are on the page of the system as they are', () => {
    const file = join(ROOT, 'docs/dialects', `${name}.md`);
    const page = existsSync(file) ? readFileSync(file, 'utf8') : `# ${name}\n`;
    const written = withFieldTables(page, tables);
    // Pages are written anew by running this test with UPDATE_DOCS=1.
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, written);
    else expect(page).toBe(written);
  });
});

describe('the field tables of kode, against our own CRDs', () => {
  const crds = kodeKinds.map(({ schema }) => crdOf(schema) as unknown as Crd);

  it.each(crds.map((crd) => ({ crd, name: crd.metadata.name })))('cover $name and nothing else', ({ crd, name }) => {
    const table = tableOf(kodeFieldTables, name);
    for (const schema of schemasOf(crd)) {
      expect(uncovered(schema, table)).toEqual([]);
      expect(unknownPaths(schema, table)).toEqual([]);
    }
  });

  it('are as many as the kinds', () => {
    expect(kodeFieldTables.map((table) => table.crd).sort()).toEqual(crds.map((crd) => crd.metadata.name).sort());
  });
});

describe('the field tables of CrownLabs, against our own CRDs', () => {
  const crds = [crownlabsTenantSchema, crownlabsWorkspaceSchema].map((schema) => crdOf(schema) as unknown as Crd);

  it.each(crds.map((crd) => ({ crd, name: crd.metadata.name })))('cover $name and nothing else', ({ crd, name }) => {
    const table = tableOf(crownlabsFieldTables, name);
    for (const schema of schemasOf(crd)) {
      expect(uncovered(schema, table)).toEqual([]);
      expect(unknownPaths(schema, table)).toEqual([]);
    }
  });
});

const present = existsSync(FOREIGN_CRDS);
const foreign = present
  ? systems.flatMap(({ name, tables }) =>
      readdirSync(join(FOREIGN_CRDS, name)).map((file) => ({ file: `${name}/${file}`, system: name, tables })),
    )
  : [];

// eslint-disable-next-line no-restricted-syntax -- the folder is beside the repository, not in it: without it there is nothing to compare
(present ? describe : describe.skip)(
  `foreign CRDs${present ? '' : ' (skipped: ../shared/seeds/crds is not there)'}`,
  () => {
    it.each(foreign)('$file has no field without a row', ({ file, tables }) => {
      const crd = parse(readFileSync(join(FOREIGN_CRDS, file), 'utf8')) as Crd;
      for (const schema of schemasOf(crd)) expect(uncovered(schema, tableOf(tables, crd.metadata.name))).toEqual([]);
    });

    // These tables describe the union of several generations, which only our own CRDs have.
    const isUnion = (file: string): boolean => /[/_](jupyterservers|tenants|workspaces)\./.test(file);
    it.each(foreign.filter(({ system, file }) => system !== 'kode' && !isUnion(file)))(
      '$file has every field that its table names',
      ({ file, tables }) => {
        const crd = parse(readFileSync(join(FOREIGN_CRDS, file), 'utf8')) as Crd;
        for (const schema of schemasOf(crd))
          expect(unknownPaths(schema, tableOf(tables, crd.metadata.name))).toEqual([]);
      },
    );

    it('leave no table of another system without a CRD', () => {
      const known = foreign.map(
        ({ file }) => (parse(readFileSync(join(FOREIGN_CRDS, file), 'utf8')) as Crd).metadata.name,
      );
      expect(
        systems.flatMap(({ tables }) => tables.map((table) => table.crd)).filter((crd) => !known.includes(crd)),
      ).toEqual([]);
    });
  },
);
