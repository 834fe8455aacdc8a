/**
 * Jupyter's token, its cookie secret and the client's secret, each in a Secret.
 *
 * What is made once is in the Secret `<name>`, always whole, so that a token which is given and later taken away leaves one
 * that works. What the spec gives is in `<name>-auth`, and follows the spec.
 */
import type { JsonObject } from '../../../api/json';
import type { SecretModel } from '../../../model/environment-model';
import type { JupyterServerObject, JupyterServerSpec } from './jupyter-server';

/** Id of the Secret with values that are made once. */
export const MADE_SECRET = 'made';
/** Id of the Secret with values that the spec gives. */
export const GIVEN_SECRET = 'given';

const TOKEN_KEY = 'jupyterServerAppToken';
export const COOKIE_SECRET_KEY = 'jupyterServerCookieSecret';
export const CLIENT_SECRET_KEY = 'oidcClientSecret';

const SECRET_BYTES = 32;

/** Name of the Secret with values that the spec gives. */
export function givenSecretName(server: JupyterServerObject): string {
  return `${server.metadata.name}-auth`;
}

/** The Secrets of a server. */
export function secretsOf({ auth }: JupyterServerSpec): readonly SecretModel[] {
  const token = auth?.token ?? '';
  const clientSecret = auth?.oidc?.enabled === true ? (auth.oidc.clientSecret?.value ?? '') : '';
  const given = {
    ...(token === '' ? {} : { [TOKEN_KEY]: token }),
    ...(clientSecret === '' ? {} : { [CLIENT_SECRET_KEY]: clientSecret }),
  };
  const random = { bytes: SECRET_BYTES, encoding: 'hex' } as const;
  return [
    { id: MADE_SECRET, generate: { [TOKEN_KEY]: random, [COOKIE_SECRET_KEY]: random } },
    ...(Object.keys(given).length === 0 ? [] : [{ id: GIVEN_SECRET, data: given }]),
  ];
}

/** True where Jupyter asks for a token itself. */
export function asksForToken({ auth }: JupyterServerSpec): boolean {
  return auth?.token !== '';
}

/** The variable that tells Jupyter its token; empty where it asks for none. */
export function tokenVariable(server: JupyterServerObject, spec: JupyterServerSpec): JsonObject {
  const name = 'SERVER_APP_TOKEN';
  if (!asksForToken(spec)) return { name, value: '' };
  const secret = spec.auth?.token === undefined ? server.metadata.name : givenSecretName(server);
  return { name, valueFrom: { secretKeyRef: { name: secret, key: TOKEN_KEY } } };
}
