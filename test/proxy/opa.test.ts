/** OPA itself, by the policy of the example, before a real Envoy and behind a gate in a process of its own: by path and by user. */
import { rulesOf } from '../../constructs/access-policy';
import type { ExternalAuthorizer, RawEnvoy } from '../../src/access/access-rules';
import type { AuthorizeStep } from '../../src/access/environment-access';
import { lookupOver } from '../../src/synth';
import { ProxiedEnvironment } from '../support/envoy/proxied-environment';
import { KODE_OPA } from '../support/envoy/raw-samples';
import { eventually } from '../support/eventually';
import { AuthorizerProcess } from '../support/opa/authorizer-process';
import { opaExample } from '../support/opa/example-policy';
import { OPA_VERSION } from '../support/opa/opa-programs';
import { describeWithGo } from '../support/with-go';
import { GuardedEnvironment, tokenOf } from './authorizers-environment';
import { answeringHttp, answeringWithoutEnd, Impostor, saying } from './authorizers-impostor';

/** OPA is built once, in minutes. */
const BUILDING_MS = 900_000;

const example = opaExample();
const USERS = ['ada', 'grace', 'mallory'];

/** Somebody with a token, or nobody. */
const findUser = (name: string): string | undefined => USERS.find((user) => user === name);

/** What the example’s policy makes of an environment of ada’s, with its authoriser where the test has it. */
function authorizeAt(port: number, isGrpc: boolean): readonly AuthorizeStep[] {
  const people = { namespace: 'team-a', grants: [{ user: 'ada', level: 'Own' as const }] };
  const { name } = example.accessPolicy.metadata;
  const lookup = lookupOver(example.objects, { askedBy: 'the test' });
  const { authorize, closed } = rulesOf({ kind: 'ClusterAccessPolicy', name }, people, lookup);
  if (closed !== undefined) throw new Error(closed.message);
  return authorize.map((step) =>
    step.external === undefined ? step : { external: atPort(step.external, port, isGrpc) },
  );
}

function atPort({ opa, timeoutMilliseconds }: ExternalAuthorizer, port: number, isGrpc: boolean): ExternalAuthorizer {
  if (opa === undefined) throw new Error('the example asks no OPA');
  const service = { ...opa.service, port };
  return { timeoutMilliseconds, ...(isGrpc ? { grpc: { service } } : { opa: { ...opa, service } }) };
}

/** The owner, somebody who may look, somebody who has only signed in, and nobody. */
const DECISIONS: readonly (readonly [user: string, path: string, status: number])[] = [
  ['ada', '/', 200],
  ['ada', '/proxy/8000/', 200],
  ['ada', '/proxy/9000/', 200],
  ['grace', '/proxy/8000/', 200],
  ['grace', '/proxy/8000/a/b?c=d', 200],
  ['grace', '/proxy/%38000/', 200],
  ['grace', '/', 403],
  ['grace', '/proxy/9000/', 403],
  ['grace', '/proxy/80001/', 403],
  ['grace', '/proxy', 403],
  ['grace', '/x/proxy/8000/', 403],
  ['grace', '/proxy/8000/../../', 403],
  ['grace', '/proxy/8000/%2e%2e/9000/', 403],
  ['grace', '/proxy/8000%2f..%2f9000/', 403],
  ['grace', '//proxy//9000/', 403],
  ['mallory', '/', 403],
  ['mallory', '/proxy/8000/', 403],
  ['nobody', '/proxy/8000/', 401],
];

const NONSENSE = [
  ['a page', answeringHttp(200, '<!doctype html><title>Welcome</title>', 'text/html')],
  ['half an answer', answeringHttp(200, '{"result":tr')],
  ['a yes that is cut off', saying('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"result":true}')],
  ['a failure that says yes', answeringHttp(500, '{"result":true}')],
  ['a word for a yes', answeringHttp(200, '{"result":"true"}')],
  ['a yes without an end', answeringWithoutEnd('{"result":true}')],
  ['no HTTP', saying('{"result":true}\r\n\r\n')],
] as const;

describeWithGo('an environment that OPA decides about', () => {
  let opa: AuthorizerProcess;
  let environment: GuardedEnvironment;

  beforeAll(async () => {
    opa = await AuthorizerProcess.opa(example);
    environment = await GuardedEnvironment.start({
      authenticate: 'Bearer',
      users: USERS,
      authorize: authorizeAt(opa.port, false),
    });
    await isOpen();
  }, BUILDING_MS);

  afterAll(async () => {
    await opa.remove();
    await environment.stop();
  });

  async function isOpen(): Promise<void> {
    await eventually('ada gets in', async () => (await environment.statusFor('/', 'ada')) === 200);
  }

  /** Asks until a condition holds, and once more; nobody gets in all the while, and the app hears of nothing. */
  async function isClosedUntil(what: string, holds: (reply: { readonly reason: string }) => boolean): Promise<void> {
    const before = environment.arrivals;
    const statuses = new Set<number>();
    const ask = async (): Promise<string> => {
      const { status, body } = await environment.sidecar.ask('/', { headers: tokenOf('ada') });
      statuses.add(status);
      return body;
    };
    await eventually(what, async () => {
      const reply = await ask();
      // By the gate; what the app says is no JSON.
      expect([...statuses]).toEqual([503]);
      return holds(JSON.parse(reply) as { readonly reason: string });
    });
    await ask();
    expect([...statuses]).toEqual([503]);
    expect(environment.arrivals).toBe(before);
  }

  test.each(DECISIONS)('answers %s at %s with %d', async (user, path, status) => {
    const before = environment.arrivals;
    expect(await environment.statusFor(path, findUser(user))).toBe(status);
    expect(environment.arrivals - before).toBe(status === 200 ? 1 : 0);
  });

  test('isn’t deceived by who calls himself somebody else', async () => {
    const headers = { 'x-auth-request-user': 'ada', 'x-adrasteia-level': 'Own' };
    expect(await environment.statusFor('/', 'mallory', { headers })).toBe(403);
    expect(await environment.statusFor('/proxy/8000/', 'mallory', { headers })).toBe(403);
  });

  test('opens a websocket where the policy says so, and no other', async () => {
    const line = `authorization: ${tokenOf('grace').authorization}\r\n`;
    const allowed = await environment.sidecar.openWebsocket('/proxy/8000/ws', line);
    expect(await allowed.receives('\r\n\r\n')).toMatch(/^HTTP\/1\.1 101 /);
    allowed.end();
    const refused = await environment.sidecar.openWebsocket('/terminal', line);
    expect(await refused.receives('\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
    refused.end();
  });

  test.each([
    ['PUT', '/v1/policies/mine'],
    ['GET', '/v1/policies'],
    ['PATCH', '/v1/data/envoy'],
    ['POST', '/v1/data/system'],
    ['POST', '/v1/query'],
  ])('has an OPA that nobody changes or looks through: %s %s', async (method, path) => {
    const body = method === 'GET' ? null : '{}';
    const { status } = await fetch(`http://127.0.0.1:${opa.port}${path}`, { method, body });
    expect(status).toBe(401);
  });

  test('is closed while OPA is gone, and open when it is back', async () => {
    await opa.kill();
    try {
      await isClosedUntil('it is said why', ({ reason }) => reason === 'AuthorizerUnavailable');
    } finally {
      await opa.start();
    }
    await isOpen();
  });

  test('is closed while OPA is silent, and open when it speaks again', async () => {
    opa.freeze();
    try {
      await isClosedUntil('it is said why', ({ reason }) => reason === 'AuthorizerUnavailable');
    } finally {
      opa.thaw();
    }
    await isOpen();
  });

  test.each(NONSENSE)('is closed while OPA’s place is taken by who answers %s', async (_what, answer) => {
    await opa.kill();
    const impostor = await Impostor.raw(opa.port, answer);
    try {
      await isClosedUntil('the impostor is asked', () => impostor.asked > 0);
    } finally {
      await impostor.leave();
      await opa.start();
    }
    await isOpen();
  });

  test('is decided about by the release that its image names', () => {
    expect(example.image).toContain(`:${OPA_VERSION.slice(1)}`);
  });
});

describeWithGo('an environment that OPA’s engine decides about by Envoy’s gRPC', () => {
  let decider: AuthorizerProcess;
  let environment: GuardedEnvironment;

  beforeAll(async () => {
    decider = await AuthorizerProcess.grpcDecider(example);
    environment = await GuardedEnvironment.start({
      authenticate: 'Bearer',
      users: USERS,
      authorize: authorizeAt(decider.port, true),
    });
    await eventually('ada gets in', async () => (await environment.statusFor('/', 'ada')) === 200);
  }, BUILDING_MS);

  afterAll(async () => {
    await decider.remove();
    await environment.stop();
  });

  test.each(DECISIONS)('answers %s at %s with %d, by the same policy', async (user, path, status) => {
    const before = environment.arrivals;
    expect(await environment.statusFor(path, findUser(user))).toBe(status);
    expect(environment.arrivals - before).toBe(status === 200 ? 1 : 0);
  });

  test('is closed while the engine is gone or silent, and open when it is back', async () => {
    const before = environment.arrivals;
    decider.freeze();
    expect(await environment.statusFor('/', 'ada')).toBe(503);
    await decider.kill();
    expect(await environment.statusFor('/', 'ada')).toBe(503);
    expect(environment.arrivals).toBe(before);
    await decider.start();
    await eventually('ada gets in', async () => (await environment.statusFor('/', 'ada')) === 200);
  });
});

describeWithGo('kode’s sample of a proxy that asks OPA', () => {
  let decider: AuthorizerProcess;
  let environment: ProxiedEnvironment;

  beforeAll(async () => {
    decider = await AuthorizerProcess.grpcDecider(example);
    environment = await ProxiedEnvironment.start({ envoy: kodeAt(decider.port) });
  }, BUILDING_MS);

  afterAll(async () => {
    await decider.remove();
    await environment.stop();
  });

  /** The sample with its authoriser on this machine. */
  function kodeAt(port: number): RawEnvoy {
    const text = JSON.stringify(KODE_OPA)
      .replace('"opa.default.svc.cluster.local"', '"127.0.0.1"')
      .replace('8181', String(port));
    return JSON.parse(text) as RawEnvoy;
  }

  async function statusFor(path: string, user: string, level: string): Promise<number> {
    environment.gate.answer = {
      outcome: 'Allowed',
      toApp: [
        { name: 'x-auth-request-user', value: user },
        { name: 'x-adrasteia-level', value: level },
      ],
      notToApp: [],
      toBrowser: [],
    };
    return (await environment.sidecar.ask(path)).status;
  }

  test('lets in and keeps out by path and user, as OPA’s engine says', async () => {
    expect(await statusFor('/', 'ada', 'Own')).toBe(200);
    expect(await statusFor('/proxy/8000/', 'grace', 'Use')).toBe(200);
    expect(await statusFor('/', 'grace', 'Use')).toBe(403);
    expect(await statusFor('/proxy/8000/', 'mallory', 'Use')).toBe(403);
  });

  test('lets nobody in while the engine is silent or gone, and goes on when it is back', async () => {
    const before = environment.app.arrivals.length;
    decider.freeze();
    expect(await statusFor('/', 'ada', 'Own')).toBe(403);
    await decider.kill();
    expect(await statusFor('/', 'ada', 'Own')).toBe(403);
    expect(environment.app.arrivals).toHaveLength(before);
    await decider.start();
    await eventually('ada gets in', async () => (await statusFor('/', 'ada', 'Own')) === 200);
  });
});
