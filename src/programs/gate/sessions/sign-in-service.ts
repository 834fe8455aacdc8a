/**
 * Sign-in put together: the keys, the list of sign-outs, the providers, the public port, and what authorisation asks of it.
 */
import type { GateSpec } from '../../../access/gate';
import type { Identity } from '../../../access/identity';
import type { Clock } from '../../../ports/clock';
import type { Cluster } from '../../../ports/cluster';
import type { Logger } from '../../../ports/logger';
import { KeyRing } from '../keys/key-ring';
import { CLOCK_SKEW_SECONDS, SealedTokens } from '../keys/sealed-tokens';
import { ClientSecrets } from '../oidc/client-secrets';
import { ProviderDirectory } from '../oidc/provider-directory';
import { ProviderFlows } from '../oidc/provider-flow';
import { Providers } from '../oidc/providers';
import { RelyingParty } from '../oidc/relying-party';
import type { AccessIndex } from '../request';
import type { SignIn } from '../sign-in';
import { EnvironmentSignIn } from './environment-sign-in';
import { PublicServer } from './public-server';
import type { SignInContext } from './sign-in-context';
import { type SignedOutEvents, SignOuts } from './sign-outs';

export interface SignInServiceOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  /** The gate's own namespace, with its Secrets. */
  readonly namespace: string;
  /** The Gate that counts, as it is now; undefined where there is none, or none is known yet. */
  readonly gate: () => GateSpec | undefined;
  readonly environments: AccessIndex;
  /** Told who has signed out, so that what they have open is closed. Never throws. */
  readonly onSignedOut: (identity: Identity) => Promise<void>;
}

/** Keys are kept so long while no Gate says how long sessions are: the longest that it could say. */
const LONGEST_SESSION_SECONDS = 31_536_000;

export class SignInService {
  readonly signIn: SignIn;
  readonly signedOut: SignedOutEvents;
  readonly publicServer: PublicServer;
  readonly #keys: KeyRing;
  readonly #signOuts: SignOuts;

  constructor({ cluster, clock, log, namespace, gate, environments, onSignedOut }: SignInServiceOptions) {
    const longestSeconds = (): number => gate()?.sessions.maxSeconds ?? LONGEST_SESSION_SECONDS;
    const longestTokenMs = (): number => (longestSeconds() + CLOCK_SKEW_SECONDS) * 1000;
    this.#keys = new KeyRing({ cluster, clock, log, namespace, longestTokenMs });
    this.#signOuts = new SignOuts({ cluster, clock, log, namespace });
    const tokens = new SealedTokens(this.#keys, clock);
    const directory = new ProviderDirectory({ clock, log, discover: (client) => RelyingParty.discover(client) });
    const context: SignInContext = {
      clock,
      log,
      gate,
      environments,
      tokens,
      signOuts: this.#signOuts,
      providers: new Providers(directory, new ClientSecrets(cluster, clock), log),
      flows: new ProviderFlows(tokens, clock),
      onSignedOut,
    };
    this.signIn = new EnvironmentSignIn(context);
    this.signedOut = this.#signOuts;
    this.publicServer = new PublicServer(context, () => this.isReady);
  }

  /** True once there are keys and the list of sign-outs was read. A Gate that isn’t there is an answer: nobody gets in. */
  get isReady(): boolean {
    return this.#keys.isReady && this.#signOuts.isReady;
  }

  /** Keeps keys and sign-outs until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#keys.follow(signal), this.#signOuts.follow(signal)]);
  }
}
