/** An authoriser whose neighbours say what the test tells them to. */
import type { EnvironmentAccess } from '../../../../src/access/environment-access';
import type { Identity } from '../../../../src/access/identity';
import { auditLog } from '../../../../src/programs/gate/audit/audit-log';
import { Authorizer } from '../../../../src/programs/gate/authorization/authorizer';
import type { ExternalQuestion, ExternalVerdict } from '../../../../src/programs/gate/external/external-authorizer';
import type { CredentialMethod, CredentialState } from '../../../../src/programs/gate/methods/credential-method';
import type { Answer, GateRequest } from '../../../../src/programs/gate/request';
import type { SessionState, SignIn } from '../../../../src/programs/gate/sign-in';
import { silentLogger } from '../../../support/silent-logger';
import { ENVIRONMENT, requestWith } from './sample-access';

export const ADA: Identity = {
  provider: 'idp',
  subject: '17',
  user: 'ada',
  email: 'ada@example.org',
  groups: ['staff', 'a,b'],
  claims: {},
};

export const SIGNED_IN: SessionState = {
  state: 'SignedIn',
  identity: ADA,
  sessionId: 's-1',
  renewed: [{ name: 'set-cookie', value: 'adrasteia-session=new' }],
  cookieNames: ['own-session'],
};

export interface Neighbours {
  access?: EnvironmentAccess;
  session: SessionState | Error;
  credentials: CredentialState;
  verdicts: ExternalVerdict[];
}

export function authorizerHarness(neighbours: Partial<Neighbours> = {}) {
  const told: Neighbours = {
    session: SIGNED_IN,
    credentials: { state: 'Known', identity: { ...ADA, provider: 'basic' } },
    verdicts: [],
    ...neighbours,
  };
  const log = silentLogger();
  const questions: ExternalQuestion[] = [];
  const outcomes: string[] = [];
  const signIn: SignIn = {
    sessionOf: async () => {
      if (told.session instanceof Error) throw told.session;
      return told.session;
    },
    ownAnswer: (request) =>
      request.path.startsWith('/.adrasteia/known')
        ? Promise.resolve({ outcome: 'Answered', status: 204, headers: [], body: '' })
        : undefined,
    ask: async (_request, _access, why) => ({ outcome: 'Answered', status: 303, headers: [], body: why }),
  };
  const method: CredentialMethod = { stateOf: async () => told.credentials };
  const authorizer = new Authorizer({
    index: { find: (environment) => (environment === ENVIRONMENT ? told.access : undefined) },
    signIn,
    basic: method,
    bearer: method,
    external: {
      ask: async (_authorizer, question) => {
        questions.push(question);
        return told.verdicts.shift() ?? { verdict: 'Unavailable', failure: 'Unreachable' };
      },
    },
    audit: auditLog(log),
    metrics: {
      checked: (outcome) => outcomes.push(outcome),
      externalAsked: () => undefined,
      credentialsTried: () => undefined,
    },
    log,
    signOutUrl: () => 'https://gate.example.org/sign-out',
  });
  return {
    told,
    log,
    questions,
    outcomes,
    check: (request: Partial<GateRequest> = {}, environment = ENVIRONMENT): Promise<Answer> =>
      authorizer.check({ environment }, requestWith(request)),
  };
}
