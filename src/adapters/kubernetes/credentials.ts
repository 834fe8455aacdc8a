/**
 * The credential to send with a request, out of what a kubeconfig's user says.
 *
 * The order is kubectl's: a token (file before value) or basic auth goes before an exec plugin; client certificates go
 * with any of them.
 */
import type { Clock } from '../../ports/clock';
import { changingFile, pemReader } from './changing-file';
import type { ClusterConnection, Credential, CredentialSource } from './connection';
import { execCredentials } from './exec-plugin';

/** The credentials of a connection's user. */
export function credentialSource(connection: ClusterConnection, clock: Clock): CredentialSource {
  const { user } = connection;
  const own = ownCredentials(connection);
  if (user.exec === undefined || own().authorization !== undefined) {
    return {
      current: own,
      renew: (refused) => Promise.resolve(own() !== refused),
    };
  }
  return execCredentials(user.exec, connection, clock, own);
}

/** What needs no plugin: tokens, basic auth and certificates, as values or in files. */
function ownCredentials({ user }: ClusterConnection): () => Credential {
  const tokenFile = user.tokenFile === undefined ? undefined : changingFile(user.tokenFile, 'token file');
  const certificate = pemReader(user.certificate, 'client certificate');
  const key = pemReader(user.key, 'client key');
  const basic =
    user.username === undefined || user.username === ''
      ? undefined
      : `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`;
  let last: Credential | undefined;
  return () => {
    const token = tokenFile?.().trim() ?? user.token;
    const next: Credential = {
      ...(token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...optional('certificate', certificate()),
      ...optional('key', key()),
    };
    const complete = next.authorization === undefined && basic !== undefined ? { ...next, authorization: basic } : next;
    if (last === undefined || !sameCredential(last, complete)) last = complete;
    return last;
  };
}

function sameCredential(a: Credential, b: Credential): boolean {
  return a.authorization === b.authorization && a.certificate === b.certificate && a.key === b.key;
}

function optional(key: 'certificate' | 'key', value: string | undefined): Partial<Credential> {
  return value === undefined ? {} : { [key]: value };
}
