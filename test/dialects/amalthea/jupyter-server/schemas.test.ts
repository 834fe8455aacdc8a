import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/api/json';
import type { Manifest } from '../../../../src/api/object';
import { jupyterServerKinds } from '../../../../src/dialects/amalthea';
import { jupyterServerFieldTables } from '../../../../src/dialects/amalthea/field-tables';
import { ignored, uncovered, unknownPaths } from '../../../../src/dialects/field-table';
import { crdOf } from '../../../../src/schema/crd';
import { applyDefaults } from '../../../../src/schema/defaults';
import { validatorOf } from '../../../../src/schema/validator';
import { kindOf, renkuServer, server } from './objects';

const FOREIGN_CRDS = join(__dirname, '../../../../../shared/seeds/crds/amalthea');
const present = existsSync(FOREIGN_CRDS);

const crds = jupyterServerKinds.map(({ schema }) => ({ name: `${schema.type.plural}.${schema.type.group}`, schema }));

interface Version {
  readonly schema: { readonly openAPIV3Schema: JsonObject };
  readonly subresources?: object;
  readonly additionalPrinterColumns: readonly { readonly name: string; readonly jsonPath: string }[];
}

interface Crd {
  readonly spec: { readonly names: { readonly shortNames: readonly string[] }; readonly versions: readonly [Version] };
}

function versionOf(crd: unknown): Version {
  return (crd as Crd).spec.versions[0];
}

function openApiOf(crd: unknown): JsonObject {
  return versionOf(crd).schema.openAPIV3Schema;
}

function problems(object: Manifest): readonly string[] {
  return validatorOf(kindOf(object).schema)(object).map(({ path, message }) => `${path}: ${message}`);
}

describe.each(crds)('the CRD $name', ({ name, schema }) => {
  const table = jupyterServerFieldTables.find(({ crd }) => crd === name);

  it('has status without a subresource, and what clients expect in it from the beginning', () => {
    expect(versionOf(crdOf(schema)).subresources).toBeUndefined();
    expect((openApiOf(crdOf(schema))['properties'] as JsonObject)['status']).toMatchObject({
      default: { children: {}, mainPod: {} },
      'x-kubernetes-preserve-unknown-fields': true,
    });
  });

  it('has a row for every field and a field for every row', () => {
    expect(table && uncovered(openApiOf(crdOf(schema)), table)).toEqual([]);
    expect(table && unknownPaths(openApiOf(crdOf(schema)), table)).toEqual([]);
  });
});

it('both groups have the same fields', () => {
  const none = { crd: '', kind: '', rows: [] };
  const [first, second] = crds.map(({ schema }) => uncovered(openApiOf(crdOf(schema)), none));
  expect(first).toEqual(second);
});

/** Every default of a schema, by the path of its field, leaves first: an empty object only makes room for those inside. */
function defaultsOf(schema: JsonObject, path: string): readonly (readonly [string, JsonValue])[] {
  const own = schema['default'];
  const isRoom = isJsonObject(own) && Object.keys(own).length === 0;
  const below = Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>).flatMap(([name, member]) =>
    defaultsOf(member, `${path}.${name}`),
  );
  return own === undefined || isRoom ? below : [[path, own], ...below];
}

// eslint-disable-next-line no-restricted-syntax -- the folder is beside the repository, not in it: without it there is nothing to compare
(present ? describe : describe.skip)(
  `the CRDs of the operators themselves${present ? '' : ' (skipped: ../shared/seeds/crds is not there)'}`,
  () => {
    const read = (name: string) => parse(readFileSync(join(FOREIGN_CRDS, `${name}.yaml`), 'utf8')) as unknown;

    it.each(crds)('$name has no field that ours would prune', ({ name, schema }) => {
      const none = { crd: name, kind: '', rows: [] };
      const fields = uncovered(openApiOf(read(name)), none).map((path) => ignored(path, 'asked for'));
      expect(fields.length).toBeGreaterThan(0);
      expect(unknownPaths(openApiOf(crdOf(schema)), { ...none, rows: fields })).toEqual([]);
    });

    it.each(crds)('$name fills in what ours fills in', ({ name, schema }) => {
      const own = Object.fromEntries(defaultsOf(openApiOf(crdOf(schema)), ''));
      const theirs = Object.fromEntries(defaultsOf(openApiOf(read(name)), ''));
      expect(own).toMatchObject(theirs);
    });

    it.each(crds)(
      '$name shows columns that ours shows too, and is called by the same short name',
      ({ name, schema }) => {
        const columns = (crd: unknown) =>
          versionOf(crd).additionalPrinterColumns.map((column) => `${column.name} ${column.jsonPath}`);
        expect(columns(crdOf(schema))).toEqual(expect.arrayContaining(columns(read(name))));
        expect((crdOf(schema) as unknown as Crd).spec.names.shortNames).toEqual(
          (read(name) as Crd).spec.names.shortNames,
        );
      },
    );
  },
);

describe('defaults', () => {
  it('of amalthea.dev are filled in', () => {
    expect(server().spec).toMatchObject({
      auth: { oidc: { enabled: false, authorizedEmails: [], authorizedGroups: [] } },
      culling: { idleSecondsThreshold: 0 },
      jupyterServer: {
        image: 'jupyter/minimal-notebook:latest',
        defaultUrl: '/lab',
        rootDir: '/home/jovyan/work',
        hibernated: false,
      },
      routing: { path: '/', tls: { enabled: false } },
      storage: { size: '100Mi', pvc: { enabled: false, mountPath: '/home/jovyan/work' } },
      patches: [],
    });
    expect(server().spec.auth).not.toHaveProperty('cookieAllowlist');
    expect(server().spec.auth).not.toHaveProperty('token');
  });

  it('of renku.io are its own', () => {
    expect(renkuServer().spec).toMatchObject({
      auth: { cookieAllowlist: ['username-localhost-8888', '_xsrf'] },
      jupyterServer: { rootDir: '/home/jovyan/work/' },
    });
    expect(renkuServer().spec.storage?.pvc).not.toHaveProperty('mountPath');
  });

  it('leave an object without a spec as it is', () => {
    const bare = {
      apiVersion: 'amalthea.dev/v1alpha1',
      kind: 'JupyterServer',
      metadata: { name: 'x', namespace: 'y' },
    };
    expect(problems(bare)).toEqual([]);
    expect(applyDefaults(kindOf(bare).schema, bare)).toEqual({ ...bare, status: { children: {}, mainPod: {} } });
  });
});

describe('a server that is right', () => {
  it.each<{ because: string; object: Manifest }>([
    { because: 'the smallest one', object: server() },
    { because: 'a size by number', object: server({ storage: { size: 1024 } }) },
    {
      because: 'a reference to a client secret',
      object: server({ auth: { oidc: { clientSecret: { secretKeyRef: {} } } } }),
    },
    {
      because: 'patches of both types, with anything in them',
      object: server({
        patches: [
          { type: 'application/json-patch+json', patch: [{ op: 'add', path: '/extra', value: {} }] },
          { type: 'application/merge-patch+json', patch: { statefulset: { spec: null } } },
        ],
      }),
    },
    {
      because: 'fields of the later generation in the earlier group',
      object: renkuServer({ culling: { idleSecondsThreshold: 5 } }),
    },
    {
      because: 'fields of the earlier generation in the later group',
      object: server({ auth: { oidc: { userId: 'ada' } } }),
    },
    { because: 'a status of the earlier operator', object: { ...server(), status: { kopf: { progress: {} } } } },
  ])('is taken: $because', ({ object }) => {
    expect(problems(object)).toEqual([]);
  });
});

describe('a server that is wrong', () => {
  it.each<{ because: string; object: Manifest; problem: string }>([
    {
      because: 'two client secrets',
      object: server({ auth: { oidc: { clientSecret: { value: 'x', secretKeyRef: { name: 'y', key: 'z' } } } } }),
      problem: 'spec.auth.oidc.clientSecret: needs exactly one of value and secretKeyRef',
    },
    {
      because: 'a client secret of nothing',
      object: server({ auth: { oidc: { clientSecret: {} } } }),
      problem: 'spec.auth.oidc.clientSecret: needs exactly one of value and secretKeyRef',
    },
    {
      because: 'a name that is too long for a StatefulSet',
      object: server({}, { name: 'a'.repeat(53) }),
      problem:
        'metadata.name: a JupyterServer gives its name to a StatefulSet and a Service: use at most 52 lower-case letters, digits and dashes, beginning with a letter',
    },
  ])('is told what to change: $because', ({ object, problem }) => {
    expect(problems(object)).toEqual([problem]);
  });

  it.each<{ because: string; object: Manifest; path: string }>([
    {
      because: 'a negative threshold',
      object: server({ culling: { idleSecondsThreshold: -1 } }),
      path: 'spec.culling.idleSecondsThreshold',
    },
    {
      because: 'a type of patch that there is not',
      object: server({ patches: [{ type: 'strategic' as never }] }),
      path: 'spec.patches[0].type',
    },
    { because: 'a field that no release had', object: server({ auth: { kind: 'oidc' } as never }), path: 'spec.auth' },
  ])('is told where: $because', ({ object, path }) => {
    expect(problems(object)).toHaveLength(1);
    expect(problems(object)[0]?.startsWith(path)).toBe(true);
  });
});
