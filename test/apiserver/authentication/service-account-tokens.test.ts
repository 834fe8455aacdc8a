import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { stringAt } from '../../../src/apiserver/authentication/json-members';
import { LEGACY_ISSUER, legacyTokenClaims } from '../../../src/apiserver/authentication/legacy-token';
import { openIdDocuments } from '../../../src/apiserver/authentication/openid-documents';
import { ServiceAccountKeys } from '../../../src/apiserver/authentication/service-account-keys';
import { serviceAccountTokens } from '../../../src/apiserver/authentication/service-account-tokens';
import { staticTokens } from '../../../src/apiserver/authentication/static-tokens';
import { tokenAuthenticatorOf } from '../../../src/apiserver/authentication/token-authenticator';
import { answerTokenRequest, type TokenRequestContext } from '../../../src/apiserver/authentication/token-request';
import { answerTokenReview } from '../../../src/apiserver/authentication/token-review';
import { isStatusError, type StatusError } from '../../../src/apiserver/status-error';
import { kubeObject, storedObjects } from './stored-objects';

const ISSUER = 'https://kubernetes.default.svc';
const UID = '9018147f-bf7a-4709-9636-0c748e2fa788';
const NOW = new Date('2026-11-21T12:27:35Z');

function newKey(type: 'ec' | 'rsa' = 'ec'): string {
  const { privateKey } =
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

const KEYS = new ServiceAccountKeys(newKey());

/** A namespace as it is when the tokens are made. */
function objects(): KubeObject[] {
  const pod = (name: string, serviceAccountName: string, nodeName?: string): KubeObject =>
    kubeObject(
      'v1',
      'Pod',
      { name, namespace: 'access-a', uid: `uid-${name}` },
      { spec: { serviceAccountName, nodeName } },
    );
  return [
    kubeObject('v1', 'ServiceAccount', { name: 'builder', namespace: 'access-a', uid: UID }),
    pod('p1', 'builder'),
    pod('p2', 'default'),
    pod('p3', 'builder', 'n1'),
    pod('p4', 'builder', 'gone'),
    kubeObject('v1', 'Secret', { name: 's1', namespace: 'access-a', uid: 'uid-s1' }),
    kubeObject('v1', 'Node', { name: 'n1', uid: 'uid-n1' }),
  ];
}

function contextOf(all: readonly KubeObject[]): TokenRequestContext {
  return {
    keys: KEYS,
    issuer: ISSUER,
    apiAudiences: [ISSUER],
    reader: storedObjects(all),
    now: NOW,
    newTokenId: () => '6fc93feb-4fb2-4d31-9ba7-679786697c5a',
  };
}

const BUILDER = { namespace: 'access-a', name: 'builder' };

function tokenRequest(spec: JsonObject, metadata?: JsonObject): JsonObject {
  return { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec, ...(metadata ? { metadata } : {}) };
}

async function tokenOf(spec: JsonObject, all: readonly KubeObject[]): Promise<string> {
  const { status } = await answerTokenRequest(tokenRequest(spec), BUILDER, contextOf(all));
  return (status as { token: string }).token;
}

function partOf(token: string, index: number): JsonObject {
  return JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as JsonObject;
}

async function failure(promise: Promise<unknown>): Promise<StatusError['status']> {
  try {
    await promise;
  } catch (error) {
    if (isStatusError(error)) return error.status;
    throw error;
  }
  throw new Error('it was answered');
}

describe('a token request', () => {
  it('is answered with a token for the API itself, for an hour, unless it says otherwise', async () => {
    const answer = await answerTokenRequest(tokenRequest({}), BUILDER, contextOf(objects()));
    expect(answer).toMatchObject({
      metadata: { name: 'builder', namespace: 'access-a', uid: UID, creationTimestamp: '2026-11-21T12:27:35Z' },
      spec: { audiences: [ISSUER], expirationSeconds: 3600, boundObjectRef: null },
      status: { expirationTimestamp: '2026-11-21T13:27:35Z' },
    });
    const { token } = answer['status'] as { token: string };
    expect(JSON.stringify(partOf(token, 0))).toMatch(/^\{"alg":"ES256","kid":"[-_A-Za-z0-9]{43}"\}$/);
    expect(JSON.stringify(partOf(token, 1))).toBe(
      `{"aud":["${ISSUER}"],"exp":1795267655,"iat":1795264055,"iss":"${ISSUER}","jti":"6fc93feb-4fb2-4d31-9ba7-679786697c5a","kubernetes.io":{"namespace":"access-a","serviceaccount":{"name":"builder","uid":"${UID}"}},"nbf":1795264055,"sub":"system:serviceaccount:access-a:builder"}`,
    );
  });

  it.each([
    {
      because: 'a token as pods get it outlives its time by a year, and warns',
      spec: { expirationSeconds: 3607, boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p1' } },
      claims: {
        exp: 1826800055,
        'kubernetes.io': { pod: { name: 'p1', uid: 'uid-p1' }, warnafter: 1795267662 },
      },
    },
    {
      because: 'for another audience it does not',
      spec: {
        audiences: ['x'],
        expirationSeconds: 3607,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p1' },
      },
      claims: { exp: 1795264055 + 3607, aud: ['x'] },
    },
    {
      because: 'a bound pod tells its node',
      spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p3' } },
      claims: { 'kubernetes.io': { node: { name: 'n1', uid: 'uid-n1' }, pod: { name: 'p3' } } },
    },
    {
      because: 'of a node that is gone only the name is told',
      spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p4' } },
      claims: { 'kubernetes.io': { node: { name: 'gone' } } },
    },
    {
      because: 'it may be bound to a secret',
      spec: { boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: 's1' } },
      claims: { 'kubernetes.io': { secret: { name: 's1', uid: 'uid-s1' } } },
    },
    {
      because: 'it may be bound to a node',
      spec: { boundObjectRef: { kind: 'Node', apiVersion: 'v1', name: 'n1' } },
      claims: { 'kubernetes.io': { node: { name: 'n1', uid: 'uid-n1' } } },
    },
  ])('makes these claims: $because', async ({ spec, claims }) => {
    expect(partOf(await tokenOf(spec, objects()), 1)).toMatchObject(claims);
  });

  const bound = (kind: string, apiVersion: string, name: string, uid?: string): JsonObject => ({
    boundObjectRef: { kind, apiVersion, name, ...(uid === undefined ? {} : { uid }) },
  });

  it.each<[string, JsonObject, JsonObject | undefined, string, number]>([
    [
      'it is too short',
      { expirationSeconds: 599 },
      undefined,
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
      422,
    ],
    [
      'it is too long',
      { expirationSeconds: 4294967297 },
      undefined,
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
      422,
    ],
    [
      'it names another account',
      {},
      { name: 'other' },
      'TokenRequest.authentication.k8s.io "builder" is invalid: metadata.name: Invalid value: "other": must match the service account name if specified',
      422,
    ],
    [
      'it means an account that was there before',
      {},
      { uid: 'other' },
      `Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "builder": the UID in the token request (other) does not match the UID of the service account (${UID})`,
      409,
    ],
    [
      'the pod runs as another account',
      bound('Pod', 'v1', 'p2'),
      undefined,
      'cannot bind token for serviceaccount "builder" to pod running with different serviceaccount name.',
      400,
    ],
    ['the pod is not there', bound('Pod', 'v1', 'nope'), undefined, 'pods "nope" not found', 404],
    [
      'the pod is another one',
      bound('Pod', 'v1', 'p1', 'x'),
      undefined,
      'Operation cannot be fulfilled on Pod "p1": the UID in the bound object reference (x) does not match the UID in record. The object might have been deleted and then recreated',
      409,
    ],
    ['the secret is not there', bound('Secret', 'v1', 'nope'), undefined, 'secrets "nope" not found', 404],
    ['the node is not there', bound('Node', 'v1', 'nope'), undefined, 'nodes "nope" not found', 404],
    [
      'nothing is bound to such a thing',
      bound('Deployment', 'apps/v1', 'nope'),
      undefined,
      'cannot bind token to object of type apps/v1, Kind=Deployment',
      400,
    ],
    ['the reference is empty', bound('', '', ''), undefined, 'cannot bind token to object of type /, Kind=', 400],
    [
      'a kind is named like a member of every object',
      bound('constructor', 'v1', 'x'),
      undefined,
      'cannot bind token to object of type /v1, Kind=constructor',
      400,
    ],
  ])('is refused because %s', async (...[, spec, metadata, message, code]) => {
    const status = await failure(answerTokenRequest(tokenRequest(spec, metadata), BUILDER, contextOf(objects())));
    expect(status).toMatchObject({ message, code });
  });

  it('is refused for an account that is not there', async () => {
    const request = answerTokenRequest(tokenRequest({}), { ...BUILDER, name: 'missing' }, contextOf(objects()));
    expect((await failure(request)).message).toBe('serviceaccounts "missing" not found');
  });
});

describe('a token review', () => {
  let all: KubeObject[];
  let now: Date;
  beforeEach(() => {
    all = objects();
    now = NOW;
  });

  const ADMIN = { username: 'admin', uid: 'admin', groups: ['system:masters'] };

  async function review(token: string, audiences?: readonly string[]): Promise<unknown> {
    const tokens = tokenAuthenticatorOf([
      staticTokens(new Map([['secret', ADMIN]]), [ISSUER]),
      serviceAccountTokens({
        keys: KEYS,
        issuers: [ISSUER],
        apiAudiences: [ISSUER],
        reader: storedObjects(all),
        now: () => now,
      }),
    ]);
    const spec = { token, ...(audiences === undefined ? {} : { audiences }) };
    const sent = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec };
    return (await answerTokenReview(sent, { tokens, apiAudiences: [ISSUER] }))['status'];
  }

  const BUILDER_GROUPS = ['system:serviceaccounts', 'system:serviceaccounts:access-a', 'system:authenticated'];

  it('tells who bears a token that was agreed on', async () => {
    expect(await review('secret')).toEqual({
      authenticated: true,
      user: { username: 'admin', uid: 'admin', groups: ['system:masters', 'system:authenticated'] },
      audiences: [ISSUER],
    });
  });

  it('tells the account behind a token, the token itself and what it is bound to', async () => {
    const token = await tokenOf({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p3' } }, all);
    expect(await review(token)).toEqual({
      authenticated: true,
      user: {
        username: 'system:serviceaccount:access-a:builder',
        uid: UID,
        groups: BUILDER_GROUPS,
        extra: {
          'authentication.kubernetes.io/credential-id': ['JTI=6fc93feb-4fb2-4d31-9ba7-679786697c5a'],
          'authentication.kubernetes.io/node-name': ['n1'],
          'authentication.kubernetes.io/node-uid': ['uid-n1'],
          'authentication.kubernetes.io/pod-name': ['p3'],
          'authentication.kubernetes.io/pod-uid': ['uid-p3'],
        },
      },
      audiences: [ISSUER],
    });
  });

  it('tells for which of the audiences asked the token is good', async () => {
    const token = await tokenOf({ audiences: ['x', 'y'] }, all);
    expect(await review(token, ['x', 'z'])).toMatchObject({ authenticated: true, audiences: ['x'] });
  });

  it('refuses a review without a token', async () => {
    await expect(review('')).rejects.toThrow('token is required for TokenReview in authentication');
  });

  const unsigned = (header: JsonObject): string => {
    const part = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part(header)}.${part({ iss: ISSUER, sub: 'x' })}.YWJj`;
  };
  const CRYPTOGRAPHIC = '[invalid bearer token, go-jose/go-jose: error in cryptographic primitive]';

  it.each<[string, string, string[] | undefined, string]>([
    ['nobody knows it', 'nope', undefined, 'invalid bearer token'],
    ['it is static and asked for another audience', 'secret', ['x'], 'invalid bearer token'],
    ['it has no algorithm', unsigned({ alg: 'none' }), undefined, CRYPTOGRAPHIC],
    ['its algorithm is not that of the key', unsigned({ alg: 'HS256' }), undefined, CRYPTOGRAPHIC],
    [
      'its key is unknown',
      unsigned({ alg: 'ES256', kid: 'zzz' }),
      undefined,
      '[invalid bearer token, invalid signature, no keys found]',
    ],
  ])('tells an error where %s', async (_because, token, audiences, error) => {
    expect(await review(token, audiences)).toEqual({ user: {}, error });
  });

  it('tells an error for a token for another audience', async () => {
    expect(await review(await tokenOf({ audiences: ['x'] }, all))).toEqual({
      user: {},
      error: `[invalid bearer token, token audiences ["x"] is invalid for the target audiences ["${ISSUER}"]]`,
    });
  });

  it('tells an error for a token whose signature was changed', async () => {
    const token = await tokenOf({}, all);
    const changed = `${token.slice(0, -4)}${token.endsWith('aaaa') ? 'bbbb' : 'aaaa'}`;
    expect(await review(changed)).toEqual({ user: {}, error: CRYPTOGRAPHIC });
  });

  it.each<[string, (all: KubeObject[]) => KubeObject[], JsonObject, string]>([
    [
      'the account is gone',
      (objects) => objects.filter(({ kind }) => kind !== 'ServiceAccount'),
      {},
      '[invalid bearer token, serviceaccounts "builder" not found]',
    ],
    [
      'the account was made anew',
      (objects) => [
        kubeObject('v1', 'ServiceAccount', { name: 'builder', namespace: 'access-a', uid: 'new' }),
        ...objects.filter(({ kind }) => kind !== 'ServiceAccount'),
      ],
      {},
      `[invalid bearer token, service account UID (new) does not match claim (${UID})]`,
    ],
    [
      'the pod is gone',
      (objects) => objects.filter(({ metadata }) => metadata.name !== 'p1'),
      { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p1' } },
      '[invalid bearer token, service account token has been invalidated]',
    ],
    [
      'the secret was made anew',
      (objects) => [
        ...objects.filter(({ kind }) => kind !== 'Secret'),
        kubeObject('v1', 'Secret', { name: 's1', namespace: 'access-a', uid: 'new' }),
      ],
      { boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: 's1' } },
      '[invalid bearer token, secret UID (new) does not match service account secret ref claim (uid-s1)]',
    ],
  ])('tells an error where %s, at once', async (_because, change, spec, error) => {
    const token = await tokenOf(spec, all);
    expect(await review(token)).toMatchObject({ authenticated: true });
    all = change(all);
    expect(await review(token)).toEqual({ user: {}, error });
  });

  it.each([
    { when: 3600 + 59, error: undefined },
    { when: 3600 + 61, error: '[invalid bearer token, service account token has expired]' },
    { when: -59, error: undefined },
    { when: -61, error: '[invalid bearer token, service account token is not valid yet]' },
  ])('allows clocks to be a minute apart ($when s after the token was made)', async ({ when, error }) => {
    const token = await tokenOf({}, all);
    now = new Date(NOW.getTime() + when * 1000);
    const status = (await review(token)) as { error?: string };
    expect(status.error).toBe(error);
  });

  it('knows the token of a secret while the secret holds it', async () => {
    const claims = legacyTokenClaims({ namespace: 'access-a', name: 'builder', uid: UID }, 'legacy');
    const token = await KEYS.sign(claims);
    expect(JSON.stringify(partOf(token, 1))).toBe(
      `{"iss":"${LEGACY_ISSUER}","kubernetes.io/serviceaccount/namespace":"access-a","kubernetes.io/serviceaccount/secret.name":"legacy","kubernetes.io/serviceaccount/service-account.name":"builder","kubernetes.io/serviceaccount/service-account.uid":"${UID}","sub":"system:serviceaccount:access-a:builder"}`,
    );
    expect(await review(token)).toEqual({ user: {}, error: '[invalid bearer token, Token has been invalidated]' });
    const secret = (kept: string): KubeObject =>
      kubeObject(
        'v1',
        'Secret',
        { name: 'legacy', namespace: 'access-a', uid: 'l' },
        { data: { token: Buffer.from(kept).toString('base64') } },
      );
    all.push(secret(token));
    expect(await review(token)).toEqual({
      authenticated: true,
      user: { username: 'system:serviceaccount:access-a:builder', uid: UID, groups: BUILDER_GROUPS },
      audiences: [ISSUER],
    });
    all[all.length - 1] = secret('another');
    expect(await review(token)).toEqual({
      user: {},
      error: "[invalid bearer token, Token does not match server's copy]",
    });
  });
});

describe('the keys of service account tokens', () => {
  it('are believed after another one signs', async () => {
    const old = newKey('rsa');
    const token = await new ServiceAccountKeys(old).sign({ iss: ISSUER });
    const keys = new ServiceAccountKeys(newKey(), [old]);
    expect(await keys.isSigned(token, keys.candidates(stringAt(partOf(token, 0), 'kid')))).toBe(true);
    expect(keys.algorithms).toEqual(['ES256', 'RS256']);
  });

  it('are published as relying parties want them', () => {
    const [configuration, keySet] = openIdDocuments(KEYS, { issuer: ISSUER, address: '127.0.0.1:36793' });
    expect(JSON.stringify(configuration?.document)).toBe(
      `{"issuer":"${ISSUER}","jwks_uri":"https://127.0.0.1:36793/openid/v1/jwks","response_types_supported":["id_token"],"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["ES256"]}`,
    );
    expect(keySet).toMatchObject({ path: '/openid/v1/jwks', contentType: 'application/jwk-set+json' });
    expect(JSON.stringify(keySet?.document)).toMatch(
      /^\{"keys":\[\{"use":"sig","kty":"EC","kid":"[-_\w]{43}","crv":"P-256","alg":"ES256","x":"[-_\w]{43}","y":"[-_\w]{43}"\}\]\}$/,
    );
  });

  it('have the ids that Kubernetes gives them', () => {
    // A key of the real server: its id is the digest of its public key.
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: 'A9l7Uagn5vKAG-lmy3d2oYr9Ozs4gyNNEPTQ-3sRUKA',
      y: '2rD9bwnhwjGHV_9TjJ2GCedW5Y3JpW6lAt4mSmvWlEw',
    };

    const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'spki' }).toString();
    const keys = new ServiceAccountKeys(newKey(), [pem]);
    expect(keys.candidates('_5AK5UxVGPksyLBtTVLIsLfxoWUhR1LK4IJaroQaKDA')).toHaveLength(1);
  });
});
