/**
 * Attacks that need a cluster's network and its people: straight to pods and Services, from wherever a shell can be had in the
 * cluster, and by somebody who may edit the team's objects. Nothing enforces NetworkPolicies here, so every packet arrives.
 */

import { randomBytes } from 'node:crypto';
import { NAMESPACE, POD, ROLE_BINDING, SERVICE } from '../../constructs/parts/resource-types';
import { ENVIRONMENT_ACCESS } from '../../src/access/environment-access';
import { SIDECAR_PORTS } from '../../src/access/envoy/sidecar-names';
import { GATE_SERVICE } from '../../src/access/gate';
import { connectCluster, type KubernetesCluster } from '../../src/adapters/kubernetes/client';
import { valueAt } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { ALLOWED_NAMESPACES_ANNOTATION, OWNER_ANNOTATION } from '../../src/api/well-known';
import { openWindow } from '../support/browser/environment-page';
import { asPerson } from '../support/browser/provider-sign-in';
import { testKubeconfig } from '../support/cluster';
import { typeOf } from '../support/engine';
import { eventually } from '../support/eventually';
import { AccessLayer, BY_TLS, guardedEnvironment } from '../support/node/access-layer';
import { NODE_PATIENCE_MS, Team } from '../support/node/team';
import { type Attack, AttackingContainer, type AttackOutcome } from './attacking-container';

jest.setTimeout(2 * NODE_PATIENCE_MS);

const ENVIRONMENT = typeOf('Environment');
/** Where the preset has JupyterLab listen. */
const APP_PORT = 8888;
const SESSION_COOKIE = '__Host-adrasteia-session';
/** Of environments, and of the gate. */
const SESSION_COOKIES = [SESSION_COOKIE, '__Host-adrasteia-gate'];

const FORGED = {
  'x-auth-request-user': 'alice',
  'x-auth-request-email': 'alice@example.org',
  'x-auth-request-groups': 'team-a,staff',
  'x-adrasteia-level': 'Own',
  'x-forwarded-user': 'alice',
  'x-forwarded-for': '127.0.0.1',
  'x-envoy-internal': 'true',
  'x-envoy-original-path': '/api',
  'x-original-url': '/api',
  'remote-user': 'alice',
  authorization: 'token alice',
};

const WEBSOCKET = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

const PAGE = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

/** A door of the environment that is attacked: an address, and the port of what stands there. */
type Door = Pick<Attack, 'host' | 'port'>;

let layer: AccessLayer;
let team: Team;
let elsewhere: string;
let browser: Awaited<ReturnType<AccessLayer['browser']>>;
/** Host name of Alice's JupyterLab, which is attacked. */
let host: string;
let podAddress: string;
/** Its sidecar at the pod's address, and its Service by address and by name. */
let doors: readonly Door[];
const attackers = new Map<string, AttackingContainer>();

beforeAll(async () => {
  layer = await AccessLayer.install();
  team = await Team.make('restricted', BY_TLS);
  browser = await layer.browser();
  await guardedEnvironment(team, 'jupyterlab');
  await guardedEnvironment(team, 'code-server');
  host = new URL(await team.url('jupyterlab')).host;
  const [access, pod, service] = await Promise.all([
    team.find(ENVIRONMENT_ACCESS.type, 'jupyterlab'),
    team.find(POD, 'jupyterlab-0'),
    team.find(SERVICE, 'jupyterlab'),
  ]);
  podAddress = valueAt(pod, ['status', 'podIP']) as string;
  const servicePort = Number(valueAt(service, ['spec', 'ports', 0, 'port']));
  doors = [
    { host: podAddress, port: Number(valueAt(access, ['spec', 'listenPort'])) },
    { host: valueAt(service, ['spec', 'clusterIP']) as string, port: servicePort },
    { host: `jupyterlab.${team.namespace}.svc`, port: servicePort },
  ];
  elsewhere = `tenant-${randomBytes(3).toString('hex')}`;
  await team.cluster.create(NAMESPACE, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: elsewhere, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  });
  attackers.set('a pod of the same namespace', await AttackingContainer.make(team.cluster, team.namespace, 'stranger'));
  attackers.set('another tenant’s pod', await AttackingContainer.make(team.cluster, elsewhere, 'stranger'));
  attackers.set('a sibling environment', new AttackingContainer(team.namespace, 'code-server-0'));
});
afterAll(async () => {
  await browser.close();
  await team.cluster.delete(NAMESPACE, { name: elsewhere });
  await team.close();
  await layer.close();
});

function attacker(from: string): AttackingContainer {
  const found = attackers.get(from);
  if (found === undefined) throw new Error(`nobody attacks from ${from}`);
  return found;
}

/** An outcome in short: the status, or the error. */
const statusOf = (outcome: AttackOutcome | undefined): number | string | undefined =>
  outcome === undefined || 'error' in outcome ? outcome?.error : outcome.status;

const headerOf = (outcome: AttackOutcome, name: string): string | undefined =>
  'error' in outcome ? undefined : outcome.headers[name];

const bodyOf = (outcome: AttackOutcome | undefined): string | undefined =>
  outcome === undefined || 'error' in outcome ? undefined : outcome.body;

/** The statuses of the same attack at each door, under the environment's own name. */
function atEachDoor(from: string, attack: Omit<Attack, 'host' | 'port'>): readonly unknown[] {
  const attacks = doors.map((door) => ({ ...door, ...attack, headers: { host, ...attack.headers } }));
  return attacker(from).send(attacks).map(statusOf);
}

const each = <T>(value: T): readonly T[] => doors.map(() => value);

describe.each(['a pod of the same namespace', 'another tenant’s pod', 'a sibling environment'])('from %s', (from) => {
  test('the app’s own port isn’t there', () => {
    const outcomes = attacker(from).send([{ host: podAddress, port: APP_PORT }]);
    expect(outcomes).toEqual([{ error: 'ECONNREFUSED' }]);
  });

  test('pod and Service ask a browser to sign in, and anything else to go away', () => {
    const asked = attacker(from).send(doors.map((door) => ({ ...door, headers: { ...PAGE, host } })));
    expect(asked.map(statusOf)).toEqual(each(303));
    for (const outcome of asked) expect(headerOf(outcome, 'location')).toMatch(/^https:\/\/gate\.dev\.test\/sign-in\?/);
    expect(atEachDoor(from, { path: '/api/contents' })).toEqual(each(401));
    expect(atEachDoor(from, { path: '/api/kernels', method: 'POST' })).toEqual(each(401));
  });

  test('an environment has no other name', () => {
    const outcomes = attacker(from).send(doors.map((door) => ({ ...door, headers: FORGED })));
    expect(outcomes.map(statusOf)).toEqual(each(421));
  });

  test('headers that say who somebody is say nothing', () => {
    expect(atEachDoor(from, { path: '/api/contents', headers: FORGED })).toEqual(each(401));
  });

  test('a websocket isn’t opened for who isn’t signed in', () => {
    const headers = { ...WEBSOCKET, ...FORGED, origin: `https://${host}` };
    expect(atEachDoor(from, { path: '/api/events/subscribe', headers })).toEqual(each(401));
  });

  test('what the kubelet and Prometheus ask leads nobody to the app, or to Envoy', () => {
    const { readiness, metrics } = SIDECAR_PORTS;
    const ask = (port: number, path: string, method = 'GET'): Attack => ({ host: podAddress, port, path, method });
    const outcomes = attacker(from).send([
      ...['/', '/lab', '/api/contents', '/app/ready/api', '/app/ready/../../api/contents', '/app/%2e%2e/lab'].map(
        (path) => ask(readiness, path),
      ),
      ask(readiness, '/app/ready', 'POST'),
      ...['/', '/config_dump', '/clusters', '/stats', '/stats/prometheus/../../config_dump'].map((path) =>
        ask(metrics, path),
      ),
      ask(metrics, '/quitquitquit', 'POST'),
      ask(metrics, '/stats/prometheus', 'POST'),
    ]);
    expect(new Set(outcomes.map(statusOf))).toEqual(new Set([404]));
    // The probe's own answer, whatever is asked with it.
    const [plain, more] = attacker(from).send([
      ask(readiness, '/app/ready'),
      ask(readiness, '/app/ready?/../contents'),
    ]);
    expect(bodyOf(plain)).toMatch(/^\{"version": ?"[\d.]+"\}$/);
    expect(bodyOf(more)).toBe(bodyOf(plain));
  });

  test('the gate itself lets nobody in, and names nobody', () => {
    const gate = `${GATE_SERVICE.name}.${GATE_SERVICE.namespace}.svc`;
    const [authorization, metrics] = attacker(from).send([
      {
        host: gate,
        port: GATE_SERVICE.discoveryPort,
        path: `/authorize/${team.namespace}/jupyterlab/api/contents`,
        headers: { ...FORGED, host },
      },
      { host: gate, port: 9090, path: '/metrics' },
    ]);
    expect(statusOf(authorization)).toBe(401);
    expect(statusOf(metrics)).toBe(200);
    expect(JSON.stringify(metrics)).not.toMatch(/alice|jupyterlab/);
  });
});

test('a session of another environment is none, and that of this one is', async () => {
  const window = await openWindow(browser);
  await asPerson('alice')(window, await team.url('jupyterlab'));
  await window.goto(await team.url('code-server'));
  const sibling = new URL(await team.url('code-server')).host;
  const cookies = await window.context().cookies();
  /** The session that the browser has at a host, as if it were this environment's. */
  const asking = (domain: string) => {
    const session = cookies.find((one) => one.domain === domain && SESSION_COOKIES.includes(one.name));
    if (session === undefined) throw new Error(`the browser has no session at ${domain}`);
    return { path: '/api/contents', headers: { cookie: `${SESSION_COOKIE}=${session.value}` } };
  };
  for (const from of attackers.keys()) {
    expect(atEachDoor(from, asking(sibling))).toEqual(each(401));
    expect(atEachDoor(from, asking('gate.dev.test'))).toEqual(each(401));
    // So the doors do lead to the app.
    expect(atEachDoor(from, asking(host))).toEqual(each(200));
  }
  await window.context().close();
});

describe('somebody who may edit the team’s objects', () => {
  /** What operators take for rights, ours and others. */
  const CLAIMS = {
    labels: {
      'adrasteia.dev/user': 'mallory',
      'adrasteia.dev/level': 'Own',
      'renku.io/safe-username': 'mallory',
      'kode.jacero.io/user': 'mallory',
    },
    annotations: {
      [OWNER_ANNOTATION]: 'User/mallory',
      [ALLOWED_NAMESPACES_ANNOTATION]: '*',
      'adrasteia.dev/share': '[{"user":"mallory","level":"Own"}]',
      'adrasteia.dev/authenticate': 'None',
      'nginx.ingress.kubernetes.io/auth-url': 'http://127.0.0.1/',
    },
  };
  let mallory: KubernetesCluster;

  beforeAll(async () => {
    await team.apply(ROLE_BINDING, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'mallory' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'mallory' }],
    });
    const impersonate = { user: 'mallory', groups: ['system:authenticated'] };
    mallory = connectCluster({ kubeconfig: testKubeconfig(), impersonate });
    await eventually('the right holds', () =>
      mallory.list(SERVICE, { namespace: team.namespace }).then(
        () => true,
        () => false,
      ),
    );
  });
  afterAll(() => mallory.close());

  test('gains nothing by labels and annotations on environment, pod and Service', async () => {
    const targets: readonly (readonly [ResourceType, string])[] = [
      [ENVIRONMENT, 'jupyterlab'],
      [POD, 'jupyterlab-0'],
      [SERVICE, 'jupyterlab'],
    ];
    for (const [type, name] of targets) {
      await mallory.patch(type, { namespace: team.namespace, name }, { metadata: CLAIMS }, { type: 'merge' });
    }
    // What Alice does after that tells that the controller has looked at it.
    const share = [{ user: 'grace', level: 'Use' }];
    await team.cluster.patch(
      ENVIRONMENT,
      { namespace: team.namespace, name: 'jupyterlab' },
      { spec: { share } },
      { type: 'merge', fieldManager: 'test' },
    );
    const access = await team.until(ENVIRONMENT_ACCESS.type, 'jupyterlab', 'names grace', ({ spec }) =>
      JSON.stringify(spec).includes('grace'),
    );
    expect(valueAt(access, ['spec', 'authorize'])).toEqual([
      {
        grants: [
          { user: 'alice', level: 'Own' },
          { user: 'grace', level: 'Use' },
        ],
      },
    ]);
    expect(JSON.stringify(access.spec)).not.toContain('mallory');
    const window = await openWindow(browser);
    await asPerson('mallory')(window, await team.url('jupyterlab'));
    expect(await window.locator('h1').innerText()).toMatch(/can’t open/);
    expect(await window.locator('body').innerText()).toContain('mallory');
    await window.context().close();
  });

  test('may not write who gets in', async () => {
    const name = { namespace: team.namespace, name: 'jupyterlab' };
    const { type } = ENVIRONMENT_ACCESS;
    const open = { spec: { authenticate: { method: 'None' }, authorize: [] } };
    const manifest = { apiVersion: 'adrasteia.dev/v1alpha1', kind: type.kind, ...open };
    const refused = { code: 'ApiForbidden' };
    await expect(mallory.patch(type, name, open, { type: 'merge' })).rejects.toMatchObject(refused);
    await expect(mallory.patch(type, name, { metadata: CLAIMS }, { type: 'merge' })).rejects.toMatchObject(refused);
    await expect(mallory.delete(type, name)).rejects.toMatchObject(refused);
    await expect(mallory.create(type, { ...manifest, metadata: { ...name, name: 'another' } })).rejects.toMatchObject(
      refused,
    );
    await expect(
      mallory.patch(ENVIRONMENT, name, { status: { phase: 'Ready' } }, { type: 'merge', subresource: 'status' }),
    ).rejects.toMatchObject(refused);
  });
});
