/** What the authorisation of a request asks of sign-in, whatever the method behind it. */
import type { EnvironmentAccess } from '../../access/environment-access';
import type { Identity } from '../../access/identity';
import type { Answer, GateRequest, Header } from './request';

/** What is known of who sends a request. */
export type SessionState =
  | {
      readonly state: 'SignedIn';
      readonly identity: Identity;
      /** Names the sign-in, in the audit log; the same in all environments that it opened. */
      readonly sessionId: string;
      /** Whole seconds until it is over by its age, at least one: what is opened now is closed then. Absent: it has no end. */
      readonly secondsLeft?: number;
      /** A renewed session, for the browser. */
      readonly renewed: readonly Header[];
      /** Cookies of the gate, which the app isn't given. */
      readonly cookieNames: readonly string[];
    }
  | { readonly state: 'SignedOut'; readonly why: SignedOutReason };

/**
 * Why nobody is signed in; a closed set, also used as a label of metrics. OtherProvider: who vouched for the person doesn't
 * count here, or no longer. Unavailable: the gate can't tell now, for want of its keys, its settings or the list of sign-outs.
 */
export type SignedOutReason =
  | 'NoSession'
  | 'Expired'
  | 'OtherEnvironment'
  | 'OtherProvider'
  | 'Invalid'
  | 'LoggedOut'
  | 'Unavailable';

/** Sign-in by OpenID Connect, as requests to environments meet it. */
export interface SignIn {
  /** Who sends the request. Never throws on what a browser may send. */
  sessionOf(request: GateRequest, access: EnvironmentAccess): Promise<SessionState>;
  /**
   * Answers requests to paths that the gate keeps for itself below the environment's address (`/.adrasteia/…`, or the
   * callback of a client of its own); undefined for all other paths.
   */
  ownAnswer(request: GateRequest, access: EnvironmentAccess): Promise<Answer> | undefined;
  /** Sends a browser to sign in, and back to what it asked for; anything but a page load gets 401. Unavailable is 503. */
  ask(request: GateRequest, access: EnvironmentAccess, why: SignedOutReason): Promise<Answer>;
}
