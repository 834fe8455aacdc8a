/** Method Bearer: a user's token with each request. @see RFC 6750 */
import type { EnvironmentAccess } from '../../../access/environment-access';
import type { GateMetrics } from '../metrics/gate-metrics';
import type { GateRequest } from '../request';
import type { Attempts } from './attempts';
import type { CredentialMethod, CredentialState } from './credential-method';
import { findBearerToken } from './credentials';
import { TokenFile } from './token-file';
import { UsersFiles } from './users-files';
import type { WatchedSecrets } from './watched-secrets';

export interface BearerMethodOptions {
  readonly secrets: WatchedSecrets;
  readonly attempts: Attempts;
  readonly metrics: GateMetrics;
}

export class BearerMethod implements CredentialMethod {
  readonly #options: BearerMethodOptions;
  readonly #files: UsersFiles<TokenFile>;

  constructor(options: BearerMethodOptions) {
    this.#options = options;
    this.#files = new UsersFiles(options.secrets, (data) => new TokenFile(data));
  }

  async stateOf(request: GateRequest, access: EnvironmentAccess): Promise<CredentialState> {
    const state = this.#stateOf(request, access);
    const result = state.state === 'Unknown' ? state.reason : state.state;
    if (result !== 'NoCredentials') this.#options.metrics.credentialsTried('Bearer', result);
    return state;
  }

  #stateOf(request: GateRequest, access: EnvironmentAccess): CredentialState {
    const users = this.#files.of(access);
    if (users.state === 'Unavailable') return users;
    const token = findBearerToken(request);
    if (token === undefined) {
      return { state: 'Unknown', reason: 'NoCredentials', challenge: { name: 'www-authenticate', value: 'Bearer' } };
    }
    // A right token isn't kept out by wrong ones: it can't be guessed, and finding it costs nothing.
    const user = users.file.findUser(token);
    if (user !== undefined) {
      return { state: 'Known', identity: { provider: 'bearer', subject: user, user, groups: [], claims: {} } };
    }
    const attempt = this.#options.attempts.begin({
      environment: `${access.metadata.namespace ?? ''}/${access.metadata.name}`,
      sourceAddress: request.sourceAddress,
    });
    if (!attempt.isAllowed) return { ...attempt, state: 'TooManyFailures' };
    const challenge = { name: 'www-authenticate', value: 'Bearer error="invalid_token"' };
    return { state: 'Unknown', reason: 'WrongCredentials', challenge };
  }
}
