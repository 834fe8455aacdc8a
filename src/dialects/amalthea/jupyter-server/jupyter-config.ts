/**
 * Jupyter's configuration files, one for each generation of the server: what it listens on, asks for and shows.
 *
 * Values are written as JSON texts, which Python reads as the same texts, so that nothing in a spec becomes code. The files
 * hold no secret: the token comes from the environment, and a file that lacks it fails to load, which leaves Jupyter asking
 * for a token that nobody knows.
 */
import type { ConfigFileModel } from '../../../model/environment-model';
import { asksForToken } from './credentials';
import type { JupyterServerSpec } from './jupyter-server';
import { serverAddress } from './server-address';

/** Port that Jupyter listens on. */
export const JUPYTER_PORT = 8888;

/** Where the cookie secret is mounted. */
export const SECRETS_PATH = '/etc/jupyter_server_secrets';

export const SERVER_CONFIG = 'jupyter_server_config.py';
export const NOTEBOOK_CONFIG = 'jupyter_notebook_config.py';

/** The name of Jupyter's cookie in the first operator, whose proxy called it by this host; allow lists name it. */
const FIRST_COOKIE_NAME = 'username-localhost-8888';

/** Name of a setting, and its value in Python. */
type Setting = readonly [string, string];

/** The configuration files. `isGuarded`: a sidecar stands before Jupyter, which then listens on loopback. */
export function configFiles(spec: JupyterServerSpec, isGuarded: boolean): readonly ConfigFileModel[] {
  return [
    { name: NOTEBOOK_CONFIG, content: configFile('NotebookApp', 'notebook_dir', spec, isGuarded) },
    { name: SERVER_CONFIG, content: configFile('ServerApp', 'root_dir', spec, isGuarded) },
  ];
}

function configFile(app: string, rootDir: string, spec: JupyterServerSpec, isGuarded: boolean): string {
  const { origin = '', path = '/' } = serverAddress(spec) ?? {};
  const token = asksForToken(spec) ? 'os.environ["SERVER_APP_TOKEN"]' : '""';
  const settings: readonly Setting[] = [
    [`${app}.ip`, text(isGuarded ? '127.0.0.1' : '0.0.0.0')],
    [`${app}.port`, String(JUPYTER_PORT)],
    [`${app}.port_retries`, '0'],
    [`${app}.open_browser`, 'False'],
    [`${app}.token`, token],
    // Since jupyter_server 2 the token is asked for here; earlier ones don't know the class and read past it.
    ['IdentityProvider.token', token],
    [`${app}.password`, '""'],
    [`${app}.cookie_secret_file`, text(`${SECRETS_PATH}/cookie_secret`)],
    [`${app}.allow_origin`, text(origin)],
    [`${app}.allow_remote_access`, 'True'],
    [`${app}.base_url`, text(path)],
    ...given(`${app}.${rootDir}`, spec.jupyterServer?.rootDir),
    ...given(`${app}.default_url`, spec.jupyterServer?.defaultUrl),
    ['ContentsManager.allow_hidden', 'True'],
    ...cookieName(app, spec),
  ];
  return ['import os', '', ...settings.map(([name, value]) => `c.${name} = ${value}`), ''].join('\n');
}

/** Where a list says which cookies reach Jupyter, its own is called as the list's authors know it, whatever the host. */
function cookieName(app: string, { auth }: JupyterServerSpec): readonly Setting[] {
  if (auth?.cookieAllowlist === undefined) return [];
  return [
    [`${app}.tornado_settings`, `{"cookie_name": ${text(FIRST_COOKIE_NAME)}}`],
    ['IdentityProvider.cookie_name', text(FIRST_COOKIE_NAME)],
  ];
}

/** A setting that is left to Jupyter where nothing is given. */
function given(name: string, value = ''): readonly Setting[] {
  return value === '' ? [] : [[name, text(value)]];
}

function text(value: string): string {
  return JSON.stringify(value);
}
