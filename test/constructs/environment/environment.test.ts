import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { parse, parseAllDocuments } from 'yaml';
import { Environment } from '../../../constructs/environment/environment';
import { environmentTree } from '../../../constructs/environment/plan';
import { modelProblems } from '../../../constructs/parts/model-problems';
import type { PodSpec } from '../../../constructs/parts/shapes';
import { type Manifest, referenceKey, referenceTo, valueAt } from '../../../src/api/object';
import type { AccessRules, EnvironmentModel } from '../../../src/model/environment-model';
import type { Layout } from '../../../src/model/layout';
import type { PlannedObject } from '../../../src/plan/planned-object';
import { renderTree } from '../../../src/synth';
import {
  CLOSED,
  containerModel,
  environmentModel,
  fullModel,
  gateAccess,
  layoutFor,
  workloadModel,
} from '../../support/models';

const CASES = join(__dirname, '../../../constructs/environment/cases');

function planned(model: EnvironmentModel, layout: Layout = layoutFor(model)): readonly PlannedObject[] {
  return renderTree(environmentTree(model, layout));
}

function find(objects: readonly PlannedObject[], kind: string): PlannedObject {
  const object = objects.find(({ manifest }) => manifest.kind === kind);
  if (object === undefined) throw new Error(`no ${kind} among ${kindsOf(objects).join(', ')}`);
  return object;
}

const kindsOf = (objects: readonly PlannedObject[]): readonly string[] => objects.map(({ manifest }) => manifest.kind);
const proxied = (changes: Partial<EnvironmentModel> = {}): EnvironmentModel =>
  environmentModel({ access: CLOSED, ...changes });
const ENTRY = { host: 'thesis.example.org', path: '/', basePath: 'Keep', annotations: {} } as const;

describe('the case', () => {
  const cases = readdirSync(CASES).filter((name) => readdirSync(join(CASES, name)).includes('model.yaml'));

  test.each(cases)('%s gives the objects written beside it', (name) => {
    const { model, layout } = parse(readFileSync(join(CASES, name, 'model.yaml'), 'utf8')) as {
      model: EnvironmentModel;
      layout: Layout;
    };
    const expected = parseAllDocuments(readFileSync(join(CASES, name, 'expected.yaml'), 'utf8')).map(
      (document) => document.toJS() as Manifest,
    );
    expect(planned(model, layout).map(({ manifest }) => manifest)).toEqual(expected);
  });
});

describe('an environment', () => {
  const models: readonly EnvironmentModel[] = [
    environmentModel(),
    fullModel(),
    proxied(),
    environmentModel({ running: false, entry: ENTRY }),
  ];

  test('gives the same bytes wherever it stands in the tree and whatever cdk8s is told by its variables', () => {
    const variables = ['CDK8S_DISABLE_SORT', 'CDK8S_OUTDIR', 'CDK8S_RECORD_CONSTRUCT_METADATA', 'CDK8S_LEGACY_HASH'];
    const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
    // Prefixed: constructs takes names such as valueOf for siblings that are already there.
    const id = fc.stringMatching(/^[A-Za-z0-9-]{1,20}$/).map((text) => `at-${text}`);
    try {
      fc.assert(
        fc.property(
          fc.constantFrom(...models),
          fc.array(id, { maxLength: 4 }),
          id,
          fc.constantFrom('', 'true', '/tmp/elsewhere'),
          (model, path, name, value) => {
            const layout = layoutFor(model);
            const expected = JSON.stringify(renderTree(environmentTree(model, layout)));
            for (const variable of variables) {
              if (value === '') Reflect.deleteProperty(process.env, variable);
              else process.env[variable] = value;
            }
            const moved = renderTree({
              inputs: {},
              build(scope) {
                const parent = path.reduce((above, step) => new Construct(above, step), scope);
                new Environment(parent, name, { model, layout });
              },
            });
            expect(JSON.stringify(moved)).toBe(expected);
          },
        ),
      );
    } finally {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    }
  });

  test.each(models)('has no empty lists, no undefined and no null in its objects (%#)', (model) => {
    const visit = (value: unknown, path: string): void => {
      if (value === null || value === undefined || (Array.isArray(value) && value.length === 0))
        throw new Error(`nothing at ${path}`);
      if (typeof value === 'object') for (const [key, member] of Object.entries(value)) visit(member, `${path}.${key}`);
    };
    for (const { manifest } of planned(model)) visit(manifest, manifest.kind);
  });

  test('has its claims apart from the StatefulSet, kept and marked with their fate', () => {
    const objects = planned(fullModel());
    const claim = find(objects, 'PersistentVolumeClaim');
    expect(claim.handling).toEqual({ prune: 'Keep', immutable: 'Refuse', collected: true, adopt: false });
    expect(claim.manifest.metadata.annotations).toEqual({ 'adrasteia.dev/reclaim': 'Delete' });
    expect(valueAt(find(objects, 'StatefulSet').manifest, ['spec', 'volumeClaimTemplates'])).toBeUndefined();
  });

  test('makes no claim of somebody else’s', () => {
    const claims = planned(fullModel()).filter(({ manifest }) => manifest.kind === 'PersistentVolumeClaim');
    expect(claims.map(({ manifest }) => manifest.metadata.name)).toEqual(['thesis-home']);
  });

  test('takes a claim over where the layout says so', () => {
    const model = environmentModel();
    const layout = layoutFor(model);
    const adopting = { ...layout, names: { ...layout.names, claims: { home: { name: 'thesis-pvc', adopt: true } } } };
    expect(find(planned(model, adopting), 'PersistentVolumeClaim').handling.adopt).toBe(true);
  });

  test('starts its pods after what they mount and what guards them, and nothing waits for a claim to be bound', () => {
    const objects = planned(fullModel());
    const set = find(objects, 'StatefulSet');
    const before = ['ServiceAccount', 'ConfigMap', 'Secret', 'PersistentVolumeClaim', 'NetworkPolicy'];
    const keys = objects
      .filter(({ manifest }) => before.includes(manifest.kind))
      .map(({ manifest }) => referenceKey(referenceTo(manifest)));
    expect(set.dependsOn).toEqual([...keys].sort());
    expect(find(objects, 'PersistentVolumeClaim').readyWhen).toEqual([]);
    for (const kind of ['Service', 'Ingress']) {
      expect(find(objects, kind).dependsOn).toEqual(['NetworkPolicy.networking.k8s.io/team-a/thesis']);
    }
  });

  test('keeps one selector for its life, whatever else is labelled', () => {
    const selectorOf = (model: EnvironmentModel, labels: Record<string, string>) =>
      valueAt(find(planned(model, { ...layoutFor(model), labels }), 'StatefulSet').manifest, [
        'spec',
        'selector',
        'matchLabels',
      ]);
    const selector = { 'app.kubernetes.io/instance': 'thesis', 'adrasteia.dev/workload': 'main' };
    expect(selectorOf(environmentModel(), { template: 'a' })).toEqual(selector);
    expect(selectorOf(fullModel({ running: false }), { template: 'b' })).toEqual(selector);
  });

  test('tells its workloads’ pods apart, and its Service leads to the one with the web port', () => {
    const model = environmentModel({
      workloads: [workloadModel({ name: 'database', webPort: undefined }), workloadModel({ name: 'web' })],
    });
    const objects = planned(model);
    const selectors = objects
      .filter(({ manifest }) => manifest.kind === 'StatefulSet')
      .map(({ manifest }) => valueAt(manifest, ['spec', 'selector', 'matchLabels', 'adrasteia.dev/workload']));
    expect(selectors).toEqual(['database', 'web']);
    expect(valueAt(find(objects, 'Service').manifest, ['spec', 'selector', 'adrasteia.dev/workload'])).toBe('web');
  });

  test('is ready with one pod when it runs, and with none when it is stopped', () => {
    const rule = (model: EnvironmentModel) => find(planned(model), 'StatefulSet').readyWhen;
    expect(rule(environmentModel())).toEqual([
      { path: ['status', 'observedGeneration'], operator: 'ObservedGeneration' },
      { path: ['status', 'readyReplicas'], operator: 'AtLeast', value: 1 },
    ]);
    expect(rule(environmentModel({ running: false }))).toEqual([
      { path: ['status', 'observedGeneration'], operator: 'ObservedGeneration' },
      { path: ['status', 'replicas'], operator: 'Equals', value: 0 },
    ]);
  });

  test('keeps its volume, its Service and its Ingress while it is stopped', () => {
    const objects = planned(environmentModel({ running: false, entry: ENTRY }));
    expect(kindsOf(objects)).toEqual(kindsOf(planned(environmentModel({ entry: ENTRY }))));
    expect(valueAt(find(objects, 'StatefulSet').manifest, ['spec', 'replicas'])).toBe(0);
  });

  test('is closed where a sign-in is asked for that nothing can render: no pod, no way in, data kept', () => {
    const peers = { ingressFrom: [{ podSelector: {} }], egressTo: [] };
    const objects = planned(
      proxied({ entry: ENTRY, network: peers, secrets: [{ id: 'password', data: { password: 'x' } }] }),
    );
    expect(kindsOf(objects)).toEqual([
      'ServiceAccount',
      'Secret',
      'PersistentVolumeClaim',
      'NetworkPolicy',
      'StatefulSet',
    ]);
    expect(valueAt(find(objects, 'StatefulSet').manifest, ['spec', 'replicas'])).toBe(0);
    expect(valueAt(find(objects, 'NetworkPolicy').manifest, ['spec', 'policyTypes'])).toEqual(['Ingress', 'Egress']);
    expect(valueAt(find(objects, 'NetworkPolicy').manifest, ['spec', 'ingress'])).toBeUndefined();
  });

  test('lets those alone in at the web port whom its model names', () => {
    const model = fullModel();
    const entryFrom = [{ podSelector: {} }];
    const objects = planned({ ...model, network: { ...model.network, entryFrom, ingressFrom: [] } });
    expect(valueAt(find(objects, 'NetworkPolicy').manifest, ['spec', 'ingress'])).toEqual([
      { from: [{ podSelector: {} }], ports: [{ port: 8888, protocol: 'TCP' }] },
    ]);
  });

  test('lets in the web port alone, and the peers of its model', () => {
    const rules = valueAt(find(planned(fullModel()), 'NetworkPolicy').manifest, ['spec', 'ingress']);
    expect(rules).toEqual([
      { from: [{ namespaceSelector: {} }], ports: [{ port: 8888, protocol: 'TCP' }] },
      { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }] },
    ]);
  });

  test('lets nobody in where no workload has a web port', () => {
    const objects = planned(environmentModel({ workloads: [workloadModel({ webPort: undefined })], entry: ENTRY }));
    expect(valueAt(find(objects, 'NetworkPolicy').manifest, ['spec', 'ingress'])).toBeUndefined();
    expect(kindsOf(objects)).not.toContain('Service');
    expect(kindsOf(objects)).not.toContain('Ingress');
  });

  test('reaches no private network but for names', () => {
    const egress = valueAt(find(planned(environmentModel()), 'NetworkPolicy').manifest, ['spec', 'egress']);
    const rules = egress as readonly {
      readonly to?: readonly { readonly ipBlock: { readonly except: readonly string[] } }[];
      readonly ports?: unknown;
    }[];
    expect(rules.filter(({ to }) => to === undefined)).toEqual([
      {
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
        ],
      },
    ]);
    const excluded = rules.flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => ipBlock.except));
    expect(excluded).toEqual([
      '10.0.0.0/8',
      '172.16.0.0/12',
      '192.168.0.0/16',
      '100.64.0.0/10',
      '169.254.0.0/16',
      '198.18.0.0/15',
      '240.0.0.0/4',
      '168.63.129.16/32',
      'fc00::/7',
      'fe80::/10',
      '64:ff9b:1::/48',
      '64:ff9b::a00:0/104',
      '64:ff9b::ac10:0/108',
      '64:ff9b::c0a8:0/112',
      '64:ff9b::6440:0/106',
      '64:ff9b::a9fe:0/112',
      '64:ff9b::c612:0/111',
      '64:ff9b::f000:0/100',
      '64:ff9b::a83f:8110/128',
    ]);
  });

  test('starts new pods when its files change, and not when its secrets do', () => {
    const template = (changes: Partial<EnvironmentModel>) =>
      JSON.stringify(valueAt(find(planned(fullModel(changes)), 'StatefulSet').manifest, ['spec', 'template']));
    const token = fullModel().secrets[1] ?? { id: 'token' };
    expect(template({ files: [{ name: 'app.conf', content: 'port = 9999\n' }] })).not.toBe(template({}));
    expect(template({ secrets: [{ id: 'password', data: { password: 'other' } }, token] })).toBe(template({}));
  });

  test('writes given secrets as the server keeps them, and names the values that are made once', () => {
    const secrets = planned(fullModel()).filter(({ manifest }) => manifest.kind === 'Secret');
    expect(secrets.map(({ manifest, handling }) => [manifest['data'], handling.generate])).toEqual([
      [{ password: Buffer.from('grüße', 'utf8').toString('base64') }, undefined],
      [undefined, { token: { bytes: 32, encoding: 'hex' } }],
    ]);
  });

  test('has no Ingress where a path prefix would have to be taken off by a class that isn’t known to', () => {
    const entry = { ...ENTRY, path: '/team-a/thesis', basePath: 'Strip', ingressClassName: 'traefik' } as const;
    expect(kindsOf(planned(environmentModel({ entry })))).not.toContain('Ingress');
  });

  test('rewrites a path literally for nginx', () => {
    const entry = { ...ENTRY, path: '/a.b', basePath: 'Strip', ingressClassName: 'nginx' } as const;
    const { manifest } = find(planned(environmentModel({ entry })), 'Ingress');
    expect(valueAt(manifest, ['spec', 'rules', 0, 'http', 'paths', 0, 'path'])).toBe('/a\\.b(/|$)(.*)');
  });

  test('that is recreated for an immutable field leaves its pods, and no data object is ever recreated', () => {
    const recreated = planned(fullModel()).filter(({ handling }) => handling.immutable === 'RecreateOrphaning');
    expect(kindsOf(recreated)).toEqual(['StatefulSet']);
  });

  test('gives no pod a token or the variables of Services', () => {
    const spec = valueAt(
      find(
        planned(environmentModel({ workloads: [workloadModel({ app: containerModel(), webPort: undefined })] })),
        'StatefulSet',
      ).manifest,
      ['spec', 'template', 'spec'],
    );
    expect(spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
  });
});

describe('an environment behind the gate', () => {
  const guarded = (changes: Partial<EnvironmentModel> = {}, rules: Partial<AccessRules> = {}): EnvironmentModel =>
    environmentModel({
      entry: ENTRY,
      workloads: [workloadModel({ webListens: 'Loopback' })],
      access: gateAccess(rules),
      ...changes,
    });
  const pod = (model: EnvironmentModel) =>
    valueAt(find(planned(model), 'StatefulSet').manifest, ['spec', 'template', 'spec']) as unknown as PodSpec;

  test('has a sidecar that is there before the app, and that Pod Security Restricted allows', () => {
    const model = guarded();
    const [sidecar] = pod(model).initContainers ?? [];
    expect(sidecar).toMatchObject({
      name: 'gate',
      restartPolicy: 'Always',
      ports: expect.arrayContaining([{ name: 'sidecar', containerPort: 15_080, protocol: 'TCP' }]) as unknown,
    });
    expect(modelProblems(model, layoutFor(model))).toEqual([]);
  });

  test('is reached through the sidecar’s port alone', () => {
    const objects = planned(guarded());
    expect(find(objects, 'Service').manifest['spec']).toMatchObject({ ports: [{ targetPort: 'sidecar' }] });
    expect(valueAt(find(objects, 'NetworkPolicy').manifest, ['spec', 'ingress'])).toEqual([
      { from: [{ namespaceSelector: {} }], ports: [{ port: 15_080, protocol: 'TCP' }] },
    ]);
  });

  test('says to the gate who gets in, and where', () => {
    expect(find(planned(guarded()), 'EnvironmentAccess').manifest).toMatchObject({
      metadata: { name: 'thesis', namespace: 'team-a' },
      spec: {
        address: { scheme: 'http', host: 'thesis.example.org', path: '/' },
        listenPort: 15_080,
        app: { port: 8888, basePath: 'Keep', view: 'None' },
        authorize: [{ grants: [{ user: 'ada', level: 'Own' }] }],
      },
    });
  });

  test('has an app on loopback probed through the sidecar', () => {
    const [app] = pod(guarded()).containers;
    expect(app?.readinessProbe?.httpGet).toEqual({ path: '/app/ready', port: 19_902, scheme: 'HTTP' });
    const everywhere = guarded({ workloads: [workloadModel({ webListens: 'AllInterfaces' })] });
    expect(pod(everywhere).containers[0]?.readinessProbe?.httpGet).toMatchObject({ path: '/api', port: 'http' });
  });

  test('changes no pod with its policy', () => {
    const before = pod(guarded());
    const after = pod(guarded({}, { authenticate: { method: 'Bearer', bearer: { secret: { name: 'tokens' } } } }));
    expect(after).toEqual(before);
  });

  test('gives the gate the one Secret that its rules name, and no right without one', () => {
    const basic = planned(guarded({}, { authenticate: { method: 'Basic', basic: { secret: { name: 'users' } } } }));
    expect(find(basic, 'Role').manifest['rules']).toEqual([
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['users'], verbs: ['get', 'list', 'watch'] },
    ]);
    expect(find(basic, 'RoleBinding').manifest['subjects']).toEqual([
      { kind: 'ServiceAccount', name: 'adrasteia-gate', namespace: 'adrasteia-gate' },
    ]);
    expect(kindsOf(planned(guarded()))).not.toContain('Role');
  });

  test('takes a prefix off the path itself, whatever the ingress controller can do', () => {
    const stripped = guarded({ entry: { ...ENTRY, path: '/team-a/thesis', basePath: 'Strip' } });
    expect(
      valueAt(find(planned(stripped), 'Ingress').manifest, ['spec', 'rules', '0', 'http', 'paths', '0']),
    ).toMatchObject({
      path: '/team-a/thesis',
      pathType: 'Prefix',
    });
  });
});

describe('an environment that a Gateway leads to', () => {
  const gateway = { name: 'public', namespace: 'gateways', sectionName: 'https' };
  const routed = (entry: object) => planned(environmentModel({ entry: { ...ENTRY, gateway, ...entry } }));

  test('has an HTTPRoute instead of an Ingress', () => {
    const objects = routed({});
    expect(kindsOf(objects)).not.toContain('Ingress');
    expect(find(objects, 'HTTPRoute').manifest['spec']).toMatchObject({
      parentRefs: [gateway],
      hostnames: ['thesis.example.org'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ name: 'thesis', port: 80 }],
        },
      ],
    });
  });

  test('has its prefix taken off by the Gateway', () => {
    const rule = (entry: object) => valueAt(find(routed(entry), 'HTTPRoute').manifest, ['spec', 'rules', 0]);
    expect(rule({ path: '/a/b', basePath: 'Strip' })).toMatchObject({ filters: [{ type: 'URLRewrite' }] });
    expect(rule({ path: '/a/b', basePath: 'Keep' })).not.toHaveProperty('filters');
  });
});
