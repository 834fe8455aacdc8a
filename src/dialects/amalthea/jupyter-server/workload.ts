/**
 * The one workload of a server: Jupyter's container and its volumes, called as they always were.
 */
import type { ContainerModel, ContainerWorkload, MountModel, VolumeModel } from '../../../model/environment-model';
import { COOKIE_SECRET_KEY, tokenVariable } from './credentials';
import { JUPYTER_PORT, NOTEBOOK_CONFIG, SECRETS_PATH, SERVER_CONFIG } from './jupyter-config';
import type { JupyterServerObject, JupyterServerSpec } from './jupyter-server';
import { pathBelow, serverAddress } from './server-address';

/** Name of the one workload, in model and layout. */
export const WORKLOAD = 'main';

/** Volume that holds the work; clients look for it by this name. */
export const WORKSPACE_VOLUME = 'workspace';

const PORT_NAME = 'jupyter';
const SECRETS_VOLUME = 'jupyter-server-secrets';
const NOTEBOOK_CONFIG_VOLUME = 'jupyter-config-notebook';
const SERVER_CONFIG_VOLUME = 'jupyter-config-server';
const CONFIG_VOLUME = 'jupyter-config';

const DEFAULT_SIZE = '100Mi';

/** The user and group that Jupyter's images are made for. */
const USER = 1000;
const GROUP = 100;

/** What the pod is held to: Jupyter's images run as they are under Restricted. */
export const SECURITY = { level: 'Restricted', fsGroup: GROUP } as const;

/** The workload. `isGuarded`: a sidecar stands before Jupyter, which then listens on loopback. */
export function workloadOf(
  server: JupyterServerObject,
  spec: JupyterServerSpec,
  isGuarded: boolean,
): ContainerWorkload {
  return {
    type: 'container',
    name: WORKLOAD,
    app: appContainer(server, spec),
    init: [],
    sidecars: [],
    volumes: volumesOf(server, spec),
    webPort: PORT_NAME,
    webListens: isGuarded ? 'Loopback' : 'AllInterfaces',
    terminationGracePeriodSeconds: 30,
  };
}

/** Size of the volume as the spec gives it; empty: no limit, and for a claim the default. */
export function sizeOf({ storage }: JupyterServerSpec): string {
  return String(storage?.size ?? DEFAULT_SIZE);
}

function appContainer(server: JupyterServerObject, spec: JupyterServerSpec): ContainerModel {
  const { image = '', rootDir = '', resources } = spec.jupyterServer ?? {};
  const workspace = workspaceMount(spec);
  const configPath = `${workspace.mountPath}/.jupyter_config`;
  // Answers without sign-in, and is asked not to count it as work.
  const path = pathBelow(serverAddress(spec)?.path ?? '/', 'api?no_track_activity=1');
  const probe = { httpGet: { path, port: JUPYTER_PORT, scheme: 'HTTP' }, timeoutSeconds: 5, periodSeconds: 2 };
  return {
    name: 'jupyter-server',
    image,
    workingDir: rootDir,
    env: [tokenVariable(server, spec), { name: 'JUPYTER_CONFIG_PATH', value: configPath }],
    ports: [{ name: PORT_NAME, port: JUPYTER_PORT }],
    ...(resources === undefined || Object.keys(resources).length === 0 ? {} : { resources }),
    // Images may run long scripts before Jupyter answers: six minutes in all.
    probes: {
      startup: { ...probe, failureThreshold: 150 },
      ready: { ...probe, failureThreshold: 10, successThreshold: 2 },
      live: { ...probe, failureThreshold: 30 },
    },
    mounts: [
      workspace,
      { volume: SECRETS_VOLUME, mountPath: SECRETS_PATH, readOnly: true },
      { volume: CONFIG_VOLUME, mountPath: configPath },
      configMount(SERVER_CONFIG_VOLUME, configPath, SERVER_CONFIG),
      configMount(NOTEBOOK_CONFIG_VOLUME, configPath, NOTEBOOK_CONFIG),
    ],
    securityContext: { runAsUser: USER, runAsGroup: GROUP, runAsNonRoot: true },
  };
}

/**
 * Where the work is mounted. Without a path of its own, as in the first operator: at the root directory, from a directory of
 * the volume, so that what a claim of that time holds is found again.
 */
function workspaceMount({ storage, jupyterServer }: JupyterServerSpec): MountModel {
  const volume = WORKSPACE_VOLUME;
  const mountPath = withoutSlash(storage?.pvc?.mountPath ?? '');
  if (mountPath !== '') return { volume, mountPath };
  return { volume, mountPath: withoutSlash(jupyterServer?.rootDir ?? ''), subPath: 'work' };
}

function configMount(volume: string, directory: string, file: string): MountModel {
  return { volume, mountPath: `${directory}/${file}`, subPath: file };
}

function volumesOf(server: JupyterServerObject, spec: JupyterServerSpec): readonly VolumeModel[] {
  return [
    {
      type: 'secret',
      name: SECRETS_VOLUME,
      secretName: server.metadata.name,
      items: [{ key: COOKIE_SECRET_KEY, path: 'cookie_secret' }],
    },
    { type: 'files', name: NOTEBOOK_CONFIG_VOLUME },
    { type: 'files', name: SERVER_CONFIG_VOLUME },
    { type: 'scratch', name: CONFIG_VOLUME, sizeLimit: '2Mi' },
    workspaceVolume(spec),
  ];
}

function workspaceVolume(spec: JupyterServerSpec): VolumeModel {
  const name = WORKSPACE_VOLUME;
  const size = sizeOf(spec);
  const { enabled, storageClassName = '' } = spec.storage?.pvc ?? {};
  if (enabled !== true) return { type: 'scratch', name, ...(size === '' ? {} : { sizeLimit: size }) };
  return {
    type: 'claim',
    name,
    claim: {
      size: size === '' ? DEFAULT_SIZE : size,
      accessModes: ['ReadWriteOnce'],
      ...(storageClassName === '' ? {} : { storageClassName }),
      // Clients delete a server to be rid of its data, and have no other way to.
      reclaim: 'Delete',
    },
  };
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '');
}
