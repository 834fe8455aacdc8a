import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { environmentTree } from '../../../../constructs/environment/plan';
import { modelProblems } from '../../../../constructs/parts/model-problems';
import { ENVIRONMENT_ACCESS } from '../../../../src/access/environment-access';
import type { JsonObject } from '../../../../src/api/json';
import { type Manifest, valueAt } from '../../../../src/api/object';
import type { JupyterServerObject } from '../../../../src/dialects/amalthea/jupyter-server/jupyter-server';
import { applyDefaults } from '../../../../src/schema/defaults';
import { validatorOf } from '../../../../src/schema/validator';
import { renderTree } from '../../../../src/synth';
import {
  configOf,
  gate,
  gateFor,
  heldBecause,
  kindOf,
  modelled,
  oidc,
  renkuServer,
  server,
  workloadOf,
} from './objects';

const CASES = join(__dirname, 'cases');
const SERVER_CONFIG = 'jupyter_server_config.py';
const NOTEBOOK_CONFIG = 'jupyter_notebook_config.py';

/** Objects of a file as an API server would hold them. */
function storedObjects(file: string): readonly Manifest[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
    const object = document.toJS() as Manifest;
    return object.kind === 'JupyterServer' ? applyDefaults(kindOf(object).schema, object) : object;
  });
}

describe('the translation of a JupyterServer, as a whole', () => {
  it.each(readdirSync(CASES))('is as written down for the case %s', (name) => {
    const objects = storedObjects(join(CASES, name, 'input.yaml'));
    const object = objects.find(({ kind }) => kind === 'JupyterServer') as JupyterServerObject;
    const { model, layout, notes } = modelled(object, objects);
    expect(modelProblems(model, layout)).toEqual([]);
    const file = join(CASES, name, 'expected.yaml');
    // Goldens are written anew by running this test with UPDATE_CASES=1, and reviewed like code.
    if (process.env['UPDATE_CASES'] === '1')
      writeFileSync(file, stringify({ model, layout, notes }, { aliasDuplicateObjects: false, lineWidth: 0 }));
    expect(JSON.parse(JSON.stringify({ model, layout, notes }))).toEqual(parse(readFileSync(file, 'utf8')));
  });
});

describe('names and labels of a server', () => {
  it('call every object like the server, and the Secret with given values by a name of its own', () => {
    const { names } = modelled(server({ auth: { token: 'x' } })).layout;
    expect(names).toMatchObject({ service: 'thesis', ingress: 'thesis', configMap: 'thesis' });
    expect(names.workloads).toEqual({ main: 'thesis' });
    expect(names.claims).toEqual({ workspace: { name: 'thesis' } });
    expect(names.secrets).toEqual({ made: 'thesis', given: 'thesis-auth' });
  });

  it('hand the server’s own labels on, except those that steer the machinery', () => {
    const labels = {
      'renku.io/userId': 'ada',
      app: 'other',
      'adrasteia.dev/owner-uid': 'x',
      'amalthea.dev/parent-uid': 'x',
      'apps.kubernetes.io/pod-index': '7',
      'controller-revision-hash': 'x',
    };
    expect(modelled(server({}, { labels })).layout.labels).toEqual({
      'renku.io/userId': 'ada',
      app: 'thesis',
      'app.kubernetes.io/name': 'amalthea',
      'app.kubernetes.io/component': 'jupyterserver',
      'amalthea.dev/parent-uid': 'uid-thesis',
      'amalthea.dev/parent-name': 'thesis',
    });
  });

  it('are under the group of the server', () => {
    const { labels, selector } = modelled(renkuServer()).layout;
    expect(selector).toEqual({ 'renku.io/parent-name': 'thesis' });
    expect(labels).toMatchObject({ ...selector, 'renku.io/parent-uid': 'uid-thesis' });
  });

  it('leave the UID out where no server has given one', () => {
    expect(modelled(server({}, { uid: undefined })).layout.labels).not.toHaveProperty('amalthea.dev/parent-uid');
  });

  it('lead port 80 to the proxy’s port, whose container is called after what it does', () => {
    expect(modelled(server()).layout).toMatchObject({
      service: { portName: 'http', port: 80 },
      sidecar: { container: 'passthrough-proxy', port: 4180 },
    });
    expect(modelled(server({ auth: { oidc } })).layout.sidecar).toEqual({ container: 'oauth2-proxy', port: 4180 });
  });
});

describe('the token of a server', () => {
  const variable = (spec: Parameters<typeof server>[0]) => workloadOf(server(spec)).app.env[0];
  const fromSecret = (name: string) => ({
    name: 'SERVER_APP_TOKEN',
    valueFrom: { secretKeyRef: { name, key: 'jupyterServerAppToken' } },
  });

  it.each([
    { because: 'without one it is made once', auth: {}, expected: fromSecret('thesis') },
    { because: 'a given one is kept in a Secret', auth: { token: 'abc' }, expected: fromSecret('thesis-auth') },
    { because: 'an empty one is none', auth: { token: '' }, expected: { name: 'SERVER_APP_TOKEN', value: '' } },
  ])('reaches Jupyter by a variable: $because', ({ auth, expected }) => {
    expect(variable({ auth })).toEqual(expected);
  });

  it('is 64 hexadecimal digits where it is made, and made even where another one is given', () => {
    for (const auth of [{}, { token: 'abc' }, { token: '' }]) {
      expect(modelled(server({ auth })).model.secrets[0]).toEqual({
        id: 'made',
        generate: {
          jupyterServerAppToken: { bytes: 32, encoding: 'hex' },
          jupyterServerCookieSecret: { bytes: 32, encoding: 'hex' },
        },
      });
    }
  });

  it('stands in no pod, file or probe', () => {
    const { model } = modelled(
      server({ auth: { token: 'in-clear', oidc: { ...oidc, clientSecret: { value: 'hush' } } } }),
    );
    const { secrets, ...rest } = model;
    expect(secrets[1]).toEqual({
      id: 'given',
      data: { jupyterServerAppToken: 'in-clear', oidcClientSecret: 'hush' },
    });
    expect(JSON.stringify(rest)).not.toMatch(/in-clear|hush/);
  });

  it.each([
    { because: 'one is asked for', auth: {}, line: 'c.ServerApp.token = os.environ["SERVER_APP_TOKEN"]' },
    { because: 'none is asked for', auth: { token: '' }, line: 'c.ServerApp.token = ""' },
  ])('is set in the configuration: $because', ({ auth, line }) => {
    const lines = configOf(server({ auth }), SERVER_CONFIG).split('\n');
    expect(lines).toContain(line);
    expect(lines).toContain(line.replace('ServerApp', 'IdentityProvider'));
    expect(configOf(server({ auth }), NOTEBOOK_CONFIG).split('\n')).toContain(line.replace('ServerApp', 'NotebookApp'));
  });

  it('keeps no client secret of a sign-in that is not enabled', () => {
    expect(modelled(server({ auth: { oidc: { ...oidc, enabled: false } } })).model.secrets).toHaveLength(1);
  });
});

describe('the configuration of Jupyter', () => {
  it('listens on loopback behind the gate, and everywhere without one', () => {
    expect(configOf(server(), SERVER_CONFIG)).toContain('c.ServerApp.ip = "0.0.0.0"');
    expect(workloadOf(server()).webListens).toBe('AllInterfaces');
    expect(configOf(server(), SERVER_CONFIG, [gate])).toContain('c.ServerApp.ip = "127.0.0.1"');
    expect(workloadOf(server(), [gate]).webListens).toBe('Loopback');
  });

  it('takes texts of a spec as texts, whatever is in them', () => {
    const rootDir = '/home/"+__import__("os").system("id")+"\n\\';
    expect(configOf(server({ jupyterServer: { rootDir } }), SERVER_CONFIG)).toContain(
      `c.ServerApp.root_dir = ${JSON.stringify(rootDir)}\n`,
    );
  });

  it('tells both generations of Jupyter the same', () => {
    const settings = (file: string, app: string) =>
      configOf(server({ routing: { host: 'h', path: '/x' } }), file)
        .replaceAll(`c.${app}.`, 'c.App.')
        .replace('c.App.notebook_dir', 'c.App.root_dir');
    expect(settings(NOTEBOOK_CONFIG, 'NotebookApp')).toBe(settings(SERVER_CONFIG, 'ServerApp'));
  });

  it('calls Jupyter’s cookie as lists of the first generation do', () => {
    expect(configOf(renkuServer(), SERVER_CONFIG)).toContain('"cookie_name": "username-localhost-8888"');
    expect(configOf(server(), SERVER_CONFIG)).not.toContain('cookie_name');
  });
});

describe('the volume of a server', () => {
  const workspace = (object: JupyterServerObject) => ({
    volume: workloadOf(object).volumes.find(({ name }) => name === 'workspace'),
    mount: workloadOf(object).app.mounts[0],
  });

  it.each([
    {
      because: 'without a claim it is an empty directory of the size',
      object: server({ storage: { size: '5Gi' } }),
      volume: { type: 'scratch', name: 'workspace', sizeLimit: '5Gi' },
    },
    {
      because: 'without a claim an empty size is no limit',
      object: server({ storage: { size: '' } }),
      volume: { type: 'scratch', name: 'workspace' },
    },
    {
      because: 'a claim is deleted with its server',
      object: server({ storage: { size: 5, pvc: { enabled: true, storageClassName: 'fast' } } }),
      volume: {
        type: 'claim',
        name: 'workspace',
        claim: { size: '5', accessModes: ['ReadWriteOnce'], storageClassName: 'fast', reclaim: 'Delete' },
      },
    },
    {
      because: 'a claim of empty size has the default',
      object: server({ storage: { size: '', pvc: { enabled: true } } }),
      volume: {
        type: 'claim',
        name: 'workspace',
        claim: { size: '100Mi', accessModes: ['ReadWriteOnce'], reclaim: 'Delete' },
      },
    },
  ])('is what storage says: $because', ({ object, volume }) => {
    expect(workspace(object).volume).toEqual(volume);
  });

  it('is mounted at its path in amalthea.dev, and as the first operator did it in renku.io', () => {
    expect(workspace(server()).mount).toEqual({ volume: 'workspace', mountPath: '/home/jovyan/work' });
    expect(workspace(renkuServer()).mount).toEqual({
      volume: 'workspace',
      mountPath: '/home/jovyan/work',
      subPath: 'work',
    });
    expect(workspace(renkuServer({ storage: { pvc: { mountPath: '/work/' } } })).mount).toEqual({
      volume: 'workspace',
      mountPath: '/work',
    });
  });
});

describe('probes of a server', () => {
  it('ask what answers without sign-in, below the path, without counting as work', () => {
    const { probes } = workloadOf(server({ routing: { host: 'h', path: '/x/' } })).app;
    for (const probe of [probes?.startup, probes?.ready, probes?.live]) {
      expect(probe?.['httpGet']).toEqual({ path: '/x/api?no_track_activity=1', port: 8888, scheme: 'HTTP' });
    }
    expect(workloadOf(server()).app.probes?.live?.['httpGet']).toMatchObject({ path: '/api?no_track_activity=1' });
  });
});

describe('a server that can’t be described', () => {
  it.each([
    {
      because: 'without a host',
      object: server({ routing: { host: '' } }),
      told: 'Invalid: JupyterServer team-a/thesis: spec.routing.host: is missing: give the host name that the server is opened at',
    },
    {
      because: 'with a scheme in the host',
      object: server({ routing: { host: 'https://h' } }),
      told: 'Invalid: JupyterServer team-a/thesis: spec.routing.host: must be a host name without scheme and port, such as sessions.example.org, not "https://h"',
    },
    {
      because: 'with a path that climbs',
      object: server({ routing: { path: '/a/../b' } }),
      told: 'Invalid: JupyterServer team-a/thesis: spec.routing.path: must be a plain path such as /sessions/thesis, not "/a/../b"',
    },
    {
      because: 'with an escape in the path',
      object: server({ routing: { path: '/a%2fb' } }),
      told: 'Invalid: JupyterServer team-a/thesis: spec.routing.path: must be a plain path such as /sessions/thesis, not "/a%2fb"',
    },
    {
      because: 'with an annotation that is no text',
      object: server({ routing: { ingressAnnotations: { 'example.org/on': true } } }),
      told: 'Invalid: JupyterServer team-a/thesis: spec.routing.ingressAnnotations[example.org/on]: must be a text: write "true"',
    },
    {
      because: 'with a size that is none',
      object: server({ storage: { size: 'big' } }),
      told: 'Invalid: JupyterServer team-a/thesis: spec.storage.size: must be a quantity such as 20Gi, not "big"',
    },
    {
      because: 'with a relative directory',
      object: server({ jupyterServer: { rootDir: 'work' } }),
      told: 'Invalid: JupyterServer team-a/thesis: spec.jupyterServer.rootDir: must be an absolute path below the root, not "work"',
    },
    {
      because: 'with a name that no Service may have',
      object: server({}, { name: '2nd' }),
      told: 'Invalid: JupyterServer team-a/2nd: metadata.name: a JupyterServer gives its name to a StatefulSet and a Service: use at most 52 lower-case letters, digits and dashes, beginning with a letter',
    },
  ])('is held, and says which field to change: $because', ({ object, told }) => {
    expect(heldBecause(object)).toBe(told);
  });
});

describe('access to a server', () => {
  it('is Jupyter’s own where no sign-in is asked for, with the gate and without', () => {
    expect(modelled(server()).model.access).toEqual({ mode: 'Open' });
    expect(modelled(server(), [gate]).model.access).toMatchObject({
      mode: 'Gate',
      rules: { authenticate: { method: 'None' }, authorize: [] },
    });
  });

  it('is closed to all while a sign-in is asked for and there is no gate', () => {
    expect(modelled(server({ auth: { oidc } })).model.access).toMatchObject({
      mode: 'Closed',
      reason: 'AccessLayerMissing',
      message: expect.stringContaining('spec.auth of JupyterServer team-a/thesis asks for a sign-in') as string,
    });
  });

  it('is what its auth says behind the gate', () => {
    expect(modelled(server({ auth: { oidc } }), [gate]).model.access).toMatchObject({
      mode: 'Gate',
      rules: {
        authenticate: { method: 'OIDC' },
        authorize: [{ grants: [{ email: 'ada@example.org', level: 'Use' }] }],
      },
    });
  });

  it('filters cookies only behind the gate, and says where it can’t', () => {
    expect(modelled(renkuServer(), [gate]).model.access).toMatchObject({
      rules: { authenticate: { method: 'None' }, cookies: { allow: ['username-localhost-8888', '_xsrf'] } },
    });
    const alone = modelled(renkuServer());
    expect(alone.model.access).toEqual({ mode: 'Open' });
    expect(alone.notes).toEqual({ withoutEffect: ['spec.auth.cookieAllowlist'] });
    expect(modelled(renkuServer({ auth: { cookieBlocklist: ['x'] } })).notes).toEqual({
      withoutEffect: ['spec.auth.cookieBlocklist'],
    });
  });
});

describe('the objects of a server behind the gate', () => {
  const { model, layout } = modelled(server({ auth: { oidc } }), [gate]);
  const manifests = renderTree(environmentTree(model, layout)).map(({ manifest }) => manifest);
  const found = (kind: string): Manifest => {
    const manifest = manifests.find((candidate) => candidate.kind === kind);
    if (manifest === undefined) throw new Error(`no ${kind}`);
    return manifest;
  };

  it('hold an EnvironmentAccess that its own schema takes', () => {
    const access = found('EnvironmentAccess');
    expect(validatorOf(ENVIRONMENT_ACCESS)(access)).toEqual([]);
    expect(access['spec']).toMatchObject({ listenPort: 4180, app: { port: 8888, basePath: 'Keep' } });
  });

  it('lead from port 80 to the proxy, never to Jupyter', () => {
    const ports = valueAt(found('Service'), ['spec', 'ports']) as readonly JsonObject[];
    const pod = valueAt(found('StatefulSet'), ['spec', 'template', 'spec']) as JsonObject;
    const named = [...(pod['initContainers'] as JsonObject[]), ...(pod['containers'] as JsonObject[])].flatMap(
      (container) =>
        (container['ports'] as readonly JsonObject[]).map(({ name, containerPort }) => ({
          name,
          containerPort,
          container: container['name'],
        })),
    );
    expect(ports.map(({ name, port }) => ({ name, port }))).toEqual([{ name: 'http', port: 80 }]);
    expect(named.find(({ name }) => name === ports[0]?.['targetPort'])).toMatchObject({
      containerPort: 4180,
      container: 'oauth2-proxy',
    });
  });
});

it('patches go on to the finished objects as they are', () => {
  const patches = [{ type: 'application/merge-patch+json', patch: { service: {} } }] as const;
  expect(modelled(server({ patches })).model.patches).toEqual(patches);
  expect(modelled(server()).model).not.toHaveProperty('patches');
});

it('a hibernated server is one that doesn’t run', () => {
  expect(modelled(server({ jupyterServer: { hibernated: true } })).model.running).toBe(false);
  expect(modelled(server()).model.running).toBe(true);
});

it('culling that is asked for is noted as having no effect, and culling that is not asked for isn’t', () => {
  const culling = { idleSecondsThreshold: 60, failedSecondsThreshold: 0, maxAgeSecondsThreshold: 5 };
  expect(modelled(server({ culling })).notes).toEqual({
    withoutEffect: ['spec.culling.idleSecondsThreshold', 'spec.culling.maxAgeSecondsThreshold'],
  });
  expect(modelled(server()).notes).toEqual({ withoutEffect: [] });
});

describe('a server with a client of its own at its provider', () => {
  it('lets nobody in where the gate’s administrator hasn’t named the issuer, which the gate would have to ask', () => {
    const { access } = modelled(server({ auth: { oidc } }), [gateFor('https://another.example.org')]).model;
    expect(access).toMatchObject({
      mode: 'Gate',
      rules: {
        closed: { reason: 'PolicyInvalid', message: expect.stringContaining('clientIssuers') as string },
        authorize: [],
      },
    });
  });
});
