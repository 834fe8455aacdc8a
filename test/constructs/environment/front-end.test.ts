import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { EnvironmentObject } from '../../../constructs/environment';
import { environmentFrontEnd } from '../../../constructs/environment';
import { readManifests } from '../../../src/adapters/files/manifest-files';
import type { KubeObject } from '../../../src/api/object';
import { ALLOWED_NAMESPACES_ANNOTATION } from '../../../src/api/well-known';
import type { ContainerWorkload } from '../../../src/model/environment-model';
import type { Translation } from '../../../src/model/front-end';
import { container, entryPoint, environment, lookupOver, presetTemplate, template } from './template-fixtures';

type Described = Extract<Translation, { outcome: 'model' }>;

function translate(object: EnvironmentObject, ...others: readonly KubeObject[]): Translation {
  return environmentFrontEnd.translate(object, lookupOver(...others));
}

function described(object: EnvironmentObject, ...others: readonly KubeObject[]): Described {
  const translation = translate(object, ...others);
  if (translation.outcome !== 'model') throw new Error(`held: ${translation.message}`);
  return translation;
}

function mainOf({ model }: Described): ContainerWorkload {
  const [main] = model.workloads;
  if (main === undefined) throw new Error('no workload');
  return main;
}

const held = (reason: string, message: RegExp): unknown => ({
  outcome: 'hold',
  reason,
  message: expect.stringMatching(message) as string,
});

const REPORT = {
  phase: 'Ready',
  url: 'https://thesis.example.org/',
  conditions: [],
  stages: [{ name: 'Ready', at: '2026-11-21T08:00:01Z' }],
  simulated: true,
  settled: true,
} as const;

const CASES = join(__dirname, '../../../constructs/environment/cases');

describe('the case', () => {
  const cases = readdirSync(CASES).filter((name) => existsSync(join(CASES, name, 'input.yaml')));

  test.each(cases)('%s gives the model written beside it', (name) => {
    const [object, ...others] = readManifests(join(CASES, name, 'input.yaml'));
    const { model, layout } = described(object as unknown as EnvironmentObject, ...others);
    expect({ model, layout }).toEqual(parse(readFileSync(join(CASES, name, 'model.yaml'), 'utf8')));
  });
});

describe('an environment is described by its template', () => {
  test('names and labels follow the environment', () => {
    const { layout, model } = described(
      environment(),
      template({
        workloads: [
          {
            container: container(),
            web: { port: 'http', signIn: 'App' },
            storage: { mountPath: '/data', size: '1024Mi' },
          },
          { name: 'db', container: container({ ports: [] }), storage: { mountPath: '/db', size: 1 } },
        ],
      }),
    );
    expect(layout).toEqual({
      labels: {
        'app.kubernetes.io/name': 'environment',
        'app.kubernetes.io/instance': 'thesis',
        'app.kubernetes.io/managed-by': 'adrasteia',
        'adrasteia.dev/environment': 'thesis',
      },
      selector: { 'adrasteia.dev/environment': 'thesis' },
      annotations: {},
      names: {
        workloads: { main: 'thesis', db: 'thesis-db' },
        service: 'thesis',
        serviceAccount: 'thesis',
        networkPolicy: 'thesis',
        ingress: 'thesis',
        configMap: 'thesis',
        claims: { 'home-main': { name: 'thesis-main' }, 'home-db': { name: 'thesis-db' } },
        secrets: {},
      },
      service: { portName: 'http', port: 80 },
    });
    expect(model.workloads.map(({ webPort }) => webPort)).toEqual(['http', undefined]);
  });

  test('values are written as the API server stores them', () => {
    const main = mainOf(
      described(
        environment(),
        template({
          workloads: [
            {
              container: container({
                resources: { requests: { cpu: '1000m', memory: '1024Mi' }, limits: { cpu: 2, memory: '0.5Gi' } },
                shmSize: '2048Mi',
                env: [
                  { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
                  { name: 'MEM', valueFrom: { resourceFieldRef: { resource: 'limits.memory' } } },
                ],
                probes: { ready: { httpGet: { port: 'http' } } },
                volumes: [{ name: 'config', mountPath: '/etc/app', configMap: { name: 'app' } }],
              }),
              web: { port: 'http', signIn: 'App' },
              storage: { mountPath: '/home/ada', size: '10240Mi' },
            },
          ],
        }),
      ),
    );
    expect(main.app).toEqual({
      name: 'main',
      image: 'registry.example.org/app:1',
      imagePullPolicy: 'IfNotPresent',
      env: [
        { name: 'POD', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
        { name: 'MEM', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '0' } } },
      ],
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '512Mi' } },
      probes: {
        ready: {
          httpGet: { path: '/', port: 'http', scheme: 'HTTP' },
          timeoutSeconds: 1,
          periodSeconds: 10,
          successThreshold: 1,
          failureThreshold: 3,
        },
      },
      mounts: [
        { volume: 'home-main', mountPath: '/home/ada' },
        { volume: 'shm', mountPath: '/dev/shm' },
        { volume: 'volume-config', mountPath: '/etc/app' },
      ],
    });
    expect(main.volumes).toEqual([
      { type: 'claim', name: 'home-main', claim: { size: '10Gi', accessModes: ['ReadWriteOnce'], reclaim: 'Retain' } },
      { type: 'scratch', name: 'shm', medium: 'Memory', sizeLimit: '2Gi' },
      { type: 'raw', name: 'volume-config', source: { configMap: { name: 'app', defaultMode: 420 } } },
    ]);
  });

  test('no value is undefined', () => {
    const { model, layout, notes } = described(environment(), presetTemplate('code-server'), entryPoint());
    expect(JSON.parse(JSON.stringify({ model, layout, notes }))).toStrictEqual({ model, layout, notes });
  });

  test('a namespaced template is one of the environment’s own namespace', () => {
    const reference = { templateRef: { kind: 'EnvironmentTemplate', name: 'lab' } };
    const namespaced = (namespace: string): KubeObject =>
      template({}, { kind: 'EnvironmentTemplate', metadata: { name: 'lab', namespace } });
    expect(translate(environment(reference), namespaced('team-a')).outcome).toBe('model');
    expect(translate(environment(reference), namespaced('team-b'))).toEqual(
      held('TemplateNotFound', /^EnvironmentTemplate team-a\/lab is not there/),
    );
  });

  test('init plugins run in order, the template’s before the user’s, with the home and told of it', () => {
    const plugin = (name: string): object => ({
      name,
      image: `registry.example.org/${name}:1`,
      args: ['$(params.size)'],
      env: [{ name: 'WORKSPACE', value: 'own' }],
    });
    const main = mainOf(
      described(
        environment({ initPlugins: [plugin('mine')], parameters: { size: 'small' } }),
        presetTemplate('code-server', {}, { initPlugins: [plugin('theirs')], parameters: [{ name: 'size' }] }),
      ),
    );
    expect(main.init.map(({ name }) => name)).toEqual(['theirs', 'mine']);
    expect(main.init[0]).toMatchObject({
      args: ['small'],
      env: [
        { name: 'HOME', value: '/home/coder' },
        { name: 'WORKSPACE', value: 'own' },
      ],
      mounts: [{ volume: 'home-main', mountPath: '/home/coder' }],
    });
    expect(main.volumes).toEqual([{ type: 'scratch', name: 'home-main' }]);
  });

  test('a stopped environment is described as one that doesn’t run', () => {
    expect(described(environment({ desiredState: 'Stopped' }), template()).model.running).toBe(false);
  });

  test('an access policy puts a sign-in before the environment', () => {
    const guarded = template({ accessPolicyRef: { kind: 'ClusterAccessPolicy', name: 'sso' } });
    expect(described(environment(), guarded).model.access).toEqual({
      mode: 'Closed',
      reason: 'AccessLayerMissing',
      message: expect.stringMatching(/^ClusterAccessPolicy sso asks for a sign-in .* create Gate default/) as string,
    });
  });
});

describe('an environment behind the gate', () => {
  const gate = (spec: object = {}) =>
    ({
      apiVersion: 'adrasteia.dev/v1alpha1',
      kind: 'Gate',
      metadata: { name: 'default' },
      spec: { url: 'https://gate.dev.example.org', ...spec },
    }) as unknown as KubeObject;
  const sso = {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'ClusterAccessPolicy',
    metadata: { name: 'sso' },
    spec: { authenticate: { oidc: {} } },
  } as unknown as KubeObject;
  const reference = { accessPolicyRef: { kind: 'ClusterAccessPolicy', name: 'sso' } };
  const entered = { entryPointRef: { name: 'default' } };
  const rulesFor = (object: EnvironmentObject, ...others: readonly KubeObject[]) => {
    const { access } = described(object, ...others).model;
    if (access.mode !== 'Gate') throw new Error(`mode ${access.mode}`);
    return access.rules;
  };

  test('lets its owner in', () => {
    const jupyter = presetTemplate('jupyterlab', {}, { ...reference, ...entered });
    expect(rulesFor(environment(), jupyter, entryPoint(), gate(), sso)).toEqual({
      authenticate: { method: 'OIDC', oidc: { providers: [] } },
      authorize: [{ grants: [{ user: 'ada', level: 'Own' }] }],
    });
  });

  test('lets those in with whom it is shared, where the template allows that', () => {
    const share = [{ group: 'supervisors', level: 'View' }];
    const jupyter = (allow: object) => presetTemplate('jupyterlab', {}, { ...reference, ...entered, ...allow });
    const grants = (allow: object) =>
      rulesFor(environment({ share }), jupyter(allow), entryPoint(), gate(), sso).authorize[0]?.grants;
    expect(grants({ allow: { share: true } })).toEqual([{ user: 'ada', level: 'Own' }, ...share]);
    expect(grants({})).toEqual([{ user: 'ada', level: 'Own' }]);
    const { notes } = described(environment({ share }), jupyter({}), entryPoint(), gate(), sso);
    expect(notes['sharing']).toBe('NotAllowed');
  });

  test.each(['jupyterlab', 'code-server'])('has a %s that listens on loopback and asks for no password', (preset) => {
    const guarded = presetTemplate(preset, {}, { ...reference, ...entered });
    const main = mainOf(described(environment(), guarded, entryPoint(), gate(), sso));
    expect(main.webListens).toBe('Loopback');
    expect(main.app.args?.join(' ')).toContain('127.0.0.1');
    expect(main.app.env.map(({ name }) => name)).toEqual(['HOME']);
    expect(described(environment(), guarded, entryPoint(), gate(), sso).model.secrets).toEqual([]);
  });

  test('stays closed where the app listens everywhere and nobody says that the network keeps it', () => {
    const desktop = presetTemplate('webtop', {}, { ...reference, ...entered });
    const access = (spec: object) => described(environment(), desktop, entryPoint(), gate(spec), sso).model.access;
    expect(access({})).toMatchObject({ mode: 'Closed', reason: 'BypassPossible' });
    expect(access({ networkPolicies: 'Enforced' }).mode).toBe('Gate');
  });

  test('has the policy that the gate names where its template names none', () => {
    const jupyter = presetTemplate('jupyterlab', {}, entered);
    const named = gate({ defaultPolicyRef: { name: 'sso' } });
    expect(rulesFor(environment(), jupyter, entryPoint(), named, sso).authenticate.method).toBe('OIDC');
    expect(rulesFor(environment(), jupyter, entryPoint(), gate(), sso).authenticate.method).toBe('None');
  });

  const guarded = presetTemplate('jupyterlab', {}, { ...reference, ...entered });
  const oversized = environment({ overrides: { resources: { requests: { cpu: '2' } } } });
  const owner = { authorize: [{ grants: [{ user: 'ada', level: 'Own' }] }] };
  const shared = [
    {
      grants: [
        { user: 'ada', level: 'Own' },
        { group: 'team', level: 'Use' },
      ],
    },
  ];

  test.each([
    [
      'its entry point is not there',
      environment(),
      [guarded, gate(), sso],
      { reason: 'ReferenceNotFound', rules: owner },
    ],
    [
      'it asks for what its template does not allow',
      oversized,
      [guarded, entryPoint(), gate(), sso],
      { reason: 'Invalid', rules: owner },
    ],
    [
      'its policy is gone as well',
      oversized,
      [guarded, gate()],
      { reason: 'ReferenceNotFound', rules: { closed: { reason: 'PolicyNotFound' } } },
    ],
  ])('is held with the rules of now where %s', (_why, object, others, expected) => {
    expect(translate(object, ...others)).toMatchObject({ outcome: 'hold', ...expected });
  });

  test.each([
    ['the policy that it named', reference, gate(), { authenticate: { method: 'OIDC' } }],
    ['whom it let the owner share with', { ...reference, allow: { share: true } }, gate(), { authorize: shared }],
    ['no sharing where it allowed none', reference, gate(), owner],
    ['the policy that the gate names, where it named none', {}, gate({ defaultPolicyRef: { name: 'sso' } }), owner],
  ])('is held with %s where its template is not there any more', (_what, spec, theGate, rules) => {
    const object = environment({ share: [{ group: 'team', level: 'Use' }] });
    const { notes } = described(
      object,
      presetTemplate('jupyterlab', {}, { ...entered, ...spec }),
      entryPoint(),
      theGate,
      sso,
    );
    const status = environmentFrontEnd.status(object, REPORT, notes);
    expect(translate({ ...object, status }, theGate, sso)).toMatchObject({
      outcome: 'hold',
      reason: 'TemplateNotFound',
      rules,
    });
  });

  test.each([
    ['its template was never there', environment(), [entryPoint(), gate(), sso], 'TemplateNotFound'],
    [
      'an earlier version recorded no more than which template it was',
      environment({}, { status: { template: { kind: 'ClusterEnvironmentTemplate', name: 'lab', hash: 'x' } } }),
      [entryPoint(), gate({ defaultPolicyRef: { name: 'sso' } }), sso],
      'TemplateNotFound',
    ],
    ['it breaks its schema', environment({ replicas: 3 }), [guarded, entryPoint(), gate(), sso], 'Invalid'],
    ['nothing asks for a sign-in', oversized, [presetTemplate('jupyterlab', {}, entered), gate()], 'ReferenceNotFound'],
  ])('is held with none where %s', (_why, object, others, reason) => {
    const translation = translate(object, ...others);
    expect(translation).toMatchObject({ outcome: 'hold', reason });
    expect(translation).not.toHaveProperty('rules');
  });
});

describe('the entry of an environment', () => {
  const entered = template({ entryPointRef: { name: 'default' } });

  test('has one label before the domain where that is asked for, so that one wildcard certificate is enough', () => {
    const flat = entryPoint({ hostNames: 'Flat' });
    expect(described(environment(), entered, flat).model.entry?.host).toBe('thesis--team-a.dev.example.org');
  });

  test('has flat names that fit a label and that no two environments share', () => {
    const name = fc.stringMatching(/^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$/);
    const host = (environmentName: string, namespace: string): string => {
      const object = environment({}, { metadata: { name: environmentName, namespace } });
      const point = entryPoint({ hostNames: 'Flat' }, { namespace });
      return described(object, entered, point).model.entry?.host.replace('.dev.example.org', '') ?? '';
    };
    fc.assert(
      fc.property(name, name, fc.nat({ max: 40 }), (one, other, cut) => {
        const label = host(one, other);
        expect(label).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
        // The same letters, divided elsewhere.
        const joined = `${one}--${other}`;
        const [left, right] = [joined.slice(0, cut + 1), joined.slice(cut + 3)];
        const isName = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
        fc.pre(isName.test(left) && isName.test(right) && left.length <= 52 && right.length <= 63 && left !== one);
        expect(host(left, right)).not.toBe(label);
      }),
    );
  });

  test('is a Gateway’s where the entry point names one', () => {
    const gateway = { name: 'public', namespace: 'gateways' };
    expect(described(environment(), entered, entryPoint({ gateway })).model.entry?.gateway).toEqual(gateway);
  });

  test('has a host of its own, or a path below a shared one', () => {
    const host = described(
      environment(),
      entered,
      entryPoint({ ingress: { className: 'nginx', annotations: { a: 'b' } }, tls: {} }),
    );
    expect(host.model.entry).toEqual({
      host: 'thesis.team-a.dev.example.org',
      path: '/',
      basePath: 'Keep',
      ingressClassName: 'nginx',
      annotations: { a: 'b' },
      tls: {},
    });
    expect(described(environment(), entered, entryPoint({ routing: 'Path' })).model.entry).toMatchObject({
      host: 'dev.example.org',
      path: '/team-a/thesis',
    });
  });

  test('is missing where nothing is to be opened', () => {
    const noWeb = template({ workloads: [{ container: container() }], entryPointRef: { name: 'default' } });
    expect(described(environment(), noWeb, entryPoint()).model.entry).toBeUndefined();
  });

  test.each<readonly [string, KubeObject[], unknown]>([
    ['an entry point that is not there', [], held('ReferenceNotFound', /^EntryPoint team-a\/default is not there/)],
    [
      'an entry point that is invalid',
      [entryPoint({ baseDomain: 'Not A Domain' })],
      held('Invalid', /^EntryPoint team-a\/default is invalid: spec.baseDomain: must be a domain name/),
    ],
  ])('%s', (_, others, expected) => {
    expect(translate(environment(), entered, ...others)).toEqual(expected);
  });

  test('is not made under a host name that no certificate and no client takes', () => {
    const namespace = 'n'.repeat(63);
    const object = environment({}, { metadata: { name: 'thesis', namespace } });
    const baseDomain = `${'a'.repeat(62)}.${'b'.repeat(62)}.${'c'.repeat(62)}`;
    expect(translate(object, entered, entryPoint({ baseDomain }, { namespace }))).toEqual(
      held('NameTooLong', /more than 253 characters/),
    );
    expect(translate(object, entered, entryPoint({ baseDomain, routing: 'Path' }, { namespace })).outcome).toBe(
      'model',
    );
  });

  test.each([
    ['not there', undefined, false],
    ['without the annotation', {}, false],
    ['for others', { [ALLOWED_NAMESPACES_ANNOTATION]: 'team-b, team-c' }, false],
    ['for a namespace of which the name is a part', { [ALLOWED_NAMESPACES_ANNOTATION]: 'team-a-2' }, false],
    ['for this namespace', { [ALLOWED_NAMESPACES_ANNOTATION]: 'team-b, team-a' }, true],
    ['for every namespace', { [ALLOWED_NAMESPACES_ANNOTATION]: '*' }, true],
  ])('of another namespace, %s, permits accordingly', (_, annotations, permitted) => {
    const elsewhere = template({ entryPointRef: { name: 'default', namespace: 'ingress' } });
    const objects = annotations === undefined ? [] : [entryPoint({}, { namespace: 'ingress', annotations })];
    const translation = translate(environment(), elsewhere, ...objects);
    if (permitted) expect(translation.outcome).toBe('model');
    else
      expect(translation).toEqual(
        held('ReferenceNotPermitted', /^EntryPoint ingress\/default may not be used from namespace team-a/),
      );
  });
});

describe('presets fill gaps and override nothing', () => {
  const PASSWORD = { secretKeyRef: { name: 'thesis-credentials', key: 'password' } };

  test.each([
    [
      'code-server',
      {
        variable: 'PASSWORD',
        home: '/home/coder',
        port: 8080,
        identity: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
      },
    ],
    [
      'jupyterlab',
      {
        variable: 'JUPYTER_TOKEN',
        home: '/home/jovyan',
        port: 8888,
        identity: { runAsUser: 1000, runAsGroup: 100, fsGroup: 100 },
      },
    ],
    ['webtop', { variable: 'PASSWORD', home: '/config', port: 3000, identity: {} }],
  ] as const)(
    '%s has a home, a port, probes, an identity, and a sign-in of its own',
    (preset, { variable, home, port, identity }) => {
      const translation = described(environment(), presetTemplate(preset));
      const { app, webPort } = mainOf(translation);
      expect(app.env).toContainEqual({ name: variable, valueFrom: PASSWORD });
      expect(app.mounts).toContainEqual({ volume: 'home-main', mountPath: home });
      expect(app.ports).toEqual([{ name: 'http', port, protocol: 'TCP' }]);
      expect(webPort).toBe('http');
      expect(Object.keys(app.probes ?? {}).sort()).toEqual(['live', 'ready', 'startup']);
      expect(translation.model.security).toMatchObject(identity);
      expect(translation.model.secrets).toEqual([
        { id: 'credentials', generate: { password: { bytes: 24, encoding: 'base64url' } } },
      ]);
      expect(translation.layout.names.secrets).toEqual({ credentials: 'thesis-credentials' });
      expect(translation.layout.labels['app.kubernetes.io/name']).toBe(preset);
    },
  );

  test('an app that knows path prefixes is told its own', () => {
    const path = { entryPointRef: { name: 'default' } };
    const jupyter = mainOf(
      described(environment(), presetTemplate('jupyterlab', {}, path), entryPoint({ routing: 'Path' })),
    );
    expect(jupyter.app.args).toContain('--ServerApp.base_url=/team-a/thesis/');
    expect(jupyter.app.probes?.ready).toMatchObject({ httpGet: { path: '/team-a/thesis/api' } });
    const webtop = mainOf(
      described(environment(), presetTemplate('webtop', {}, path), entryPoint({ routing: 'Path' })),
    );
    expect(webtop.app.env).toContainEqual({ name: 'SUBFOLDER', value: '/team-a/thesis/' });
    const code = described(environment(), presetTemplate('code-server', {}, path), entryPoint({ routing: 'Path' }));
    expect(code.model.entry).toMatchObject({ basePath: 'Strip' });
  });

  test('what the template says stays', () => {
    const given = {
      ports: [{ name: 'http', port: 9000 }],
      env: [{ name: 'HOME', value: '/elsewhere' }],
      securityContext: { runAsUser: 2000 },
      probes: { live: { tcpSocket: { port: 9000 } } },
    };
    const translation = described(environment(), presetTemplate('code-server', given));
    const { app } = mainOf(translation);
    expect(app.args?.slice(0, 2)).toEqual(['--bind-addr', '0.0.0.0:9000']);
    expect(app.env[0]).toEqual({ name: 'HOME', value: '/elsewhere' });
    expect(app.probes?.live).toMatchObject({ tcpSocket: { port: 9000 } });
    expect(app.probes?.ready).toMatchObject({ httpGet: { path: '/healthz' } });
    expect(translation.model.security).toMatchObject({ runAsUser: 2000, runAsGroup: 1000 });
    const own = mainOf(described(environment(), presetTemplate('code-server', { command: ['/start'] })));
    expect(own.app.command).toEqual(['/start']);
    expect(own.app.args).toBeUndefined();
  });

  test('webtop gets shared memory', () => {
    expect(mainOf(described(environment(), presetTemplate('webtop'))).volumes).toContainEqual({
      type: 'scratch',
      name: 'shm',
      medium: 'Memory',
      sizeLimit: '1Gi',
    });
  });
});

describe('parameters', () => {
  const sized = (parameter: object = {}, fields: object = {}): KubeObject =>
    template({
      parameters: [{ name: 'size', default: 'small', options: ['small', 'large'], ...parameter }],
      workloads: [
        {
          container: container({
            image: 'registry.example.org/app:$(params.size)',
            args: ['--size=$(params.size)'],
            ...fields,
          }),
        },
      ],
    });

  test('stand for their values in images, arguments, variables and amounts', () => {
    const parameters = [
      { name: 'tag' },
      { name: 'cpu', type: 'number', default: 2 },
      { name: 'debug', type: 'boolean', default: false },
      { name: 'home', default: '5120Mi' },
    ];
    const main = mainOf(
      described(
        environment({ parameters: { tag: 'v2', debug: true } }),
        template({
          parameters,
          workloads: [
            {
              container: container({
                image: 'registry.example.org/app:$(params.tag)',
                env: [{ name: 'DEBUG', value: '$(params.debug)' }],
                args: ['$(params.cpu)/$(params.cpu)'],
                resources: { requests: { cpu: '$(params.cpu)' } },
              }),
              storage: { mountPath: '/data', size: '$(params.home)' },
            },
          ],
        }),
      ),
    );
    expect(main.app).toMatchObject({
      image: 'registry.example.org/app:v2',
      env: [{ name: 'DEBUG', value: 'true' }],
      args: ['2/2'],
      resources: { requests: { cpu: '2' } },
    });
    expect(main.volumes[0]).toMatchObject({ claim: { size: '5Gi' } });
  });

  test('a value brings in neither a parameter nor a variable', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('$', '$$', '(', ')', '$(params.other)', '$(SECRET)', 'a'), { maxLength: 8 }),
        (parts) => {
          const value = parts.join('');
          const { app } = mainOf(
            described(
              environment({ parameters: { free: value } }),
              template({
                parameters: [{ name: 'free' }, { name: 'other', default: 'leaked' }],
                workloads: [{ container: container({ args: ['<$(params.free)>'] }) }],
              }),
            ),
          );
          expect(kubernetesExpansion(app.args?.[0] ?? '', { SECRET: 'leaked' })).toBe(`<${value}>`);
        },
      ),
    );
  });

  test('$$ keeps a reference from being one', () => {
    expect(mainOf(described(environment(), sized({}, { args: ['$$(params.size)'] }))).app.args).toEqual([
      '$$(params.size)',
    ]);
  });

  test.each<readonly [string, Readonly<Record<string, unknown>>, KubeObject, RegExp]>([
    [
      'one that the template does not have',
      { parameters: { sise: 'large' } },
      sized(),
      /^spec.parameters.sise: is no parameter: did you mean "size"\?$/,
    ],
    [
      'a value outside the options',
      { parameters: { size: 'huge' } },
      sized(),
      /^spec.parameters.size: must be one of "small", "large", not "huge"$/,
    ],
    [
      'a value of another type',
      { parameters: { size: 5 } },
      sized(),
      /^spec.parameters.size: must be a string, not a number$/,
    ],
    ['one without value and default', {}, sized({ default: undefined }), /^spec.parameters.size: is required/],
    [
      'a text that refers to an unknown one',
      {},
      sized({}, { args: ['$(params.siz)'] }),
      /^ClusterEnvironmentTemplate lab: refers to \$\(params.siz\): .*did you mean "size"\?$/,
    ],
    [
      'one inside the name of a variable',
      {},
      sized({}, { args: ['$(PRE_$(params.size))'] }),
      /puts a parameter into the name of a variable/,
    ],
    [
      'one that makes no quantity',
      {},
      sized({}, { resources: { limits: { memory: '$(params.size)' } } }),
      /container.resources.limits.memory: must be a quantity such as .*, not "small"$/,
    ],
  ])('%s is a problem', (_, spec, lab, message) => {
    expect(translate(environment(spec), lab)).toEqual(held('Invalid', message));
  });

  test('one that is not mutable stays as it was when the environment was made', () => {
    const made = described(environment({ parameters: { size: 'large' } }), sized());
    const status = { template: made.notes['template'] };
    const later = (parameters: object, lab: KubeObject): Translation =>
      translate(environment({ parameters }, { status }), lab);
    expect(later({ size: 'small' }, sized())).toEqual(
      held('Invalid', /^spec.parameters.size: is fixed since the environment was made, with "large"$/),
    );
    expect(later({}, sized())).toMatchObject({
      outcome: 'model',
      notes: { template: { parameters: { size: 'large' } } },
    });
    expect(later({}, sized({ options: ['small'] }))).toMatchObject({ outcome: 'model' });
    expect(later({ size: 'small' }, sized({ mutable: true }))).toMatchObject({ outcome: 'model' });
  });
});

describe('overrides', () => {
  const lab = (overrides: readonly string[]): KubeObject =>
    template({
      workloads: [
        {
          container: container({ resources: { requests: { cpu: 1, memory: '1Gi' } } }),
          storage: { mountPath: '/data', size: '1Gi' },
        },
      ],
      allow: { overrides },
    });
  const wish = { overrides: { resources: { requests: { memory: '2048Mi' } }, storage: { main: { size: '5Gi' } } } };

  test('come over what the template says, where it allows them', () => {
    const main = mainOf(described(environment(wish), lab(['resources', 'storage.size'])));
    expect(main.app.resources).toEqual({ requests: { cpu: '1', memory: '2Gi' } });
    expect(main.volumes[0]).toMatchObject({ claim: { size: '5Gi' } });
  });

  test('are refused where it does not', () => {
    expect(translate(environment(wish), lab(['resources']))).toEqual(
      held('Invalid', /^spec.overrides.storage.main.size: may not be set: the template allows resources$/),
    );
    expect(translate(environment(wish), lab([]))).toEqual(
      held('Invalid', /spec.overrides.resources: may not be set: the template allows no overrides/),
    );
    expect(translate(environment({ overrides: { storage: { mian: {} } } }), lab(['storage.size']))).toEqual(
      held('Invalid', /names no workload whose claim is made here/),
    );
  });
});

describe('what can’t be described is held', () => {
  test.each<readonly [string, EnvironmentObject, readonly KubeObject[], unknown]>([
    [
      'a template that is not there',
      environment(),
      [],
      held('TemplateNotFound', /^ClusterEnvironmentTemplate lab is not there/),
    ],
    [
      'a name that is too long',
      environment({}, { metadata: { name: 'a'.repeat(53), namespace: 'team-a' } }),
      [template()],
      held('NameTooLong', /at most 52 characters/),
    ],
    [
      'a specification that is null',
      environment({}, { spec: null }),
      [template()],
      held('Invalid', /^spec: is required$/),
    ],
    [
      'an object from before the schema',
      environment({ templateRef: 'lab', replicas: 3 }),
      [template()],
      held('Invalid', /spec.replicas: unknown field; spec.templateRef: must be an object/),
    ],
    [
      'a template from before the schema',
      environment(),
      [template({ workloads: 'main' })],
      held('Invalid', /^ClusterEnvironmentTemplate lab is invalid: spec.workloads: must be a list/),
    ],
    [
      'a plugin that is called like another container',
      environment({ initPlugins: [{ name: 'main', image: 'i' }] }),
      [presetTemplate('code-server')],
      held('Invalid', /two containers called "main"/),
    ],
    [
      'plugins without a home',
      environment({ initPlugins: [{ name: 'p', image: 'i' }] }),
      [template()],
      held('Invalid', /init plugins and no home/),
    ],
    [
      'a web port that is none',
      environment(),
      [template({ workloads: [{ container: { preset: 'code-server', image: 'i' }, web: { port: 'ui' } }] })],
      held('Invalid', /web.port: names no port of the container: it has "http"/),
    ],
  ])('%s', (_, object, others, expected) => {
    expect(translate(object, ...others)).toEqual(expected);
  });

  test('a message names ten problems and counts the rest', () => {
    const wrong = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`wrong${index}`, 1]));
    expect(translate(environment(wrong), template())).toEqual(held('Invalid', /; and 30 more$/));
  });
});

describe('the status of an environment', () => {
  test('says what the report says, and which template was used', () => {
    const { notes } = described(environment(), template());
    expect(environmentFrontEnd.status(environment(), REPORT, notes)).toEqual({
      phase: 'Ready',
      url: 'https://thesis.example.org/',
      observedGeneration: 3,
      stages: [{ name: 'Ready', at: '2026-11-21T08:00:01Z' }],
      template: {
        kind: 'ClusterEnvironmentTemplate',
        name: 'lab',
        hash: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
        access: { share: false },
      },
      simulated: true,
    });
  });

  test('keeps the template’s record while the environment is held', () => {
    const recorded = {
      template: { kind: 'ClusterEnvironmentTemplate', name: 'lab', hash: 'x', parameters: { size: 'large' } },
    };
    const status = environmentFrontEnd.status(
      environment({}, { status: recorded }),
      { phase: 'Pending', conditions: [], stages: [], simulated: false, settled: true },
      {},
    );
    expect(status['template']).toEqual(recorded.template);
  });
});

/** What a kubelet makes of a text. */
function kubernetesExpansion(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (match: string, name: string | undefined) =>
    name === undefined ? '$' : (variables[name] ?? match),
  );
}
