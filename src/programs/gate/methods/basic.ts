/** Method Basic: a name and a password with each request. @see RFC 7617 */
import type { EnvironmentAccess } from '../../../access/environment-access';
import type { GateMetrics } from '../metrics/gate-metrics';
import type { GateRequest, Header } from '../request';
import type { Attempts } from './attempts';
import type { CredentialMethod, CredentialState } from './credential-method';
import { findNameAndPassword } from './credentials';
import { PasswordFile } from './password-file';
import type { PasswordHashes } from './password-hashes';
import { UsersFiles } from './users-files';
import type { WatchedSecrets } from './watched-secrets';

export interface BasicMethodOptions {
  readonly secrets: WatchedSecrets;
  readonly hashes: PasswordHashes;
  readonly attempts: Attempts;
  readonly metrics: GateMetrics;
}

export class BasicMethod implements CredentialMethod {
  readonly #options: BasicMethodOptions;
  readonly #files: UsersFiles<PasswordFile>;

  constructor(options: BasicMethodOptions) {
    this.#options = options;
    this.#files = new UsersFiles(options.secrets, (data) => new PasswordFile(data, options.hashes));
  }

  async stateOf(request: GateRequest, access: EnvironmentAccess): Promise<CredentialState> {
    const state = await this.#stateOf(request, access);
    const result = state.state === 'Unknown' ? state.reason : state.state;
    if (result !== 'NoCredentials') this.#options.metrics.credentialsTried('Basic', result);
    return state;
  }

  async #stateOf(request: GateRequest, access: EnvironmentAccess): Promise<CredentialState> {
    const users = this.#files.of(access);
    if (users.state === 'Unavailable') return users;
    const { file } = users;
    const challenge = challengeOf(access);
    const credentials = findNameAndPassword(request);
    if (credentials === undefined) return { state: 'Unknown', reason: 'NoCredentials', challenge };
    const { name } = credentials;
    // Who was right before isn't kept out by what others try.
    if (file.isVerified(credentials)) return { state: 'Known', identity: identityOf(name) };
    const attempt = this.#options.attempts.begin({
      environment: `${access.metadata.namespace ?? ''}/${access.metadata.name}`,
      sourceAddress: request.sourceAddress,
      user: name,
    });
    if (!attempt.isAllowed) return { ...attempt, state: 'TooManyFailures' };
    const isRight = await file.isRight(credentials).catch(() => undefined);
    if (isRight === false) return { state: 'Unknown', reason: 'WrongCredentials', challenge };
    attempt.succeeded();
    if (isRight === true) return { state: 'Known', identity: identityOf(name) };
    return { state: 'Unavailable', message: 'Too many people sign in at once. Try again.' };
  }
}

function identityOf(name: string): Extract<CredentialState, { state: 'Known' }>['identity'] {
  return { provider: 'basic', subject: name, user: name, groups: [], claims: {} };
}

function challengeOf({ metadata, spec }: EnvironmentAccess): Header {
  // Other characters would need an encoding that browsers don't agree on.
  const realm = (spec.displayName ?? metadata.name).replace(/[^\w .-]/g, '');
  return { name: 'www-authenticate', value: `Basic realm="${realm}", charset="UTF-8"` };
}
