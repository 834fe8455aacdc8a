/** Refusals: why, in words that help, as a page for who looks at one and as JSON for programs. */
import type { DecisionReason } from '../../../access/decision/decide';
import type { EnvironmentAccess } from '../../../access/environment-access';
import { closedPage } from '../pages/closed-page';
import { OWN_HEADERS, pageAnswer } from '../pages/page';
import { refusedPage } from '../pages/refused-page';
import type { Answer, GateRequest, Header } from '../request';
import { isPageLoad } from '../sessions/browser-request';

/** Why a request is refused; a closed set, also a label of metrics and a key of the audit log. */
export type RefusalReason =
  | DecisionReason
  | 'UnknownEnvironment'
  | 'RequestUnclear'
  | 'WrongAddress'
  | 'SidecarOutdated'
  | 'NotFound'
  | 'NoCredentials'
  | 'WrongCredentials'
  | 'TooManyFailures'
  | 'CredentialsUnavailable'
  | 'IdentityUnclear'
  | 'AuthorizerRefused'
  | 'AuthorizerUnavailable'
  | 'GateFailed';

interface Wording {
  readonly status: number;
  readonly message: string;
}

const WORDINGS: Readonly<Record<RefusalReason, Wording>> = {
  Closed: { status: 403, message: 'This environment is closed.' },
  CrossOrigin: {
    status: 403,
    message: 'A page of another site made the browser send this. Open the environment by its own address.',
  },
  NotSignedIn: { status: 401, message: 'Sign in first.' },
  NoSteps: {
    status: 403,
    message: 'Its access policy lets nobody in. Ask whoever administers it to grant access.',
  },
  NotGranted: {
    status: 403,
    message: 'It isn’t shared with you. Ask its owner, or sign in as somebody else.',
  },
  ViewNotSupported: {
    status: 403,
    message: 'It is shared with you to look at, but its app has no view for that. Ask its owner for level Use.',
  },
  ViewOnly: {
    status: 403,
    message: 'It is shared with you to look at, and this would change something. Ask its owner for level Use.',
  },
  UnknownEnvironment: { status: 403, message: 'There is no such environment, or it is being deleted.' },
  RequestUnclear: { status: 400, message: 'The request can be read in more than one way.' },
  WrongAddress: { status: 421, message: 'The environment is not to be opened by this address. Use its own.' },
  SidecarOutdated: {
    status: 503,
    message: 'The proxy of this environment doesn’t run by its present configuration. Try again in a moment.',
  },
  NotFound: { status: 404, message: 'There is nothing at this address.' },
  NoCredentials: { status: 401, message: 'Give a name and a password, or a token.' },
  WrongCredentials: { status: 401, message: 'The name, the password or the token is wrong.' },
  TooManyFailures: { status: 429, message: 'There were too many failed attempts. Wait, then try again.' },
  CredentialsUnavailable: {
    status: 503,
    message: 'The Secret with the users of this environment can’t be used. Ask its owner to look at it.',
  },
  IdentityUnclear: {
    status: 403,
    message: 'Your name holds characters that can’t be passed on. Ask whoever administers the provider.',
  },
  AuthorizerRefused: { status: 403, message: 'The authoriser of this environment says no.' },
  AuthorizerUnavailable: {
    status: 503,
    message: 'The authoriser of this environment doesn’t answer. Try again later.',
  },
  GateFailed: { status: 503, message: 'The gate failed. Try again later.' },
};

export interface RefusalOptions {
  readonly reason: RefusalReason;
  /** Undefined where there is none. */
  readonly access: EnvironmentAccess | undefined;
  /** Default: what is said of the reason. */
  readonly message?: string;
  /** Who is signed in. */
  readonly user?: string;
  readonly signOutUrl?: string;
  readonly headers?: readonly Header[];
}

/** The answer that says why a request is refused. */
export function refusal(request: GateRequest, options: RefusalOptions): Extract<Answer, { outcome: 'Answered' }> {
  const { reason, access, user, signOutUrl, headers = [] } = options;
  const wording = WORDINGS[reason];
  const message = options.message ?? wording.message;
  if (!isPageLoad(request)) {
    return {
      outcome: 'Answered',
      status: wording.status,
      headers: [{ name: 'content-type', value: 'application/json' }, ...OWN_HEADERS, ...headers],
      body: `${JSON.stringify({ reason, message })}\n`,
    };
  }
  const environment = access?.spec.displayName ?? access?.metadata.name ?? 'this environment';
  const page =
    reason === 'Closed'
      ? closedPage({ environment, reason: access?.spec.closed?.reason ?? reason, message })
      : refusedPage({ environment, reason, message, user, signOutUrl });
  return pageAnswer(wording.status, page, headers);
}
