/** Raw additions at work: kode's sample of an authoriser by gRPC, as it is written, on a real Envoy. */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { RawEnvoy } from '../../src/access/access-rules';
import { type CheckRequest, readCheckRequest } from '../../src/programs/gate/authorization/ext-authz/check-request';
import { writeCheckResponse } from '../../src/programs/gate/authorization/ext-authz/check-response';
import type { Answer } from '../../src/programs/gate/request';
import { AUTHORIZATION_SERVICE } from '../support/envoy/authorization-service';
import { LETS_EVERYBODY_IN, LETS_NOBODY_IN } from '../support/envoy/fake-gate';
import { ProxiedEnvironment } from '../support/envoy/proxied-environment';
import { KODE_OPA } from '../support/envoy/raw-samples';
import { freePort } from '../support/envoy/running-sidecar';

/** What the authoriser says; undefined for bytes that are no answer. */
let says: Answer | undefined;
let asked: CheckRequest[];
let authorizer: Server;
let environment: ProxiedEnvironment;

beforeAll(async () => {
  const port = await freePort();
  authorizer = new Server();
  authorizer.addService(AUTHORIZATION_SERVICE, {
    Check: (call: { readonly request: Buffer }, callback: (error: null, response: Buffer) => void) => {
      asked.push(readCheckRequest(call.request));
      callback(null, says === undefined ? Buffer.from('nonsense') : Buffer.from(writeCheckResponse(says)));
    },
  });
  await new Promise<void>((resolve, reject) => {
    authorizer.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
  environment = await ProxiedEnvironment.start({ envoy: kodeAt(port) });
}, 120_000);

afterAll(async () => {
  authorizer.forceShutdown();
  await environment.stop();
});

beforeEach(() => {
  asked = [];
  says = LETS_EVERYBODY_IN;
  environment.gate.answer = LETS_EVERYBODY_IN;
  environment.gate.asked.length = 0;
  environment.app.arrivals.length = 0;
});

/** The sample with its authoriser on this machine. */
function kodeAt(port: number): RawEnvoy {
  const text = JSON.stringify(KODE_OPA)
    .replace('"opa.default.svc.cluster.local"', '"127.0.0.1"')
    .replace('8181', String(port));
  return JSON.parse(text) as RawEnvoy;
}

test('the authoriser is asked after the gate, and about who the gate says it is', async () => {
  environment.gate.answer = {
    outcome: 'Allowed',
    toApp: [{ name: 'x-auth-request-user', value: 'ada' }],
    notToApp: [],
    toBrowser: [],
  };
  const { status } = await environment.sidecar.ask('/lab', { headers: { 'x-auth-request-user': 'root' } });
  expect([status, environment.gate.asked.length]).toEqual([200, 1]);
  expect(asked).toEqual([
    expect.objectContaining({
      path: '/lab',
      headers: expect.objectContaining({ 'x-auth-request-user': 'ada' }) as unknown,
    }),
  ]);
});

test('whom the gate refuses the authoriser never hears of', async () => {
  environment.gate.answer = LETS_NOBODY_IN;
  expect((await environment.sidecar.ask('/')).status).toBe(403);
  expect(asked).toEqual([]);
});

test('whom the authoriser refuses doesn’t get in', async () => {
  says = LETS_NOBODY_IN;
  expect((await environment.sidecar.ask('/')).status).toBe(403);
  expect(environment.app.arrivals).toEqual([]);
});

test('an authoriser that answers nonsense, or none at all, lets nobody in', async () => {
  says = undefined;
  expect((await environment.sidecar.ask('/')).status).toBe(403);
  authorizer.forceShutdown();
  expect((await environment.sidecar.ask('/')).status).toBe(403);
  expect(environment.app.arrivals).toEqual([]);
});
