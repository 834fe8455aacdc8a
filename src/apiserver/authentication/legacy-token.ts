/** Tokens that live in secrets of type `kubernetes.io/service-account-token`: they don't expire, and hold while the secret does. */
import { timingSafeEqual } from 'node:crypto';
import type { JsonObject } from '../../api/json';
import type { ObjectReader } from '../resources/object-reader';
import { notFound } from '../status-error';
import { stringAt } from './json-members';
import { findServiceAccountName, type ServiceAccountIdentity, serviceAccountUsername } from './service-account-user';
import { TokenRefused } from './token-authenticator';

export const LEGACY_ISSUER = 'kubernetes/serviceaccount';

const CLAIM = 'kubernetes.io/serviceaccount/';
const ACCOUNTS = { group: '', resource: 'serviceaccounts' } as const;
const SECRETS = { group: '', resource: 'secrets' } as const;
const INVALIDATED = 'Token has been invalidated';
const INVALID_SINCE_LABEL = 'kubernetes.io/legacy-token-invalid-since';

/** The claims of the token of a secret. */
export function legacyTokenClaims(account: ServiceAccountIdentity, secretName: string): JsonObject {
  return {
    iss: LEGACY_ISSUER,
    [`${CLAIM}namespace`]: account.namespace,
    [`${CLAIM}secret.name`]: secretName,
    [`${CLAIM}service-account.name`]: account.name,
    [`${CLAIM}service-account.uid`]: account.uid,
    sub: serviceAccountUsername(account),
  };
}

/**
 * Who such a token, with a good signature, stands for.
 * @throws TokenRefused where a claim is missing, the secret or the account is gone, or the secret holds another token.
 */
export function legacyTokenIdentity(token: string, claims: JsonObject, reader: ObjectReader): ServiceAccountIdentity {
  const { subject, namespace, secretName, name, uid } = readClaims(claims);
  const named = findServiceAccountName(subject);
  if (named?.namespace !== namespace || named.name !== name) throw new TokenRefused('sub claim is invalid');

  const secret = reader.find(SECRETS, namespace, secretName);
  if (secret === undefined || secret.metadata.deletionTimestamp !== undefined) throw new TokenRefused(INVALIDATED);
  const kept = Buffer.from(stringAt(secret, 'data', 'token'), 'base64');
  const shown = Buffer.from(token);
  if (kept.length !== shown.length || !timingSafeEqual(kept, shown)) {
    throw new TokenRefused("Token does not match server's copy");
  }

  const account = reader.find(ACCOUNTS, namespace, name);
  if (account === undefined) throw new TokenRefused(notFound(ACCOUNTS, name).message);
  if (account.metadata.deletionTimestamp !== undefined) {
    throw new TokenRefused(`ServiceAccount ${namespace}/${name} has been deleted`);
  }
  const accountUid = account.metadata.uid ?? '';
  if (accountUid !== uid) throw new TokenRefused(`ServiceAccount UID (${accountUid}) does not match claim (${uid})`);
  if ((secret.metadata.labels?.[INVALID_SINCE_LABEL] ?? '') !== '') {
    throw new TokenRefused(
      `the token in secret ${namespace}/${secretName} for service account ${namespace}/${name} has been marked invalid. ` +
        'Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the ' +
        `'${INVALID_SINCE_LABEL}' label from the secret to temporarily allow use of this token`,
    );
  }
  return { namespace, name, uid };
}

function readClaims(claims: JsonObject): Record<'subject' | 'namespace' | 'secretName' | 'name' | 'uid', string> {
  const read = (key: string, told: string): string => {
    const value = stringAt(claims, key);
    if (value === '') throw new TokenRefused(`${told} claim is missing`);
    return value;
  };
  return {
    subject: read('sub', 'sub'),
    namespace: read(`${CLAIM}namespace`, 'namespace'),
    secretName: read(`${CLAIM}secret.name`, 'secretName'),
    name: read(`${CLAIM}service-account.name`, 'serviceAccountName'),
    uid: read(`${CLAIM}service-account.uid`, 'serviceAccountUID'),
  };
}
