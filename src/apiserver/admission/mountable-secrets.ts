/**
 * Service accounts that list the secrets their pods may use.
 * @see https://kubernetes.io/docs/concepts/security/service-accounts/#enforce-mountable-secrets
 */

import type { JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { objectsAt, stringAt } from '../authentication/json-members';

const ANNOTATION = 'kubernetes.io/enforce-mountable-secrets';
const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

/** Why a pod may not use a secret; undefined where it may use all that it names. */
export function unmountableSecret(pod: unknown, account: KubeObject, isOnlyEphemeral: boolean): string | undefined {
  if (!TRUE.has(account.metadata.annotations?.[ANNOTATION] ?? '')) return undefined;
  const allowed = new Set(objectsAt(account, 'secrets').map((secret) => stringAt(secret, 'name')));
  const because = `is not allowed because service account ${account.metadata.name} does not reference that`;
  const refused = (what: string, name: string): string => `${what} secret.secretName="${name}" ${because} secret`;

  const inContainers = (list: string, title: string): string | undefined => {
    for (const container of objectsAt(pod, 'spec', list)) {
      const found = findRefused(container, allowed);
      if (found !== undefined)
        return refused(`${title} ${stringAt(container, 'name')} with ${found.where}`, found.name);
    }
    return undefined;
  };
  if (isOnlyEphemeral) return inContainers('ephemeralContainers', 'ephemeral container');

  for (const volume of objectsAt(pod, 'spec', 'volumes')) {
    const name = stringAt(volume, 'secret', 'secretName');
    if (name !== '' && !allowed.has(name)) return refused('volume with', name);
  }
  const inContainer = inContainers('initContainers', 'init container') ?? inContainers('containers', 'container');
  if (inContainer !== undefined) return inContainer;

  const pulling = new Set(objectsAt(account, 'imagePullSecrets').map((secret) => stringAt(secret, 'name')));
  for (const [index, secret] of objectsAt(pod, 'spec', 'imagePullSecrets').entries()) {
    const name = stringAt(secret, 'name');
    if (!pulling.has(name)) return `imagePullSecrets[${index}].name="${name}" ${because} imagePullSecret`;
  }
  return undefined;
}

function findRefused(
  container: JsonObject,
  allowed: ReadonlySet<string>,
): { readonly where: string; readonly name: string } | undefined {
  for (const env of objectsAt(container, 'env')) {
    const name = stringAt(env, 'valueFrom', 'secretKeyRef', 'name');
    if (name !== '' && !allowed.has(name)) return { where: `envVar ${stringAt(env, 'name')} referencing`, name };
  }
  for (const from of objectsAt(container, 'envFrom')) {
    const name = stringAt(from, 'secretRef', 'name');
    if (name !== '' && !allowed.has(name)) return { where: 'envFrom referencing', name };
  }
  return undefined;
}
