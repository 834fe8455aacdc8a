/**
 * What the first published example of a JupyterServer with a sign-in gets wrong: `auth.kind` instead of `auth.oidc.enabled`,
 * without which no sign-in is asked for, and a client secret as a bare text.
 */
import { isJsonObject, type JsonObject } from '../../../api/json';
import { apiVersionOf } from '../../../api/resource-type';
import type { Correction, CorrectManifest } from '../../corrections';
import { JUPYTER_SERVER, RENKU_JUPYTER_SERVER } from './resource-types';

const API_VERSIONS: ReadonlySet<string> = new Set([JUPYTER_SERVER, RENKU_JUPYTER_SERVER].map(apiVersionOf));

/** Corrects JupyterServers, and leaves all other manifests as they are. */
export const jupyterServerCorrections: CorrectManifest = (manifest) => {
  const { spec } = manifest;
  const auth = isJsonObject(spec) ? spec['auth'] : undefined;
  const isOurs = manifest.kind === JUPYTER_SERVER.kind && API_VERSIONS.has(manifest.apiVersion);
  if (!isOurs || !isJsonObject(spec) || !isJsonObject(auth)) return { manifest, corrections: [] };
  const enabled = withEnabled(auth);
  const secret = withSecretValue(enabled.auth);
  const corrections = [...enabled.corrections, ...secret.corrections];
  if (corrections.length === 0) return { manifest, corrections };
  return { manifest: { ...manifest, spec: { ...spec, auth: secret.auth } }, corrections };
};

interface CorrectedAuth {
  readonly auth: JsonObject;
  readonly corrections: readonly Correction[];
}

function withEnabled(auth: JsonObject): CorrectedAuth {
  const { kind, ...rest } = auth;
  const { oidc } = auth;
  if (kind !== 'oidc' || !isJsonObject(oidc) || oidc['enabled'] !== undefined) return { auth, corrections: [] };
  return {
    auth: { ...rest, oidc: { enabled: true, ...oidc } },
    corrections: [{ path: 'spec.auth.kind', message: 'no release had it: read as "oidc.enabled: true"' }],
  };
}

function withSecretValue(auth: JsonObject): CorrectedAuth {
  const { oidc } = auth;
  const secret = isJsonObject(oidc) ? oidc['clientSecret'] : undefined;
  if (!isJsonObject(oidc) || typeof secret !== 'string') return { auth, corrections: [] };
  return {
    auth: { ...auth, oidc: { ...oidc, clientSecret: { value: secret } } },
    corrections: [{ path: 'spec.auth.oidc.clientSecret', message: 'is a text: read as its member "value"' }],
  };
}
