/**
 * What requests lose before anybody looks at them, and what they are given instead: headers by which apps believe who somebody
 * is, where a request came from, or what it really asks for. Only the gate says these, after it was asked.
 */
import type { JsonObject } from '../../api/json';
import type { EnvironmentAccessSpec } from '../environment-access';
import { STREAM_END_HEADER } from './sidecar-names';
import { typedConfig } from './typed-config';

/** Beginnings of names that are taken off. */
const PREFIXES = [
  'x-auth-request-',
  'x-adrasteia-',
  'x-envoy-',
  // oauth2-proxy's, Vouch's and Pomerium's words; apps that stood behind one of these believe them.
  'x-forwarded-user',
  'x-forwarded-email',
  'x-forwarded-group',
  'x-forwarded-preferred-username',
  'x-forwarded-access-token',
  'x-vouch-',
  'x-pomerium-',
  // Google's, Microsoft's and Amazon's entries.
  'x-goog-authenticated-',
  'x-goog-iap-',
  'x-ms-client-principal',
  'x-ms-token-',
  'x-amzn-oidc-',
  // Authelia, authentik and Apache's modules.
  'x-authentik-',
  'oidc-',
] as const;

/** Names that are taken off. */
const NAMES = [
  'remote-user',
  'remote-name',
  'remote-email',
  'remote-groups',
  'x-remote-user',
  'x-remote-group',
  'x-remote-groups',
  'x-webauth-user',
  'x-webauth-email',
  'x-webauth-groups',
  'x-authenticated-user',
  'x-authenticated-userid',
  'x-authenticated-groups',
  'x-ssl-client-cert',
  'x-ssl-client-verify',
  'x-ssl-client-s-dn',
  // Another address than the one that was decided on.
  'forwarded',
  'x-forwarded-prefix',
  'x-forwarded-path',
  'x-forwarded-uri',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-forwarded-ssl',
  'x-original-url',
  'x-original-uri',
  'x-original-host',
  'x-rewrite-url',
  'x-script-name',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  // How long a stream may last is the gate's to say.
  STREAM_END_HEADER,
  // Another method than the one that was decided on: who may only look would write.
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  // CGI programs take it for the variable HTTP_PROXY.
  'proxy',
] as const;

/** The extensions of the connection manager that do it. `address` is said by us, whatever the request says. */
export function earlyHeaders({ scheme, host }: EnvironmentAccessSpec['address']): readonly JsonObject[] {
  return [
    {
      name: 'envoy.http.early_header_mutation.header_mutation',
      typed_config: typedConfig('envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation', {
        mutations: [
          ...PREFIXES.map((prefix) => ({ remove_on_match: { key_matcher: { prefix, ignore_case: true } } })),
          ...NAMES.map((remove) => ({ remove })),
          said('x-forwarded-proto', scheme),
          said('x-forwarded-host', host),
        ],
      }),
    },
  ];
}

function said(key: string, value: string): JsonObject {
  return { append: { header: { key, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' } };
}
