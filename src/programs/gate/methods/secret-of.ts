import type { EnvironmentAccess } from '../../../access/environment-access';
import type { SecretName } from './watched-secrets';

/** The Secret with the users of an environment; undefined where its method needs none. */
export function secretOf({ metadata, spec }: EnvironmentAccess): SecretName | undefined {
  const { method, basic, bearer } = spec.authenticate;
  const secret = method === 'Basic' ? basic?.secret : method === 'Bearer' ? bearer?.secret : undefined;
  return secret === undefined ? undefined : { namespace: metadata.namespace ?? '', name: secret.name };
}
