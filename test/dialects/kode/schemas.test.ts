import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { JsonObject } from '../../../src/api/json';
import type { Manifest } from '../../../src/api/object';
import { ignored, uncovered, unknownPaths } from '../../../src/dialects/field-table';
import { kodeKinds } from '../../../src/dialects/kode';
import { crdOf } from '../../../src/schema/crd';
import { applyDefaults } from '../../../src/schema/defaults';
import { validatorOf } from '../../../src/schema/validator';
import { clusterTemplate, envoyConfig, kode, template } from './objects';

const FOREIGN_CRDS = join(__dirname, '../../../../shared/seeds/crds/kode');
const present = existsSync(FOREIGN_CRDS);

function schemaFor(kind: string) {
  const found = kodeKinds.find(({ schema }) => schema.type.kind === kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  return found.schema;
}

function problems(object: Manifest): readonly string[] {
  return validatorOf(schemaFor(object.kind))(object).map(({ path, message }) => `${path}: ${message}`);
}

function openApiOf(crd: Manifest): JsonObject {
  const { versions } = crd['spec'] as { versions: readonly [{ schema: { openAPIV3Schema: JsonObject } }] };
  return versions[0].schema.openAPIV3Schema;
}

describe('the CRDs of kode', () => {
  it.each(kodeKinds)('$schema.type.kind has status as a subresource', ({ schema }) => {
    const { versions } = crdOf(schema)['spec'] as { versions: readonly { subresources?: object; name: string }[] };
    expect(versions.map(({ name, subresources }) => ({ name, subresources }))).toEqual([
      { name: 'v1alpha1', subresources: { status: {} } },
    ]);
  });

  it('have short names that no two share', () => {
    const names = kodeKinds.flatMap(({ schema }) => schema.shortNames ?? []);
    expect(new Set(names).size).toBe(kodeKinds.length);
  });

  it.each([
    { object: kode(), field: 'home' },
    { object: kode(), field: 'user' },
    { object: kode(), field: 'username' },
    { object: template(), field: 'inactiveAfterSeconds' },
    { object: template(), field: 'recycleAfterSeconds' },
  ])('fill in no $field, so that whether it was given is known', ({ object, field }) => {
    expect(applyDefaults(schemaFor(object.kind), object).spec).not.toHaveProperty(field);
  });

  it('fill in the rest as they always did', () => {
    expect(applyDefaults(schemaFor('KodeTemplate'), template()).spec).toEqual({
      type: 'code-server',
      image: 'registry.example.org/code-server:4',
      port: 8000,
      tz: 'UTC',
      puid: 1000,
      pgid: 1000,
      defaultHome: '/config',
      defaultWorkspace: 'workspace',
      allowPrivileged: false,
    });
  });
});

// eslint-disable-next-line no-restricted-syntax -- the folder is beside the repository, not in it: without it there is nothing to compare
(present ? describe : describe.skip)(
  `the CRDs of the first release${present ? '' : ' (skipped: ../shared/seeds/crds is not there)'}`,
  () => {
    const foreign = present
      ? readdirSync(FOREIGN_CRDS).map((file) => parse(readFileSync(join(FOREIGN_CRDS, file), 'utf8')) as Manifest)
      : [];

    it.each(foreign.map((crd) => ({ crd, name: crd.metadata.name })))(
      '$name has no field that ours would prune',
      ({ crd, name }) => {
        const own = kodeKinds.map(({ schema }) => crdOf(schema)).find(({ metadata }) => metadata.name === name);
        const none = { crd: name, kind: '', rows: [] };
        const fields = uncovered(openApiOf(crd), none).map((path) => ignored(path, 'asked for'));
        expect(fields.length).toBeGreaterThan(0);
        expect(own && unknownPaths(openApiOf(own), { ...none, rows: fields })).toEqual([]);
      },
    );
  },
);

interface Refusal {
  readonly because: string;
  readonly object: Manifest;
  readonly problem: string;
}

const entryPoint = (spec: object): Manifest => ({
  apiVersion: 'kode.jacero.io/v1alpha1',
  kind: 'EntryPoint',
  metadata: { name: 'x', namespace: 'team-a' },
  spec,
});
const filter = (typedConfig: object): Manifest => ({
  ...envoyConfig('x', 'team-a'),
  spec: { httpFilters: [{ name: 'f', typed_config: typedConfig }] },
});

describe('an object that is right', () => {
  it.each<{ because: string; object: Manifest }>([
    { because: 'the smallest Kode', object: kode() },
    { because: 'empty storage', object: kode({ storage: {} }) },
    { because: 'both spellings alike', object: kode({ user: 'ada', username: 'ada' }) },
    { because: 'a proxy reference without a kind', object: template({ envoyProxyRef: { name: 'x' } }) },
    { because: 'a cluster template', object: clusterTemplate() },
    { because: 'a filter with anything beside its type', object: filter({ '@type': 'x', more: { deep: [1, 'a'] } }) },
    {
      because: 'an entry point in the earlier spelling',
      object: entryPoint({ apiType: 'ingress-api', type: 'path', url: 'example.org' }),
    },
    {
      because: 'an entry point in the later spelling',
      object: entryPoint({ api: 'gateway-api', routingType: 'domain', url: 'example.org' }),
    },
  ])('is taken: $because', ({ object }) => {
    expect(problems(object)).toEqual([]);
  });
});

describe('an object that is wrong', () => {
  const cases: readonly Refusal[] = [
    {
      because: 'two names for one user',
      object: kode({ user: 'ada', username: 'grace' }),
      problem:
        'spec.user: user and username are one field under two names and differ here: keep username and remove user',
    },
    {
      because: 'two proxies',
      object: template({ envoyProxyRef: { name: 'a' }, envoyConfigRef: { name: 'b' } }),
      problem:
        'spec.envoyConfigRef: envoyProxyRef and envoyConfigRef are one field under two names: keep envoyProxyRef and remove envoyConfigRef',
    },
    {
      because: 'a name that is too long for a StatefulSet',
      object: kode({}, { name: 'a'.repeat(53) }),
      problem:
        'metadata.name: a Kode gives its name to a StatefulSet and a Service: use at most 52 lower-case letters, digits and dashes, beginning with a letter',
    },
    {
      because: 'an entry point without an API',
      object: entryPoint({ type: 'path', url: 'x' }),
      problem: 'spec.api: api is missing: give ingress-api or gateway-api',
    },
    {
      because: 'an entry point without routing',
      object: entryPoint({ api: 'ingress-api', url: 'x' }),
      problem: 'spec.routingType: routingType is missing: give domain or path',
    },
    {
      because: 'an entry point of two APIs',
      object: entryPoint({ api: 'ingress-api', apiType: 'gateway-api', type: 'path', url: 'x' }),
      problem:
        'spec.apiType: api and apiType are one field under two names and differ here: keep api and remove apiType',
    },
    {
      because: 'an entry point of two routings',
      object: entryPoint({ api: 'ingress-api', routingType: 'path', type: 'domain', url: 'x' }),
      problem:
        'spec.type: routingType and type are one field under two names and differ here: keep routingType and remove type',
    },
  ];

  it.each(cases)('is told what to change: $because', ({ object, problem }) => {
    expect(problems(object)).toEqual([problem]);
  });

  it.each<{ because: string; object: Manifest; path: string }>([
    { because: 'a filter without a type', object: filter({}), path: 'spec.httpFilters[0].typed_config' },
    { because: 'a relative home', object: kode({ home: 'home/ada' }), path: 'spec.home' },
    { because: 'an absolute workspace', object: kode({ workspace: '/work' }), path: 'spec.workspace' },
    {
      because: 'a proxy reference without a name',
      object: template({ envoyProxyRef: { kind: 'EnvoyProxyConfig' } as never }),
      path: 'spec.envoyProxyRef',
    },
    {
      because: 'a plugin whose container could not be called so',
      object: kode({ initPlugins: [{ name: 'My_Plugin', image: 'x' }] }),
      path: 'spec.initPlugins[0].name',
    },
    {
      because: 'a kind of template that there is not',
      object: kode({ templateRef: { kind: 'Template' as never, name: 'x' } }),
      path: 'spec.templateRef.kind',
    },
    {
      because: 'a field of another release of the API',
      object: kode({ credentials: { username: 'ada' } } as never),
      path: 'spec.credentials',
    },
  ])('is told where: $because', ({ object, path }) => {
    expect(problems(object).some((problem) => problem.startsWith(path))).toBe(true);
    expect(problems(object)).toHaveLength(1);
  });
});
