import fc from 'fast-check';
import {
  readCheckRequest,
  writeCheckRequest,
} from '../../../../src/programs/gate/authorization/ext-authz/check-request';
import { readVerdict, writeCheckResponse } from '../../../../src/programs/gate/authorization/ext-authz/check-response';
import { gateRequest } from '../../../../src/programs/gate/authorization/ext-authz/gate-request';
import { readCheckResponse } from './read-check-response';

const text = fc.string({ unit: 'grapheme' });
const map = fc.dictionary(fc.string({ minLength: 1 }), text);
const headers = fc.dictionary(fc.stringMatching(/^[a-z_][a-z0-9_-]*$/), text);
const request = fc.record({
  method: text,
  path: text,
  host: text,
  scheme: text,
  headers,
  sourceAddress: text,
  contextExtensions: map,
});

/** A request as another implementation writes it, with all that Envoy sends beside what is read: a time, a size, a protocol, metadata. */
const OF_ANOTHER = Buffer.from(
  '0ac2010a170a120a10120a31302e302e302e31303218c1b80222017012110a0f0a0d120831302e302e302e3718c03e226e0a080880f09dc706100512620a0331323312034745541a0d0a053a7061746812042f6c61621a0d0a0661636365707412032a2f2a22082f6c61623f713d312a0f656e762e6578616d706c652e6f72673205687474707348ffffffffffffffffff015208485454502f312e315a0178521a0a0b656e7669726f6e6d656e74120b7465616d2f7468657369735a080a060a0161120162',
  'hex',
);

describe('messages of ext_authz', () => {
  test('a request that is written is read again', () => {
    fc.assert(
      fc.property(request, (wanted) => {
        const read = readCheckRequest(writeCheckRequest(wanted));
        const plain = { ...read, headers: { ...read.headers }, contextExtensions: { ...read.contextExtensions } };
        expect(plain).toEqual({
          ...wanted,
          headers: { ...wanted.headers },
          contextExtensions: { ...wanted.contextExtensions },
        });
      }),
    );
  });

  test('a request that another implementation wrote is read', () => {
    const { headers, contextExtensions, ...rest } = readCheckRequest(OF_ANOTHER);
    expect(rest).toEqual({
      method: 'GET',
      path: '/lab?q=1',
      host: 'env.example.org',
      scheme: 'https',
      sourceAddress: '10.0.0.102',
    });
    expect({ ...headers }).toEqual({ accept: '*/*' });
    expect({ ...contextExtensions }).toEqual({ environment: 'team/thesis' });
  });

  test('bytes by chance are a request or an error, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          expect(typeof readCheckRequest(bytes).path).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });

  test('a request that is cut off anywhere is an error, or has lost its environment', () => {
    const whole = writeCheckRequest({
      method: 'GET',
      path: '/lab',
      host: 'env.example.org',
      scheme: 'https',
      headers: { accept: '*/*' },
      sourceAddress: '10.0.0.1',
      contextExtensions: { environment: 'team/thesis' },
    });
    for (let length = 0; length < whole.length; length++) {
      let environment: string | undefined;
      try {
        environment = readCheckRequest(whole.subarray(0, length)).contextExtensions['environment'];
      } catch {
        continue;
      }
      expect(environment).toBeUndefined();
    }
  });

  test('of the headers those of HTTP/2 itself are left out, and any other name is only a name', () => {
    const written = writeCheckRequest({
      method: 'GET',
      path: '/',
      host: 'ENV.example.org',
      scheme: 'https',
      headers: { ':path': '/other', Accept: '*/*', ['__proto__']: 'x' },
      sourceAddress: '10.0.0.1',
      contextExtensions: {},
    });
    const { headers, host } = gateRequest(readCheckRequest(written));
    expect([Object.keys(headers), host]).toEqual([['accept', '__proto__'], 'env.example.org']);
  });

  test('yes replaces headers of the app, and adds cookies as lines of their own', () => {
    const read = readCheckResponse(
      Buffer.from(
        writeCheckResponse({
          outcome: 'Allowed',
          toApp: [{ name: 'x-auth-request-user', value: 'ada' }],
          notToApp: ['x-forwarded-user'],
          toBrowser: [{ name: 'set-cookie', value: 'a=1' }],
        }),
      ),
    );
    expect(read).toMatchObject({
      code: 0,
      kind: 'Ok',
      headers: [{ name: 'x-auth-request-user', value: 'ada', append: false }],
      removed: ['x-forwarded-user'],
      toBrowser: [{ name: 'set-cookie', value: 'a=1', append: undefined }],
    });
  });

  test('no has a status that isn’t OK, whatever the answer', () => {
    const answer = { outcome: 'Answered', status: 200, headers: [], body: 'x' } as const;
    const message = Buffer.from(writeCheckResponse(answer));
    expect(readCheckResponse(message)).toMatchObject({ code: 7, kind: 'Denied', status: 200, body: 'x' });
    expect(readVerdict(message)).toBe('Denied');
  });
});
