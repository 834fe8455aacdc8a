/**
 * What relying parties read to check service account tokens themselves.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery
 */
import type { JsonObject } from '../../api/json';
import type { ServiceAccountKeys } from './service-account-keys';

/** A document with how it is served. */
export interface OpenIdDocument {
  readonly path: string;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly document: JsonObject;
}

const CACHE_CONTROL = 'public, max-age=3600';

/** The two documents; `address` is the host and port under which clients reach the API. */
export function openIdDocuments(
  keys: ServiceAccountKeys,
  { issuer, address }: { readonly issuer: string; readonly address: string },
): readonly OpenIdDocument[] {
  return [
    {
      path: '/.well-known/openid-configuration',
      contentType: 'application/json',
      cacheControl: CACHE_CONTROL,
      document: {
        issuer,
        jwks_uri: `https://${address}/openid/v1/jwks`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: keys.algorithms,
      },
    },
    {
      path: '/openid/v1/jwks',
      contentType: 'application/jwk-set+json',
      cacheControl: CACHE_CONTROL,
      document: keys.keySet(),
    },
  ];
}
