/** What the authorisation of a request asks of an authoriser that isn't ours. */
import type { ExternalAuthorizer, Level } from '../../../access/access-rules';
import type { EnvironmentAccessSpec } from '../../../access/environment-access';
import type { Identity } from '../../../access/identity';
import type { GateRequest, Header } from '../request';

/** One request that it is asked about. */
export interface ExternalQuestion {
  /** `namespace/name`. */
  readonly environment: string;
  readonly address: EnvironmentAccessSpec['address'];
  readonly request: GateRequest;
  /** The request's cookies, as the app may see them. */
  readonly cookies: string | undefined;
  readonly identity: Identity | undefined;
  readonly level: Level;
  /** False where the header `authorization` holds what was meant for the gate. */
  readonly seesAuthorization: boolean;
}

/** Why it counts as no though it didn't say so; a closed set, also a label of metrics. */
export type ExternalFailure = 'Timeout' | 'Unreachable' | 'Nonsense' | 'TooLarge' | 'Failed' | 'CircuitOpen';

export type ExternalVerdict =
  | {
      readonly verdict: 'Allowed';
      /** Headers of its answer that the app is given. */
      readonly toApp: readonly Header[];
    }
  | {
      readonly verdict: 'Denied';
      /** Where a browser is sent to sign in, at the environment's own address. */
      readonly signInUrl?: string;
    }
  | { readonly verdict: 'Unavailable'; readonly failure: ExternalFailure };

/** Asks authorisers. Never throws: whatever goes wrong is a verdict. */
export interface ExternalAuthorizers {
  ask(authorizer: ExternalAuthorizer, question: ExternalQuestion): Promise<ExternalVerdict>;
}

/** The verdict of an authoriser that didn't say. */
export function unavailable(failure: ExternalFailure): ExternalVerdict {
  return { verdict: 'Unavailable', failure };
}
