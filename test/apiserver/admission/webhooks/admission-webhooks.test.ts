import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../../../src/api/json';
import type { KubeObject } from '../../../../src/api/object';
import type { AdmissionAttributes, AdmissionPlugin } from '../../../../src/apiserver/admission/admission';
import {
  mutatingAdmissionWebhook,
  validatingAdmissionWebhook,
} from '../../../../src/apiserver/admission/webhooks/admission-webhooks';
import { httpsWebhookCaller } from '../../../../src/apiserver/admission/webhooks/https-webhook-caller';
import { type WebhookCaller, WebhookCallFailed } from '../../../../src/apiserver/admission/webhooks/webhook-caller';
import { stringAt } from '../../../../src/apiserver/authentication/json-members';
import { memoryCredentials } from '../../../../src/apiserver/certificates/credential-store';
import { openServerCredentials } from '../../../../src/apiserver/certificates/server-credentials';
import { draftOf } from '../../../../src/apiserver/draft';
import { isStatusError } from '../../../../src/apiserver/status-error';
import { kubeObject, storedObjects } from '../../authentication/stored-objects';

const UID = 'bcda4e55-1251-4541-a1a1-3a563d0bf29d';
const VERSION = 'admissionregistration.k8s.io/v1';
const CONFIG_MAP: JsonObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'n' } };

type Answer = JsonObject | ((review: JsonObject) => JsonObject);

interface Asked {
  readonly warnings: readonly string[];
  readonly reviews: readonly JsonObject[];
  readonly object: JsonObject;
  readonly message: string | undefined;
  readonly error: unknown;
}

interface Question {
  readonly type?: 'Mutating' | 'Validating';
  /** One for each webhook. */
  readonly webhooks?: readonly JsonObject[];
  readonly answer?: Answer;
  readonly caller?: WebhookCaller;
  readonly attributes?: Partial<AdmissionAttributes>;
  readonly object?: JsonObject;
  readonly namespaceLabels?: Record<string, string>;
}

const ATTRIBUTES: Omit<AdmissionAttributes, 'warn'> = {
  operation: 'CREATE',
  group: '',
  version: 'v1',
  resource: 'configmaps',
  kind: 'ConfigMap',
  subresource: '',
  namespace: 'n',
  name: 'a',
  user: { username: 'admin', uid: 'admin', groups: ['system:masters', 'system:authenticated'] },
  dryRun: false,
  options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
};

function webhook(members: JsonObject = {}): JsonObject {
  return {
    name: 'w.example.com',
    clientConfig: { url: 'https://127.0.0.1:1/x' },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    ...members,
  };
}

function allowing(response: JsonObject = {}): JsonObject {
  const told = { uid: UID, allowed: true, ...response };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: told };
}

function patching(operations: unknown): JsonObject {
  const patch = Buffer.from(typeof operations === 'string' ? operations : JSON.stringify(operations)).toString(
    'base64',
  );
  return allowing({ patchType: 'JSONPatch', patch });
}

/** Sends a request past webhooks. */
async function ask(question: Question): Promise<Asked> {
  const { type = 'Validating', webhooks = [webhook()], answer = allowing(), object: sent = CONFIG_MAP } = question;
  const configuration = kubeObject(VERSION, `${type}WebhookConfiguration`, { name: 'c' }, { webhooks });
  const namespace = kubeObject('v1', 'Namespace', { name: 'n', labels: question.namespaceLabels ?? {} });
  const reviews: JsonObject[] = [];
  const inMemory: WebhookCaller = {
    call: async ({ review }) => {
      reviews.push(review);
      return typeof answer === 'function' ? answer(review) : answer;
    },
  };
  const make = type === 'Mutating' ? mutatingAdmissionWebhook : validatingAdmissionWebhook;
  const plugin: AdmissionPlugin = make({
    reader: storedObjects([configuration, namespace]),
    caller: question.caller ?? inMemory,
    newUid: () => UID,
    resources: {
      equivalents: () => [{ group: '', version: 'v2', resource: 'configmaps', kind: 'ConfigMap' }],
      encode: (each, { version }) => ({ ...(each as unknown as JsonObject), apiVersion: version }),
      decode: (json) => draftOf({ ...json, apiVersion: 'v1' }),
    },
  });
  const warnings: string[] = [];
  const object = draftOf(sent);
  const attributes = { ...ATTRIBUTES, ...question.attributes, warn: (text: string) => warnings.push(text) };
  const isDeletion = attributes.operation === 'DELETE';
  const asked = { warnings, reviews, object: object as JsonObject };
  try {
    if (!isDeletion) await plugin.admit?.(object, attributes);
    await plugin.validate?.(isDeletion ? undefined : (object as unknown as KubeObject), attributes);
    return { ...asked, message: undefined, error: undefined };
  } catch (error) {
    if (!isStatusError(error)) throw error;
    return { ...asked, message: error.message, error };
  }
}

const CALLING = 'Internal error occurred: failed calling webhook "w.example.com": ';
const INVALID = `${CALLING}received invalid webhook response: `;

describe('a webhook', () => {
  it('is told all of a request, as the real server tells it', async () => {
    const { reviews } = await ask({});
    expect(reviews).toEqual([
      {
        kind: 'AdmissionReview',
        apiVersion: 'admission.k8s.io/v1',
        request: {
          uid: UID,
          kind: { group: '', version: 'v1', kind: 'ConfigMap' },
          resource: { group: '', version: 'v1', resource: 'configmaps' },
          requestKind: { group: '', version: 'v1', kind: 'ConfigMap' },
          requestResource: { group: '', version: 'v1', resource: 'configmaps' },
          name: 'a',
          namespace: 'n',
          operation: 'CREATE',
          userInfo: { username: 'admin', uid: 'admin', groups: ['system:masters', 'system:authenticated'] },
          object: CONFIG_MAP,
          oldObject: null,
          dryRun: false,
          options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
        },
      },
    ]);
  });

  it('may warn', async () => {
    expect(await ask({ answer: allowing({ warnings: ['careful'] }) })).toMatchObject({
      warnings: ['careful'],
      message: undefined,
    });
  });

  it.each<[JsonObject, object]>([
    [{}, { code: 400, message: 'admission webhook "w.example.com" denied the request without explanation' }],
    [
      { status: { message: 'no way', code: 418, reason: 'Teapot', details: { name: 'q' } } },
      {
        code: 418,
        reason: 'Teapot',
        details: { name: 'q' },
        message: 'admission webhook "w.example.com" denied the request: no way',
      },
    ],
    [
      { status: { reason: 'Because' } },
      { code: 400, reason: 'Because', message: 'admission webhook "w.example.com" denied the request: Because' },
    ],
  ])('may refuse with %o', async (response, status) => {
    for (const type of ['Validating', 'Mutating'] as const) {
      expect((await ask({ type, answer: allowing({ allowed: false, ...response }) })).error).toMatchObject({ status });
    }
  });

  const review = (members: JsonObject): JsonObject => ({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    ...members,
  });

  it.each<[string, 'Validating' | 'Mutating', JsonObject, string]>([
    [
      'another UID',
      'Validating',
      review({ response: { uid: 'x', allowed: true } }),
      `${INVALID}expected response.uid="${UID}", got "x"`,
    ],
    ['nothing', 'Validating', review({}), `${INVALID}webhook response was absent`],
    [
      'another kind',
      'Validating',
      { apiVersion: 'v1', kind: 'Pod' },
      `${CALLING}failed to call webhook: no kind "Pod" is registered for version "v1" in scheme "pkg/runtime/scheme.go:110"`,
    ],
    [
      'another version',
      'Validating',
      { apiVersion: 'admission.k8s.io/v1beta1', kind: 'AdmissionReview' },
      `${CALLING}failed to call webhook: converting (v1beta1.AdmissionReview) to (v1.AdmissionReview): unknown conversion`,
    ],
    [
      'a patch, where it may not',
      'Validating',
      patching([]),
      `${INVALID}validating webhook may not return response.patch`,
    ],
    [
      'a patch of no type',
      'Mutating',
      allowing({ patch: 'W10=' }),
      `${INVALID}webhook returned response.patch but not response.patchType`,
    ],
    [
      'a type of no patch',
      'Mutating',
      allowing({ patchType: 'JSONPatch' }),
      `${INVALID}webhook returned response.patchType but not response.patch`,
    ],
    [
      'a patch of another type',
      'Mutating',
      allowing({ patchType: 'Foo', patch: Buffer.from('[{}]').toString('base64') }),
      `${CALLING}unsupported patch type "Foo"`,
    ],
  ])('that answers %s has failed', async (_what, type, answer, message) => {
    expect((await ask({ type, answer })).error).toMatchObject({
      status: { code: 500, reason: 'InternalError', message },
    });
  });

  it('that sends a patch nobody can read has failed', async () => {
    const { message } = await ask({ type: 'Mutating', answer: patching('nonsense') });
    expect(message).toContain(`${CALLING}received undecodable patch in webhook response: `);
  });

  it('that fails may be passed over where its policy says so, but not its refusal', async () => {
    const webhooks = [webhook({ failurePolicy: 'Ignore' })];
    const caller: WebhookCaller = { call: () => Promise.reject(new WebhookCallFailed('failed to call webhook: x')) };
    expect((await ask({ webhooks, caller })).message).toBeUndefined();
    expect((await ask({ caller })).message).toBe(`${CALLING}failed to call webhook: x`);
    expect((await ask({ webhooks, answer: allowing({ allowed: false }) })).message).toContain('denied the request');
  });

  it.each<[string, JsonObject, Question, boolean]>([
    ['its rule names the operation', {}, {}, true],
    ['its rule names another one', {}, { attributes: { operation: 'UPDATE' } }, false],
    ['its rule names no subresource', {}, { attributes: { subresource: 'status' } }, false],
    [
      'it is about an equivalent version',
      { rules: [{ apiGroups: ['*'], apiVersions: ['v2'], operations: ['*'], resources: ['*/*'] }] },
      {},
      true,
    ],
    [
      'it is about exactly another version',
      { matchPolicy: 'Exact', rules: [{ apiGroups: ['*'], apiVersions: ['v2'], operations: ['*'], resources: ['*'] }] },
      {},
      false,
    ],
    [
      'it is about another scope',
      { rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'], scope: 'Cluster' }] },
      {},
      false,
    ],
    [
      'the namespace has its labels',
      { namespaceSelector: { matchLabels: { a: 'b' } } },
      { namespaceLabels: { a: 'b' } },
      true,
    ],
    ['the namespace lacks them', { namespaceSelector: { matchLabels: { a: 'b' } } }, {}, false],
    [
      'the object lacks its labels',
      { objectSelector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } },
      {},
      false,
    ],
    [
      'the old object has them',
      {
        objectSelector: { matchLabels: { a: 'b' } },
        rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
      },
      {
        attributes: {
          operation: 'UPDATE',
          oldObject: kubeObject('v1', 'ConfigMap', { name: 'a', namespace: 'n', labels: { a: 'b' } }),
        },
      },
      true,
    ],
    [
      'it would see its own configuration',
      { rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }] },
      { attributes: { group: 'admissionregistration.k8s.io', kind: 'MutatingWebhookConfiguration', namespace: '' } },
      false,
    ],
  ])('is called only for what it asks for: %s', async (...[, members, question, isCalled]) => {
    const { reviews } = await ask({ ...question, webhooks: [webhook(members)] });
    expect(reviews).toHaveLength(isCalled ? 1 : 0);
  });

  it('sees an equivalent request in the version that it knows', async () => {
    const rules = [{ apiGroups: [''], apiVersions: ['v2'], operations: ['*'], resources: ['configmaps'] }];
    const { reviews } = await ask({ webhooks: [webhook({ rules })] });
    expect(reviews[0]).toMatchObject({
      request: { kind: { version: 'v2' }, requestKind: { version: 'v1' }, object: { apiVersion: 'v2' } },
    });
  });

  it('is not called for what stores nothing unless it allows that', async () => {
    const dry = { attributes: { dryRun: true } };
    expect((await ask({ ...dry, webhooks: [webhook({ sideEffects: 'Some' })] })).error).toMatchObject({
      status: { code: 400, message: 'admission webhook "w.example.com" does not support dry run' },
    });
    expect((await ask(dry)).message).toBeUndefined();
  });
});

describe('a webhook that changes objects', () => {
  it('patches them in place', async () => {
    const answer = patching([
      { op: 'add', path: '/data', value: { a: 'b' } },
      { op: 'remove', path: '/metadata/name' },
    ]);
    const { object } = await ask({ type: 'Mutating', answer });
    expect(object).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'n' }, data: { a: 'b' } });
  });

  it('does so before the next one is asked, and is asked again only where it wants to be', async () => {
    const names = ['first', 'second'];
    const webhooks = names.map((name) =>
      webhook({
        name: `${name}.example.com`,
        clientConfig: { url: `https://${name}/` },
        reinvocationPolicy: 'IfNeeded',
      }),
    );
    const seen: unknown[] = [];
    const caller: WebhookCaller = {
      call: async ({ clientConfig, review }) => {
        const { object } = review['request'] as { object: { data?: JsonObject } };
        seen.push(object.data);
        const own = stringAt(clientConfig, 'url').slice(8, -1);
        const data = { ...object.data, [own]: 'x' };
        return patching([{ op: 'add', path: '/data', value: data }]);
      },
    };
    await ask({ type: 'Mutating', webhooks, caller });
    expect(seen).toEqual([undefined, { first: 'x' }, { first: 'x', second: 'x' }]);
  });

  it('may refuse a deletion, but change nothing of it', async () => {
    const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['DELETE'], resources: ['configmaps'] }];
    const deletion = {
      type: 'Mutating',
      webhooks: [webhook({ rules })],
      attributes: { operation: 'DELETE', oldObject: CONFIG_MAP as unknown as KubeObject },
    } as const;
    expect((await ask(deletion)).reviews[0]).toMatchObject({ request: { object: null, oldObject: CONFIG_MAP } });
    expect((await ask({ ...deletion, answer: allowing({ allowed: false }) })).message).toContain('denied the request');
    expect((await ask({ ...deletion, answer: patching([{ op: 'remove', path: '/data' }]) })).message).toBe(
      'Internal error occurred: admission webhook "w.example.com" attempted to modify the object, which is not supported for this operation',
    );
  });
});

describe('a webhook behind HTTPS', () => {
  let server: Server;
  let url: string;
  let caBundle: string;
  const received: { path: string | undefined; headers: Record<string, unknown> }[] = [];

  beforeAll(async () => {
    const { serving, authority } = await openServerCredentials(memoryCredentials(), {
      hosts: ['hook.n.svc'],
      now: new Date(),
    });
    caBundle = Buffer.from(authority).toString('base64');
    server = createServer({ cert: serving.certificate, key: serving.key }, (request, response) => {
      received.push({ path: request.url, headers: { ...request.headers } });
      const [path] = (request.url ?? '').split('?');
      response.setHeader('content-type', 'application/json');
      request.resume().on('end', () => {
        if (path === '/allow') response.end(JSON.stringify(allowing()));
        else if (path === '/garbage') response.end('hello');
        else if (path === '/hang') request.socket.destroy();
        else if (path === '/never') response.on('close', () => undefined);
        else response.writeHead(Number(path?.slice(1))).end(path === '/200' ? '' : 'oops');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function messageOf(clientConfig: JsonObject, timeoutSeconds = 10): Promise<string | undefined> {
    const caller = httpsWebhookCaller({
      findService: (namespace, name) =>
        `${namespace}/${name}` === 'n/hook' ? { host: '127.0.0.1', port: Number(new URL(url).port) } : undefined,
    });
    return (await ask({ caller, webhooks: [webhook({ clientConfig, timeoutSeconds })] })).message;
  }

  it('is called as the real server calls it', async () => {
    expect(await messageOf({ url: `${url}/allow`, caBundle })).toBeUndefined();
    expect(received.at(-1)).toMatchObject({
      path: '/allow?timeout=10s',
      headers: {
        'user-agent': 'kube-apiserver-admission',
        'content-type': 'application/json',
        accept: 'application/json, */*',
      },
    });
  });

  it('may be a service, known by its name', async () => {
    expect(await messageOf({ service: { namespace: 'n', name: 'hook', path: '/allow' }, caBundle })).toBeUndefined();
    expect(received.at(-1)).toMatchObject({ path: '/allow?timeout=10s' });
    expect(await messageOf({ service: { namespace: 'n', name: 's', path: '/x' } })).toBe(
      `${CALLING}failed to call webhook: Post "https://s.n.svc:443/x?timeout=10s": service "s" not found`,
    );
  });

  it.each([
    ['500', 'failed to call webhook: an error on the server ("unknown") has prevented the request from succeeding'],
    ['404', 'failed to call webhook: the server could not find the requested resource'],
    ['200', 'failed to call webhook: 0-length response with status code: 200 and content type: application/json'],
  ])('that answers with %s has failed', async (path, why) => {
    expect(await messageOf({ url: `${url}/${path}`, caBundle })).toBe(CALLING + why);
  });

  it('that answers no JSON has failed', async () => {
    expect(await messageOf({ url: `${url}/garbage`, caBundle })).toContain(
      "couldn't get version/kind; json parse error:",
    );
  });

  const UNTRUSTED = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';

  it.each<[string, string, number, string]>([
    ['hangs up', '/hang', 10, 'EOF'],
    ['is not trusted', '/allow', 10, UNTRUSTED],
    ['never answers', '/never', 0.01, 'context deadline exceeded'],
  ])('that %s has failed', async (...[, path, timeout, why]) => {
    const message = await messageOf({ url: url + path, ...(why === UNTRUSTED ? {} : { caBundle }) }, timeout);
    expect(message).toBe(`${CALLING}failed to call webhook: Post "${url}${path}?timeout=${timeout}s": ${why}`);
  });

  it('that nobody serves has failed', async () => {
    expect(await messageOf({ url: 'https://127.0.0.1:1/x', caBundle })).toBe(
      `${CALLING}failed to call webhook: Post "https://127.0.0.1:1/x?timeout=10s": dial tcp 127.0.0.1:1: connect: connection refused`,
    );
  });
});
