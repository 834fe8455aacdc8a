/** The library against servers that answer as no Keycloak should; what Keycloak itself answers is seen in `test/keycloak`. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Keycloak } from '../../../src/adapters/keycloak/keycloak';
import { PROBLEM_CODES } from '../../../src/adapters/keycloak/problem';
import { FakeClock } from '../../support/fake-clock';

let server: Server | undefined;
afterEach(async () => {
  if (server === undefined) return;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  server = undefined;
});

async function keycloakThat(answer: RequestListener, clock = new FakeClock()): Promise<Keycloak> {
  server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const settings = { url, realm: 'company', clientId: 'adrasteia', clientSecret: 's3cret', rolesClientId: 'k8s' };
  return new Keycloak({ ...settings, timeoutMs: 200 }, clock);
}

const TOKEN = JSON.stringify({ access_token: 'token', expires_in: 60 });

/** Answers with a token, and whatever else is asked as `answer` does. */
function withToken(answer: RequestListener): RequestListener {
  return (request, response) => {
    if (request.url?.endsWith('/token') !== true) answer(request, response);
    else response.setHeader('content-type', 'application/json').end(TOKEN);
  };
}

describe('a Keycloak', () => {
  it('that stays silent at sign-in doesn’t answer', async () => {
    const keycloak = await keycloakThat(() => undefined);
    await expect(keycloak.findUser('ada')).rejects.toMatchObject({ code: PROBLEM_CODES.unavailable });
  });

  it('that stays silent afterwards doesn’t answer', async () => {
    const keycloak = await keycloakThat(withToken(() => undefined));
    await expect(keycloak.findUser('ada')).rejects.toMatchObject({
      code: PROBLEM_CODES.unavailable,
      message: expect.stringContaining('no answer in the time allowed') as unknown,
    });
  });

  it('that gave no answer is left alone for a moment; then one request finds out for all whether it is back', async () => {
    const clock = new FakeClock();
    let isBack = false;
    let asked = 0;
    const keycloak = await keycloakThat(
      withToken((_request, response) => {
        asked++;
        if (isBack) response.setHeader('content-type', 'application/json').end('[]');
      }),
      clock,
    );
    const find = () => keycloak.findUser('ada').catch((error: unknown) => (error as { readonly code?: unknown }).code);
    expect([await find(), await find(), asked]).toEqual([PROBLEM_CODES.unavailable, PROBLEM_CODES.unavailable, 1]);
    clock.advance(2_000);
    expect(await Promise.all([find(), find()])).toEqual([PROBLEM_CODES.unavailable, PROBLEM_CODES.unavailable]);
    expect(asked).toBe(2);
    isBack = true;
    clock.advance(2_000);
    expect([await find(), await find(), asked]).toEqual([undefined, undefined, 4]);
  });

  it('that stops in the middle of an answer doesn’t answer', async () => {
    const keycloak = await keycloakThat(
      withToken((_request, response) => void response.writeHead(200, { 'content-length': '100' }).write('[')),
    );
    await expect(keycloak.findUser('ada')).rejects.toMatchObject({ code: PROBLEM_CODES.unavailable });
  });

  it('that sends requests elsewhere is no Keycloak, and isn’t followed with the token', async () => {
    const asked: (string | undefined)[] = [];
    const keycloak = await keycloakThat(
      withToken(({ url }, response) => {
        asked.push(url);
        response.writeHead(302, { location: '/elsewhere' }).end();
      }),
    );
    await expect(keycloak.findUser('ada')).rejects.toMatchObject({ code: PROBLEM_CODES.refused });
    expect(asked).toHaveLength(1);
  });

  it('that answers with pages is no Keycloak', async () => {
    const keycloak = await keycloakThat(withToken((_request, response) => void response.end('<h1>Welcome</h1>')));
    await expect(keycloak.findUser('ada')).rejects.toMatchObject({
      code: PROBLEM_CODES.refused,
      message: expect.stringContaining('is this the address of a Keycloak?') as unknown,
    });
  });

  it('is asked again, once and by another token, where it refuses the one it gave', async () => {
    let asked = 0;
    const keycloak = await keycloakThat(
      withToken((_request, response) => {
        asked++;
        response.writeHead(401).end();
      }),
    );
    await expect(keycloak.findUser('ada')).rejects.toMatchObject({ code: PROBLEM_CODES.refused });
    expect(asked).toBe(2);
  });

  it('isn’t told to delete what only looks like a role', async () => {
    let asked = 0;
    const keycloak = await keycloakThat(() => {
      asked++;
    });
    for (const name of ['', '.', '..', 'a/b'])
      await expect(keycloak.removeRoles([name])).rejects.toMatchObject({ code: PROBLEM_CODES.refused });
    expect(asked).toBe(0);
  });
});
