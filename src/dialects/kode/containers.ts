/**
 * The containers of an environment: the app, told its port, user and workspace as its type wants to be told, and the init
 * plugins before it.
 */
import type { JsonObject } from '../../api/json';
import type { ContainerModel, ContainerWorkload, MountModel } from '../../model/environment-model';
import { type Credentials, PASSWORD_VARIABLE } from './credentials';
import { type Hold, hold, isHold } from './hold';
import { type HomePaths, STORAGE_VOLUME } from './home';
import type { InitPlugin } from './init-plugin';
import type { KodeObject } from './kode';
import type { KodeTemplateSpec } from './kode-template';

/** Name of the app's port. */
export const APP_PORT = 'http';

/** Where the app listens behind a proxy, which has the template's port then. */
const PORT_BEHIND_PROXY = 3000;

const DEFAULT_PORT = 8000;

/** What containers are made from. */
export interface ContainerProps {
  readonly kode: KodeObject;
  readonly template: KodeTemplateSpec;
  readonly paths: HomePaths;
  /** Name of the volume that is mounted at the home. */
  readonly homeVolume: string;
}

/** The port of the Service. */
export function servicePort(template: KodeTemplateSpec): number {
  return template.port ?? DEFAULT_PORT;
}

/**
 * The variable by which code-server is told its address, since 4.17. It wins over `--bind-addr`, which images give, and over
 * its configuration; `--host` wins over it.
 */
const HOST_VARIABLE = 'CODE_SERVER_HOST';
const LOOPBACK = '127.0.0.1';

/**
 * Where the app listens. The images do on every interface. A template that tells code-server otherwise says so of its image, as
 * templates of our own API do by `web.listens`.
 */
export function listensOn({
  type,
  envs = [],
  command = [],
  args = [],
}: KodeTemplateSpec): NonNullable<ContainerWorkload['webListens']> {
  const host = envs.findLast(({ name }) => name === HOST_VARIABLE);
  const isElsewhere = [...command, ...args].some((argument) => argument.includes('--host'));
  return type === 'code-server' && host?.value === LOOPBACK && !isElsewhere ? 'Loopback' : 'AllInterfaces';
}

/** What the app is made from beyond what all containers are. */
export interface AppProps extends ContainerProps {
  readonly credentials: Credentials;
  /** True: a proxy stands before it, which listens on the template's port and asks for the password. */
  readonly proxied: boolean;
  /** Path below which it is asked from outside: `/`, or one without a slash at its end. */
  readonly path: string;
}

/** The app. */
export function appContainer(props: AppProps): ContainerModel | Hold {
  const { kode, template, paths, homeVolume, proxied } = props;
  const port = proxied ? PORT_BEHIND_PROXY : servicePort(template);
  if (proxied && servicePort(template) === PORT_BEHIND_PROXY) {
    return hold(
      kode,
      'Invalid',
      `spec.port of its template is ${PORT_BEHIND_PROXY}, where the app listens behind a proxy: choose another port`,
    );
  }
  return {
    name: `kode-${kode.metadata.name}`,
    image: template.image,
    ...(template.command === undefined ? {} : { command: template.command }),
    ...(template.args === undefined ? {} : { args: template.args }),
    env: lastByName([...typeEnv(props, port), ...asJson(template.envs)]),
    ...(template.envFrom === undefined ? {} : { envFrom: asJson(template.envFrom) }),
    ports: [{ name: APP_PORT, port }],
    probes: { ready: readiness(template.type) },
    mounts: [{ volume: homeVolume, mountPath: paths.home }],
    ...(kode.spec.privileged === true ? { securityContext: { privileged: true } } : {}),
  };
}

function typeEnv({ template, paths, credentials, proxied, path }: AppProps, port: number): readonly JsonObject[] {
  const identity = [
    variable('PUID', template.puid ?? 1000),
    variable('PGID', template.pgid ?? 1000),
    variable('TZ', template.tz ?? 'UTC'),
  ];
  const password =
    proxied || credentials.password === undefined ? [] : [{ name: PASSWORD_VARIABLE, ...credentials.password }];
  switch (template.type) {
    case 'code-server':
      return [
        ...identity,
        variable('PORT', port),
        { name: 'USERNAME', ...credentials.username },
        ...password,
        variable('DEFAULT_WORKSPACE', paths.workspace),
      ];
    case 'webtop':
      return [
        ...identity,
        variable('CUSTOM_PORT', port),
        { name: 'CUSTOM_USER', ...credentials.username },
        ...password,
        ...(path === '/' ? [] : [variable('SUBFOLDER', `${path}/`)]),
      ];
  }
}

/** code-server answers this path without sign-in and doesn't count it as activity; a desktop may ask for a password everywhere. */
function readiness(type: KodeTemplateSpec['type']): JsonObject {
  const look: JsonObject =
    type === 'code-server' ? { httpGet: { path: '/healthz', port: APP_PORT } } : { tcpSocket: { port: APP_PORT } };
  // Often, since whoever just asked for it waits for the first answer; out of the Service only after a quarter of a minute.
  return { ...look, periodSeconds: 2, failureThreshold: 8 };
}

/** The init plugins in order, the template's before the Kode's; each sees the home. */
export function initContainers(props: ContainerProps): readonly ContainerModel[] | Hold {
  const { kode, template } = props;
  const plugins = [...(template.initPlugins ?? []), ...(kode.spec.initPlugins ?? [])];
  const twice = plugins.find(({ name }, index) => plugins.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) {
    return hold(
      kode,
      'Invalid',
      `init plugin "${twice.name}" stands twice in spec.initPlugins of template and Kode together: rename one`,
    );
  }
  const containers: ContainerModel[] = [];
  for (const plugin of plugins) {
    const mounts = pluginMounts(props, plugin);
    if (isHold(mounts)) return mounts;
    containers.push({
      name: `init-plugin-${plugin.name}`,
      image: plugin.image,
      ...(plugin.command === undefined ? {} : { command: plugin.command }),
      ...(plugin.args === undefined ? {} : { args: plugin.args }),
      env: lastByName([
        variable('HOME', props.paths.home),
        variable('WORKSPACE', props.paths.workspace),
        ...asJson(plugin.envVars),
        ...asJson(plugin.env),
      ]),
      ...(plugin.envFrom === undefined ? {} : { envFrom: asJson(plugin.envFrom) }),
      ports: [],
      mounts,
    });
  }
  return containers;
}

function pluginMounts({ kode, paths, homeVolume }: ContainerProps, plugin: InitPlugin): readonly MountModel[] | Hold {
  const mounts: MountModel[] = [];
  for (const mount of plugin.volumeMounts ?? []) {
    const at = `volumeMounts of init plugin "${plugin.name}"`;
    if (mount.name !== STORAGE_VOLUME)
      return hold(
        kode,
        'Invalid',
        `${at}: there is no volume "${mount.name}": plugins can mount "${STORAGE_VOLUME}", the home`,
      );
    const unsupported = [
      ...((mount.subPathExpr ?? '') === '' ? [] : ['subPathExpr']),
      ...((mount.mountPropagation ?? 'None') === 'None' ? [] : ['mountPropagation']),
      ...((mount.recursiveReadOnly ?? 'Disabled') === 'Disabled' ? [] : ['recursiveReadOnly']),
    ];
    if (unsupported.length > 0)
      return hold(kode, 'NotSupported', `${at}: ${unsupported.join(', ')} can't be given: remove it`);
    mounts.push({
      volume: homeVolume,
      mountPath: mount.mountPath,
      ...(mount.subPath === undefined ? {} : { subPath: mount.subPath }),
      ...(mount.readOnly === true ? { readOnly: true } : {}),
    });
  }
  // A plugin that mounts something at the home itself has said what it wants there.
  const hasHome = mounts.some(({ mountPath }) => mountPath === paths.home);
  return hasHome ? mounts : [{ volume: homeVolume, mountPath: paths.home }, ...mounts];
}

/** Variables of which the last of a name counts, as for a container: a list that names one twice can't be applied. */
function lastByName(env: readonly JsonObject[]): readonly JsonObject[] {
  return env.filter((item, index) => !env.some((other, at) => at > index && other['name'] === item['name']));
}

function variable(name: string, value: string | number): JsonObject {
  return { name, value: String(value) };
}

/** A schema's own objects as plain JSON, which they are. */
function asJson(items: readonly object[] | undefined): readonly JsonObject[] {
  return (items ?? []) as readonly JsonObject[];
}
