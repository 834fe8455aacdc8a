/**
 * The entry that a Kode is given: none as long as strangers could come in by it. An EntryPoint that appears in a namespace must
 * not open to the world what was meant for the cluster.
 */
import { TYPE_PREFIX } from '../../access/envoy/typed-config';
import { isJsonObject, type JsonObject } from '../../api/json';
import type { AccessRules } from '../../model/environment-model';
import type { KodeEntry } from './entry';

/** What stands between a Kode and strangers. */
export interface Guards {
  /** A proxy, and who asks for it; absent: none. */
  readonly proxy?: { readonly askedBy: string; readonly rules: AccessRules };
  /** True: the app itself asks for a password. */
  readonly appAsks: boolean;
}

/** The entry as it is carried out. */
export function guardedEntry(entry: KodeEntry, { proxy, appAsks }: Guards): KodeEntry {
  if (entry.outcome !== 'Entry') return entry;
  const { askedBy } = entry;
  if (proxy === undefined) {
    if (appAsks) return entry;
    return leadsNobody(
      askedBy,
      'the app asks for no password, and no proxy stands before it: give the Kode spec.password or spec.existingSecret, or its template an envoyProxyRef',
    );
  }
  if (keepsSomebodyOut(proxy.rules)) return entry;
  return leadsNobody(
    askedBy,
    `${proxy.askedBy} asks for no sign-in: give it authType: basic, or an HTTP filter that decides who gets in`,
  );
}

function leadsNobody(askedBy: string, why: string): KodeEntry {
  return {
    outcome: 'Refused',
    message: `${askedBy} does not lead here, since anybody could come in: ${why}; until then the Kode is reached inside the cluster only`,
  };
}

/** HTTP filters that can refuse people. What they are told to do is theirs; others refuse nobody, whatever they are told. */
const DECIDING_FILTERS: ReadonlySet<string> = new Set(
  [
    'api_key_auth.v3.ApiKeyAuth',
    'basic_auth.v3.BasicAuth',
    'ext_authz.v3.ExtAuthz',
    'ext_proc.v3.ExternalProcessor',
    'golang.v3alpha.Config',
    'jwt_authn.v3.JwtAuthentication',
    'lua.v3.Lua',
    'rbac.v3.RBAC',
    'wasm.v3.Wasm',
  ].map((type) => `${TYPE_PREFIX}envoy.extensions.filters.http.${type}`),
);

function keepsSomebodyOut({ closed, authenticate, authorize, envoy }: AccessRules): boolean {
  if (closed !== undefined || authenticate.method !== 'None' || authorize.length > 0) return true;
  return (envoy?.httpFilters ?? []).some(isDeciding);
}

function isDeciding({ typed_config: config }: JsonObject): boolean {
  const type = isJsonObject(config) ? config['@type'] : undefined;
  return typeof type === 'string' && DECIDING_FILTERS.has(type);
}
