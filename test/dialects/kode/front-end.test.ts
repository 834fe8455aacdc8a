import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { modelProblems } from '../../../constructs/parts/model-problems';
import type { Manifest } from '../../../src/api/object';
import { kodeFrontEnd, kodeKinds } from '../../../src/dialects/kode';
import type { KodeObject, KodeSpec } from '../../../src/dialects/kode/kode';
import type { KodeTemplateSpec } from '../../../src/dialects/kode/kode-template';
import type { HoldReason, Translation } from '../../../src/model/front-end';
import { applyDefaults } from '../../../src/schema/defaults';
import { objectLookup } from '../object-lookup';
import { clusterTemplate, envoyConfig, kode, modelled, secret, template, translated, workloadOf } from './objects';

const CASES = join(__dirname, 'cases');

/** Objects of a file as an API server would hold them. */
function storedObjects(file: string): readonly Manifest[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
    const object = document.toJS() as Manifest;
    const known = kodeKinds.find(({ schema }) => schema.type.kind === object.kind);
    return known === undefined ? object : applyDefaults(known.schema, object);
  });
}

describe('the translation of a Kode, as a whole', () => {
  it.each(readdirSync(CASES))('is as written down for the case %s', (name) => {
    const objects = storedObjects(join(CASES, name, 'input.yaml'));
    const object = objects.find(({ kind }) => kind === 'Kode') as KodeObject;
    const { model, layout, notes } = kodeFrontEnd.translate(object, objectLookup(objects)) as Extract<
      Translation,
      { outcome: 'model' }
    >;
    expect(modelProblems(model, layout)).toEqual([]);
    const file = join(CASES, name, 'expected.yaml');
    // Goldens are written anew by running this test with UPDATE_CASES=1, and reviewed like code.
    if (process.env['UPDATE_CASES'] === '1')
      writeFileSync(file, stringify({ model, layout, notes }, { aliasDuplicateObjects: false }));
    expect(JSON.parse(JSON.stringify({ model, layout, notes }))).toEqual(parse(readFileSync(file, 'utf8')));
  });
});

describe('variables of the app', () => {
  const names = (object: KodeObject, others?: readonly Manifest[]) =>
    workloadOf(object, others).app.env.map(({ name }) => name);
  const webtop = template({ type: 'webtop' });
  const proxied = template({ envoyProxyRef: { name: 'basic' } });

  it.each([
    {
      because: 'code-server is told its port, user and workspace',
      object: kode(),
      others: [template()],
      env: 'PUID PGID TZ PORT USERNAME DEFAULT_WORKSPACE',
    },
    {
      because: 'a password switches on the sign-in of code-server',
      object: kode({ password: 'secret' }),
      others: [template()],
      env: 'PUID PGID TZ PORT USERNAME PASSWORD DEFAULT_WORKSPACE',
    },
    {
      because: 'webtop is told its port and user',
      object: kode(),
      others: [webtop],
      env: 'PUID PGID TZ CUSTOM_PORT CUSTOM_USER',
    },
    {
      because: 'a password switches on the sign-in of webtop',
      object: kode({ password: 'secret' }),
      others: [webtop],
      env: 'PUID PGID TZ CUSTOM_PORT CUSTOM_USER PASSWORD',
    },
    {
      because: 'behind a proxy the proxy asks for the password',
      object: kode({ password: 'secret' }),
      others: [proxied, envoyConfig('basic', 'team-a')],
      env: 'PUID PGID TZ PORT USERNAME DEFAULT_WORKSPACE',
    },
    {
      because: 'an empty password is none',
      object: kode({ password: '' }),
      others: [template()],
      env: 'PUID PGID TZ PORT USERNAME DEFAULT_WORKSPACE',
    },
    {
      because: "the template's variables come last, and win over those of the type",
      object: kode(),
      others: [
        template({
          envs: [
            { name: 'TZ', value: 'Europe/Oslo' },
            { name: 'EDITOR', value: 'vi' },
          ],
        }),
      ],
      env: 'PUID PGID PORT USERNAME DEFAULT_WORKSPACE TZ EDITOR',
    },
  ])('$because', ({ object, others, env }) => {
    expect(names(object, others)).toEqual(env.split(' '));
  });

  it.each([
    { because: 'without a proxy the app has the port of the Service', others: [template({ port: 8443 })], port: 8443 },
    {
      because: 'behind a proxy it leaves that port to the proxy',
      others: [template({ port: 8443, envoyProxyRef: { name: 'x' } }), envoyConfig('x', 'team-a')],
      port: 3000,
    },
  ])('$because', ({ others, port }) => {
    const { app } = workloadOf(kode(), others);
    expect(app.env).toContainEqual({ name: 'PORT', value: String(port) });
    expect(app.ports).toEqual([{ name: 'http', port }]);
    expect(modelled(kode(), others).layout.service).toEqual({ port: 8443 });
  });
});

describe('credentials', () => {
  const password = (object: KodeObject, others: readonly Manifest[] = [template()]) =>
    workloadOf(object, others).app.env.find(({ name }) => name === 'PASSWORD');

  it('that are given go into a Secret of the Kode, and into no pod', () => {
    const { model, layout } = modelled(kode({ user: 'ada', password: 'lovelace' }));
    expect(model.secrets).toEqual([{ id: 'auth', data: { username: 'ada', password: 'lovelace' } }]);
    expect(layout.names.secrets).toEqual({ auth: 'thesis-auth' });
    expect(JSON.stringify(model.workloads)).not.toContain('lovelace');
  });

  it.each<{ because: string; spec: Partial<KodeSpec>; user: string }>([
    { because: 'the user is abc by default', spec: {}, user: 'abc' },
    { because: 'the earlier spelling counts', spec: { user: 'ada' }, user: 'ada' },
    { because: 'the later spelling counts', spec: { username: 'ada' }, user: 'ada' },
    { because: 'an empty name is none', spec: { username: '', user: 'ada' }, user: 'ada' },
  ])('$because', ({ spec, user }) => {
    expect(workloadOf(kode(spec)).app.env).toContainEqual({ name: 'USERNAME', value: user });
  });

  it('in an existing Secret win over those in the Kode, and no Secret is made', () => {
    const object = kode({ user: 'ada', password: 'ignored', existingSecret: 'mine' });
    const { model } = modelled(object, [template(), secret('mine', ['username', 'password'])]);
    expect(model.secrets).toEqual([]);
    expect(password(object)).toEqual({
      name: 'PASSWORD',
      valueFrom: { secretKeyRef: { name: 'mine', key: 'password' } },
    });
    expect(model.workloads[0]?.app.env).toContainEqual({
      name: 'USERNAME',
      valueFrom: { secretKeyRef: { name: 'mine', key: 'username' } },
    });
  });

  it('in an existing Secret without a user name leave the name to the Kode', () => {
    const { app } = workloadOf(kode({ user: 'ada', existingSecret: 'mine' }), [
      template(),
      secret('mine', ['password']),
    ]);
    expect(app.env).toContainEqual({ name: 'USERNAME', value: 'ada' });
  });

  it('in a Secret that is not there yet keep the app from starting rather than leave it open', () => {
    expect(password(kode({ existingSecret: 'mine' }))).toEqual({
      name: 'PASSWORD',
      valueFrom: { secretKeyRef: { name: 'mine', key: 'password' } },
    });
  });
});

interface HoldCase {
  readonly because: string;
  readonly spec?: Partial<KodeSpec>;
  readonly of?: Partial<KodeTemplateSpec>;
  readonly name?: string;
  readonly others?: readonly Manifest[];
  readonly reason: HoldReason;
  readonly names: readonly string[];
}

describe('a Kode that cannot be translated', () => {
  const plugin = (name: string, mount?: object) =>
    ({
      name,
      image: 'registry.example.org/plugin:1',
      ...(mount === undefined ? {} : { volumeMounts: [mount] }),
    }) as never;

  const cases: readonly HoldCase[] = [
    {
      because: 'privileged needs the permission of the template',
      spec: { privileged: true },
      reason: 'Invalid',
      names: ['spec.privileged', 'spec.allowPrivileged of KodeTemplate team-a/small'],
    },
    {
      because: 'an existing Secret without a password leaves nothing to ask for',
      spec: { existingSecret: 'mine' },
      others: [secret('mine', ['username'])],
      reason: 'Invalid',
      names: ['spec.existingSecret', 'Secret team-a/mine', 'password'],
    },
    {
      because: 'app and proxy cannot share a port',
      of: { port: 3000, envoyProxyRef: { name: 'opa' } },
      reason: 'Invalid',
      names: ['spec.port', '3000'],
    },
    {
      because: 'two init containers cannot share a name',
      spec: { initPlugins: [plugin('git')] },
      of: { initPlugins: [plugin('git')] },
      reason: 'Invalid',
      names: ['init plugin "git"'],
    },
    {
      because: 'a plugin can mount no volume but the home',
      spec: { initPlugins: [plugin('git', { name: 'data', mountPath: '/data' })] },
      reason: 'Invalid',
      names: ['"data"', '"kode-storage"'],
    },
    {
      because: 'a mount that the model cannot describe is refused, not simplified',
      spec: {
        initPlugins: [
          plugin('git', {
            name: 'kode-storage',
            mountPath: '/x',
            mountPropagation: 'Bidirectional',
            subPathExpr: '$(X)',
          }),
        ],
      },
      reason: 'NotSupported',
      names: ['subPathExpr, mountPropagation'],
    },
    {
      because: 'the name has to leave room for what a StatefulSet adds to it',
      name: 'a'.repeat(53),
      reason: 'NameTooLong',
      names: ['53', '52'],
    },
    { because: 'the name is the name of a Service too', name: '1st.kode', reason: 'Invalid', names: ['metadata.name'] },
  ];

  it.each(cases)('holds and names what to change: $because', ({ spec, of, name, others = [], reason, names }) => {
    const translation = translated(kode(spec, name === undefined ? {} : { name }), [template(of), ...others]);
    expect(translation.outcome === 'hold' && translation.reason).toBe(reason);
    for (const text of names) expect(translation.outcome === 'hold' && translation.message).toContain(text);
  });
});

describe('init plugins', () => {
  const plugin = (name: string, more: object = {}) =>
    ({ name, image: 'registry.example.org/plugin:1', ...more }) as never;

  it("run in order, the template's before the Kode's", () => {
    const { init } = workloadOf(kode({ initPlugins: [plugin('c'), plugin('a')] }), [
      template({ initPlugins: [plugin('b')] }),
    ]);
    expect(init.map(({ name }) => name)).toEqual(['init-plugin-b', 'init-plugin-c', 'init-plugin-a']);
  });

  it('see the home and know where it is, with storage and without', () => {
    const asked = { home: '/home/ada', workspace: 'src', initPlugins: [plugin('a')] };
    for (const [storage, volume] of [
      [{}, 'kode-storage'],
      [undefined, 'kode-home'],
    ] as const) {
      const [container] = workloadOf(kode({ ...asked, ...(storage === undefined ? {} : { storage }) })).init;
      expect(container?.mounts).toEqual([{ volume, mountPath: '/home/ada' }]);
      expect(container?.env).toEqual([
        { name: 'HOME', value: '/home/ada' },
        { name: 'WORKSPACE', value: '/home/ada/src' },
      ]);
    }
  });

  it('may mount the home elsewhere too, by the name that it has had since the first release', () => {
    const mount = { name: 'kode-storage', mountPath: '/mnt', subPath: 'x', readOnly: true };
    const [container] = workloadOf(kode({ initPlugins: [plugin('a', { volumeMounts: [mount] })] })).init;
    expect(container?.mounts).toEqual([
      { volume: 'kode-home', mountPath: '/config' },
      { volume: 'kode-home', mountPath: '/mnt', subPath: 'x', readOnly: true },
    ]);
  });

  it('that mount something at the home themselves get nothing else there', () => {
    const mount = { name: 'kode-storage', mountPath: '/config', subPath: 'x' };
    const [container] = workloadOf(kode({ storage: {}, initPlugins: [plugin('a', { volumeMounts: [mount] })] })).init;
    expect(container?.mounts).toEqual([{ volume: 'kode-storage', mountPath: '/config', subPath: 'x' }]);
  });

  it('take variables in both spellings, and may replace those they are given', () => {
    const variables = {
      envVars: [
        { name: 'A', value: '1' },
        { name: 'HOME', value: '/root' },
      ],
      env: [{ name: 'B', value: '2' }],
    };
    const [container] = workloadOf(kode({ initPlugins: [plugin('a', variables)] })).init;
    expect(container?.env.map(({ name, value }) => [name, value])).toEqual([
      ['WORKSPACE', '/config/workspace'],
      ['A', '1'],
      ['HOME', '/root'],
      ['B', '2'],
    ]);
  });
});

describe('the security of a Kode', () => {
  it('is Baseline with a reason, since the images start as root', () => {
    expect(modelled(kode()).model.security).toEqual({
      level: 'Baseline',
      reason: expect.stringContaining('root') as string,
    });
  });

  it('is Privileged where the Kode asks and the template allows, and the app runs so', () => {
    const { model } = modelled(kode({ privileged: true }), [template({ allowPrivileged: true })]);
    expect(model.security.level).toBe('Privileged');
    expect(model.workloads[0]?.app.securityContext).toEqual({ privileged: true });
  });

  it('is not lowered by a permission that nobody uses', () => {
    const { model } = modelled(kode(), [template({ allowPrivileged: true })]);
    expect(model.security.level).toBe('Baseline');
    expect(model.workloads[0]?.app.securityContext).toBeUndefined();
  });
});

describe('the layout of a Kode', () => {
  const ofCluster = kode({ templateRef: { kind: 'KodeClusterTemplate', name: 'small' } });

  it('has the labels of the first release', () => {
    const others = [
      template({ envoyProxyRef: { kind: 'EnvoyProxyClusterConfig', name: 'basic' } }),
      envoyConfig('basic', undefined),
    ];
    expect(modelled(kode(), others).layout.labels).toEqual({
      'app.kubernetes.io/name': 'kode-thesis',
      'app.kubernetes.io/managed-by': 'kode-operator',
      'kode.jacero.io/name': 'thesis',
      'kode-template.kode.jacero.io/name': 'small',
      'envoyproxy-cluster-config.kode.jacero.io/name': 'basic',
    });
    expect(modelled(ofCluster, [clusterTemplate()]).layout.labels).toMatchObject({
      'kode-cluster-template.kode.jacero.io/name': 'small',
    });
  });

  it('selects by the name alone, so that template and proxy can change', () => {
    const before = modelled(kode()).layout.selector;
    const after = modelled(ofCluster, [
      clusterTemplate({ envoyProxyRef: { name: 'opa' } }),
      envoyConfig('opa', 'team-a'),
    ]).layout.selector;
    expect(before).toEqual({ 'kode.jacero.io/name': 'thesis' });
    expect(after).toEqual(before);
  });

  it('keeps label values short enough however long a name is', () => {
    const name = 'x'.repeat(200);
    const { layout } = modelled(kode({ templateRef: { kind: 'KodeTemplate', name } }), [template({}, { name })]);
    for (const value of Object.values(layout.labels)) expect(value.length).toBeLessThanOrEqual(63);
  });

  it('leaves the one port of the Service unnamed', () => {
    expect(modelled(kode()).layout.service).toEqual({ port: 8000 });
  });
});

describe('reads', () => {
  it('are all of kinds that the front end declares', () => {
    const declared = new Set(kodeFrontEnd.reads.map(({ kind, group }) => (group === '' ? kind : `${kind}.${group}`)));
    const object = kode({ storage: {}, existingSecret: 'mine' });
    const lookup = objectLookup([
      object,
      template({ envoyProxyRef: { name: 'opa' } }),
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'kode-pvc', namespace: 'team-a' } },
    ]);
    kodeFrontEnd.translate(object, lookup);
    const asked = lookup.asked.map((key) => key.slice(0, key.indexOf('/')));
    expect(asked.filter((kind) => !declared.has(kind))).toEqual([]);
    expect(new Set(asked).size).toBeGreaterThan(5);
  });
});
