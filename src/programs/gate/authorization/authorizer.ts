/**
 * Answers each request to an environment: who sends it, whether the environment's access lets them, and what the app is told
 * of them. Everything that fails on the way means no.
 *
 * In order: the environment is known, open and at this address; the gate's own paths; who it is, by the environment's method;
 * the grants; external authorisers, one after the other. Then the headers that the app gets.
 */

import type { Level } from '../../../access/access-rules';
import { decide, refusalOfAnybody } from '../../../access/decision/decide';
import { requestFacts } from '../../../access/decision/request-facts';
import type { EnvironmentAccess } from '../../../access/environment-access';
import { STREAM_END_HEADER } from '../../../access/envoy/sidecar-names';
import type { Identity } from '../../../access/identity';
import type { Logger } from '../../../ports/logger';
import { errorKeys } from '../../error-keys';
import type { AuditedPerson, AuditLog } from '../audit/audit-log';
import type { ExternalAuthorizers } from '../external/external-authorizer';
import type { CredentialMethod } from '../methods/credential-method';
import type { GateMetrics } from '../metrics/gate-metrics';
import { redirectAnswer } from '../pages/page';
import type { AccessIndex, Answer, GateRequest, Header } from '../request';
import { isPageLoad } from '../sessions/browser-request';
import { ownPageOf, pathWithoutQuery } from '../sessions/environment-address';
import type { SignedOutReason, SignIn } from '../sign-in';
import { appCookies } from './app-cookies';
import { type Asker, type Checks, isUpToDate } from './asker';
import { identityHeaders, isIdentityHeader, LEVEL_HEADER } from './identity-headers';
import { type RefusalReason, refusal } from './refusal';
import { hasEncodedSlash, isAtAddress, isClearPath } from './request-target';

/** What the authoriser asks. */
export interface AuthorizerOptions {
  readonly index: AccessIndex;
  readonly signIn: SignIn;
  readonly basic: CredentialMethod;
  readonly bearer: CredentialMethod;
  readonly external: ExternalAuthorizers;
  readonly audit: AuditLog;
  readonly metrics: GateMetrics;
  readonly log: Logger;
  /** Page on which people sign out, for refusals of who is signed in. */
  readonly signOutUrl: (access: EnvironmentAccess) => string | undefined;
}

/** Somebody, as far as the method tells; identity is undefined for method None. */
interface Person {
  readonly identity: Identity | undefined;
  readonly sessionId?: string;
  /** Until what is opened now has to be closed. */
  readonly secondsLeft?: number;
  /** Cookies of the gate. */
  readonly cookieNames: readonly string[];
  /** Headers for the browser. */
  readonly renewed: readonly Header[];
}

const NOBODY: Person = { identity: undefined, cookieNames: [], renewed: [] };

/** Why a request is answered by the gate, with the answer. */
interface Stop {
  readonly outcome: RefusalReason | SignedOutReason | 'OwnPath' | 'SignInElsewhere';
  readonly answer: Answer;
}

/** One request under way. */
interface Visit {
  readonly request: GateRequest;
  readonly access: EnvironmentAccess;
  /** `namespace/name`. */
  readonly environment: string;
}

export class Authorizer implements Checks {
  readonly #options: AuthorizerOptions;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  async check(asker: Asker, request: GateRequest): Promise<Answer> {
    const { metrics, log } = this.#options;
    const startedAt = performance.now();
    let stop: Stop | undefined;
    try {
      const answer = await this.#answer(asker, request);
      if (!('answer' in answer)) {
        metrics.checked('Allowed', (performance.now() - startedAt) / 1000);
        return answer;
      }
      stop = answer;
    } catch (error) {
      log.error('check failed', { environment: asker.environment, ...errorKeys(error) });
      stop = { outcome: 'GateFailed', answer: refusal(request, { reason: 'GateFailed', access: undefined }) };
    }
    metrics.checked(stop.outcome, (performance.now() - startedAt) / 1000);
    return stop.answer;
  }

  async #answer(asker: Asker, request: GateRequest): Promise<Answer | Stop> {
    const { index, signIn } = this.#options;
    const { environment } = asker;
    if (!isClearRequest(request)) return this.#refused({ environment, request }, 'RequestUnclear');
    const access = index.find(environment);
    if (access === undefined) return this.#refused({ environment, request }, 'UnknownEnvironment');
    const { spec } = access;
    const visit: Visit = { environment, request, access };
    if (spec.closed !== undefined) return this.#refused(visit, 'Closed', { message: spec.closed.message });
    if (!isAtAddress(request, spec.address)) return this.#refused(visit, 'WrongAddress');
    if (!isUpToDate(asker, access)) return this.#refused(visit, 'SidecarOutdated');
    const own = spec.authenticate.method === 'OIDC' ? signIn.ownAnswer(request, access) : undefined;
    if (own !== undefined) return { outcome: 'OwnPath', answer: await own };
    if (ownPageOf(spec.address, request.path) !== undefined) return this.#refused(visit, 'NotFound');
    const facts = requestFacts(request, spec.address);
    const ofAnybody = refusalOfAnybody(spec, facts);
    if (ofAnybody !== undefined) return this.#refused(visit, ofAnybody);

    const person = await this.#personOf(visit);
    if ('answer' in person) return person;
    const decision = decide(spec, person.identity, facts);
    if (!decision.isAllowed) return this.#refused(visit, decision.reason, { person });
    return this.#allowed(visit, person, decision.level);
  }

  async #personOf(visit: Visit): Promise<Person | Stop> {
    const { basic, bearer } = this.#options;
    switch (visit.access.spec.authenticate.method) {
      case 'None':
        return NOBODY;
      case 'OIDC':
        return this.#personOfSession(visit);
      case 'Basic':
        return this.#personOfCredentials(visit, basic);
      case 'Bearer':
        return this.#personOfCredentials(visit, bearer);
    }
  }

  async #personOfSession({ request, access }: Visit): Promise<Person | Stop> {
    const { signIn } = this.#options;
    const session = await signIn.sessionOf(request, access);
    if (session.state === 'SignedIn') return session;
    return { outcome: session.why, answer: await signIn.ask(request, access, session.why) };
  }

  async #personOfCredentials(visit: Visit, method: CredentialMethod): Promise<Person | Stop> {
    const { request, access } = visit;
    const credentials = await method.stateOf(request, access);
    switch (credentials.state) {
      case 'Known':
        return { ...NOBODY, identity: credentials.identity };
      case 'Unknown': {
        const headers = [credentials.challenge];
        // A browser's first request has none; that is no attempt.
        if (credentials.reason === 'NoCredentials') {
          return { outcome: 'NoCredentials', answer: refusal(request, { reason: 'NoCredentials', access, headers }) };
        }
        return this.#refused(visit, credentials.reason, { headers });
      }
      case 'TooManyFailures': {
        const headers = [{ name: 'retry-after', value: String(credentials.retryAfterSeconds) }];
        if (credentials.isFirst) return this.#refused(visit, 'TooManyFailures', { headers });
        return { outcome: 'TooManyFailures', answer: refusal(request, { reason: 'TooManyFailures', access, headers }) };
      }
      case 'Unavailable':
        return this.#refused(visit, 'CredentialsUnavailable', { message: credentials.message });
    }
  }

  async #allowed(visit: Visit, person: Person, level: Level): Promise<Answer | Stop> {
    const { request, access } = visit;
    const { spec } = access;
    const identified = identityHeaders(person.identity, level);
    if (identified === undefined) return this.#refused(visit, 'IdentityUnclear', { person });
    const sent = request.headers['cookie'];
    const cookies = sent === undefined ? undefined : appCookies(sent, spec.cookies, person.cookieNames);
    const fromExternal = await this.#externalHeaders(visit, person, { level, cookies });
    if ('answer' in fromExternal) return fromExternal;

    const toApp = [...identified];
    if (cookies !== undefined) toApp.push({ name: 'cookie', value: cookies });
    if (person.secondsLeft !== undefined) toApp.push({ name: STREAM_END_HEADER, value: `${person.secondsLeft}S` });
    const names = new Set(toApp.map(({ name }) => name));
    for (const header of fromExternal) {
      if (!mayComeFromExternal(header.name, person.identity !== undefined) || names.has(header.name)) continue;
      names.add(header.name);
      toApp.push(header);
    }
    const notToApp = Object.keys(request.headers).filter((name) => isIdentityHeader(name) && !names.has(name));
    if (sent !== undefined && cookies === undefined) notToApp.push('cookie');
    const isForGate = holdsGateCredentials(access) && request.headers['authorization'] !== undefined;
    if (isForGate && !names.has('authorization')) notToApp.push('authorization');
    return { outcome: 'Allowed', toApp, notToApp, toBrowser: person.renewed };
  }

  /** Asks the external authorisers in order; the first that doesn't agree ends it. */
  async #externalHeaders(
    visit: Visit,
    person: Person,
    { level, cookies }: { readonly level: Level; readonly cookies: string | undefined },
  ): Promise<readonly Header[] | Stop> {
    const { external } = this.#options;
    const { environment, request, access } = visit;
    const toApp: Header[] = [];
    for (const step of access.spec.authorize) {
      if (step.external === undefined) continue;
      // It judges by the path, which the app might take for another one.
      if (hasEncodedSlash(request.path)) return this.#refused(visit, 'RequestUnclear', { person });
      const answer = await external.ask(step.external, {
        environment,
        address: access.spec.address,
        request,
        cookies,
        identity: person.identity,
        level,
        seesAuthorization: !holdsGateCredentials(access),
      });
      if (answer.verdict === 'Unavailable') return this.#refused(visit, 'AuthorizerUnavailable', { person });
      if (answer.verdict === 'Denied') {
        if (answer.signInUrl === undefined || !isPageLoad(request)) {
          return this.#refused(visit, 'AuthorizerRefused', { person });
        }
        return { outcome: 'SignInElsewhere', answer: redirectAnswer(answer.signInUrl) };
      }
      toApp.push(...answer.toApp);
    }
    return toApp;
  }

  #refused(
    { environment, request, access }: Pick<Visit, 'environment' | 'request'> & Partial<Visit>,
    reason: RefusalReason,
    { person = NOBODY, ...more }: { person?: Person; message?: string; headers?: readonly Header[] } = {},
  ): Stop {
    const { audit, signOutUrl } = this.#options;
    const { method, sourceAddress } = request;
    audit.refused(
      { environment, method, path: pathWithoutQuery(request.path), sourceAddress },
      reason,
      auditedPerson(person),
    );
    const isSession = person.sessionId !== undefined;
    const answer = refusal(request, {
      reason,
      access,
      ...more,
      ...(person.identity === undefined ? {} : { user: person.identity.user }),
      ...(isSession && access !== undefined ? { signOutUrl: signOutUrl(access) } : {}),
    });
    return { outcome: reason, answer };
  }
}

function isClearRequest(request: GateRequest): boolean {
  return request.method !== '' && request.host !== '' && isClearPath(request.path);
}

/** Basic and Bearer: `authorization` holds what is the gate's to know. */
function holdsGateCredentials({ spec }: EnvironmentAccess): boolean {
  return spec.authenticate.method === 'Basic' || spec.authenticate.method === 'Bearer';
}

/** What says where a request ends and where it goes, which no authoriser may change. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Where the gate knows who it is, nobody else tells the app; level and cookies are always the gate's to say. */
function mayComeFromExternal(name: string, isIdentified: boolean): boolean {
  if (name === LEVEL_HEADER || name === 'cookie' || OF_THE_CONNECTION.has(name)) return false;
  return !isIdentified || !isIdentityHeader(name);
}

function auditedPerson({ identity, sessionId }: Person): AuditedPerson | undefined {
  if (identity === undefined) return undefined;
  const { provider, user } = identity;
  return { provider, user, ...(sessionId === undefined ? {} : { sessionId }) };
}
