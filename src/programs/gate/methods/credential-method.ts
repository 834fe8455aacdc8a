/** Proving who one is by something that comes with each request: a password or a token. */
import type { EnvironmentAccess } from '../../../access/environment-access';
import type { Identity } from '../../../access/identity';
import type { GateRequest, Header } from '../request';

export type CredentialState =
  | { readonly state: 'Known'; readonly identity: Identity }
  | {
      readonly state: 'Unknown';
      readonly reason: 'NoCredentials' | 'WrongCredentials';
      /** How to ask for them: `www-authenticate`. */
      readonly challenge: Header;
    }
  | {
      readonly state: 'TooManyFailures';
      readonly retryAfterSeconds: number;
      /** True for the failure that made it so, which is worth a line in the log. */
      readonly isFirst: boolean;
    }
  /** The Secret is missing, can't be read yet, or holds nothing that can be used; `message` says which. */
  | { readonly state: 'Unavailable'; readonly message: string };

/** One method. Never throws on what a client may send. */
export interface CredentialMethod {
  stateOf(request: GateRequest, access: EnvironmentAccess): Promise<CredentialState>;
}
