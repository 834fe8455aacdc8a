import type { GateSpec } from '../../../access/gate';
import type { Identity } from '../../../access/identity';
import type { Clock } from '../../../ports/clock';
import type { Logger } from '../../../ports/logger';
import type { SealedTokens } from '../keys/sealed-tokens';
import type { ProviderFlows } from '../oidc/provider-flow';
import type { Providers } from '../oidc/providers';
import type { AccessIndex } from '../request';
import type { SignOuts } from './sign-outs';

/** What the parts of sign-in share. */
export interface SignInContext {
  readonly clock: Clock;
  readonly log: Logger;
  /** The Gate that counts, as it is now; undefined where there is none. */
  readonly gate: () => GateSpec | undefined;
  readonly environments: AccessIndex;
  readonly tokens: SealedTokens;
  readonly signOuts: SignOuts;
  readonly providers: Providers;
  readonly flows: ProviderFlows;
  /** Told who has signed out. */
  readonly onSignedOut: (identity: Identity) => Promise<void>;
}
