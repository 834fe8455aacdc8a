/**
 * What kubectl and client libraries need to reach an API.
 * @see https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
import type { JsonObject } from '../../api/json';
import type { CertifiedKey } from './certificate-authority';

export interface KubeconfigContent {
  /** The name of cluster, user and context. */
  readonly name: string;
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** The authority's certificate in PEM. */
  readonly authority: string;
  readonly credential: CertifiedKey | { readonly token: string };
  /** Where commands look that name no namespace. Default `default`. */
  readonly namespace?: string;
}

/** A kubeconfig as an object; its JSON is a valid file. */
export function kubeconfig({ name, server, authority, credential, namespace }: KubeconfigContent): JsonObject {
  const user =
    'token' in credential
      ? { token: credential.token }
      : {
          'client-certificate-data': base64(credential.certificate),
          'client-key-data': base64(credential.key),
        };
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name, ...(namespace === undefined ? {} : { namespace }) } }],
    'current-context': name,
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
