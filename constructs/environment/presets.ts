/**
 * Presets: what is known of programs that many environments run, so that a template only names an image.
 *
 * A preset fills gaps and overrides nothing that a template says. Each asks for sign-in by a password that is made once for
 * each environment and kept in its credentials Secret, so that no environment is open by default; where an access policy puts
 * a sidecar before the app, that asks instead.
 *
 * Images: `codercom/code-server` and `quay.io/jupyter/*` run as they are under Pod Security Restricted. Those of
 * linuxserver.io start as root and give up their rights themselves, which takes Baseline; `webtop` is one of them.
 */
import type { JsonObject } from '../../src/api/json';
import type { ProbesModel } from '../../src/model/environment-model';
import type { PresetName } from '../template';

/** Key of the credentials Secret under which the password stands. */
export const PASSWORD_KEY = 'password';

const LOOPBACK = '127.0.0.1';
const EVERYWHERE = '0.0.0.0';

/** What a preset fills in for. */
export interface PresetFacts {
  /** Where the home is mounted. */
  readonly home: string;
  readonly port: number;
  /** Path below which the app is asked: `/`, or a path without a slash at its end. */
  readonly path: string;
  /** Name of the Secret with the password. */
  readonly credentials: string;
  /** True: a sidecar guards the app, which then listens on loopback if it can and asks for no password. */
  readonly isGuarded: boolean;
}

export interface Preset {
  readonly home: string;
  readonly port: number;
  /** Strip: the program knows no path prefix. */
  readonly basePath: 'Keep' | 'Strip';
  /** Absent: the image starts as root. */
  readonly identity?: { readonly user: number; readonly group: number };
  readonly shmSize?: string;
  /** Where the app listens while a sidecar guards it. */
  readonly listensGuarded: 'Loopback' | 'AllInterfaces';
  /** Whether the app can be looked at by safe requests alone. */
  readonly view: 'SafeMethods' | 'None';
  /** Command, arguments, variables and probes. */
  fill(facts: PresetFacts): PresetProgram;
}

export interface PresetProgram {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  /** core/v1 EnvVar. */
  readonly env: readonly JsonObject[];
  readonly probes: ProbesModel;
}

/**
 * code-server, VS Code in the browser. The program is called directly: the image's entry point first changes its own user
 * id, which takes rights that Restricted doesn't give.
 * @see https://github.com/coder/code-server/blob/v4.105.1/ci/release-image/Dockerfile
 */
const CODE_SERVER: Preset = {
  home: '/home/coder',
  port: 8080,
  basePath: 'Strip',
  identity: { user: 1000, group: 1000 },
  listensGuarded: 'Loopback',
  view: 'None',
  fill: ({ home, port, credentials, isGuarded }) => ({
    command: ['/usr/bin/code-server'],
    args: [
      '--bind-addr',
      `${isGuarded ? LOOPBACK : EVERYWHERE}:${port}`,
      '--auth',
      isGuarded ? 'none' : 'password',
      '--disable-telemetry',
      '--disable-update-check',
      home,
    ],
    env: [variable('HOME', home), ...(isGuarded ? [] : [secretVariable('PASSWORD', credentials)])],
    // Answers without sign-in, also with the word "expired" while nobody is connected.
    probes: probesOf({ httpGet: { path: '/healthz', port, scheme: 'HTTP' } }),
  }),
};

/**
 * JupyterLab, as in the docker-stacks. Its entry point stays: it sets the shell up. `/api` answers without sign-in.
 * @see https://jupyter-docker-stacks.readthedocs.io/en/latest/using/common.html
 */
const JUPYTERLAB: Preset = {
  home: '/home/jovyan',
  port: 8888,
  basePath: 'Keep',
  identity: { user: 1000, group: 100 },
  listensGuarded: 'Loopback',
  view: 'SafeMethods',
  fill: ({ home, port, path, credentials, isGuarded }) => ({
    args: [
      'jupyter',
      'lab',
      '--no-browser',
      `--ServerApp.ip=${isGuarded ? LOOPBACK : EVERYWHERE}`,
      `--ServerApp.port=${port}`,
      `--ServerApp.base_url=${withSlash(path)}`,
      `--ServerApp.root_dir=${home}`,
      ...(isGuarded ? ['--IdentityProvider.token=', '--ServerApp.allow_remote_access=True'] : []),
    ],
    env: [variable('HOME', home), ...(isGuarded ? [] : [secretVariable('JUPYTER_TOKEN', credentials)])],
    probes: probesOf({ httpGet: { path: `${withSlash(path)}api`, port, scheme: 'HTTP' } }),
  }),
};

/**
 * A desktop in the browser, from linuxserver.io. Asked for a page it wants sign-in first, so its port is probed.
 * @see https://docs.linuxserver.io/images/docker-webtop/
 */
const WEBTOP: Preset = {
  home: '/config',
  port: 3000,
  basePath: 'Keep',
  shmSize: '1Gi',
  // Its nginx listens on every interface, and no setting changes that.
  listensGuarded: 'AllInterfaces',
  view: 'None',
  fill: ({ port, path, credentials, isGuarded }) => ({
    env: [
      variable('PUID', '1000'),
      variable('PGID', '1000'),
      variable('CUSTOM_PORT', String(port)),
      ...(isGuarded ? [] : [variable('CUSTOM_USER', 'abc'), secretVariable('PASSWORD', credentials)]),
      ...(path === '/' ? [] : [variable('SUBFOLDER', withSlash(path))]),
    ],
    probes: probesOf({ tcpSocket: { port } }),
  }),
};

/** The presets by name. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  'code-server': CODE_SERVER,
  jupyterlab: JUPYTERLAB,
  webtop: WEBTOP,
};

/** Five minutes to start; then ready within seconds, and ended only after two minutes of silence: a busy program is not a dead one. */
function probesOf(action: JsonObject): ProbesModel {
  const probe = (periodSeconds: number, failureThreshold: number): JsonObject => ({
    timeoutSeconds: 5,
    periodSeconds,
    successThreshold: 1,
    failureThreshold,
    ...action,
  });
  return { startup: probe(2, 150), ready: probe(5, 3), live: probe(10, 12) };
}

function variable(name: string, value: string): JsonObject {
  return { name, value };
}

function secretVariable(name: string, secret: string): JsonObject {
  return { name, valueFrom: { secretKeyRef: { name: secret, key: PASSWORD_KEY } } };
}

function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}
