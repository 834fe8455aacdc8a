/**
 * README scenario 2 of kode-operator on a node: a name and a password before code-server, by real nginx, Envoy and gate, in
 * Chromium. The image is our own, of which the template says what the README's image knows by itself.
 */

import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { request as requestByTls } from 'node:https';
import { connect } from 'node:net';
import type { Browser } from 'playwright-core';
import { POD } from '../../constructs/parts/resource-types';
import { type KubeObject, type Manifest, valueAt } from '../../src/api/object';
import { INGRESS_CLASS_ANNOTATION } from '../../src/dialects/kode/entry';
import { onlyOf, textAt } from '../dialects/kode/rendered';
import { ownScenario } from '../dialects/kode/scenario-2';
import { CodeServerPage } from '../support/browser/code-server-page';
import { typeOf } from '../support/engine';
import { AccessLayer, BY_TLS } from '../support/node/access-layer';
import { imageReference } from '../support/node/images';
import { NODE_PATIENCE_MS, Team } from '../support/node/team';

jest.setTimeout(2 * NODE_PATIENCE_MS);

const GROUP = 'kode.jacero.io';
const KODE = typeOf('Kode', GROUP);
const TEMPLATE = typeOf('KodeTemplate', GROUP);
const ENTRY_POINT = typeOf('EntryPoint', GROUP);
const PROXY = typeOf('EnvoyProxyClusterConfig', GROUP);

const { objects } = ownScenario();
const wanted = onlyOf(objects, 'Kode');
const proxy = onlyOf(objects, 'EnvoyProxyClusterConfig');
const { name: NAME } = wanted.metadata;
const user = textAt(wanted, ['spec', 'user']);
const password = textAt(wanted, ['spec', 'password']);

/** Where our code-server keeps what the README's image keeps there too. */
const DATA = '/config/data';

let layer: AccessLayer;
let team: Team;
let browser: Browser;
let kode: KubeObject;
beforeAll(async () => {
  layer = await AccessLayer.install();
  team = await Team.make('baseline', BY_TLS);
  browser = await layer.browser();
  await team.cluster.apply(PROXY, proxy, { fieldManager: 'test', force: true });
  await team.apply(ENTRY_POINT, {
    apiVersion: `${GROUP}/v1alpha1`,
    kind: 'EntryPoint',
    metadata: { name: 'browsers', annotations: { [INGRESS_CLASS_ANNOTATION]: 'nginx' } },
    spec: { api: 'ingress-api', routingType: 'domain', url: `https://${BY_TLS.domain ?? ''}` },
  });
  await team.apply(TEMPLATE, withOwnImage(onlyOf(objects, 'KodeTemplate')));
  await team.apply(KODE, wanted);
  kode = await team.until(KODE, NAME, 'is active', (live) => valueAt(live, ['status', 'phase']) === 'Active');
});
afterAll(async () => {
  await browser.close();
  await team.cluster.delete(PROXY, { name: proxy.metadata.name });
  await team.close();
  await layer.close();
});

/** The template for our image of code-server, and an editor that doesn't ask whether its home is trusted. */
function withOwnImage(template: Manifest): Manifest {
  const image = imageReference('code-server');
  return {
    ...template,
    spec: {
      ...(template['spec'] as object),
      image,
      args: [
        // Everywhere, as images have it: what the template says by a variable wins.
        ...['--bind-addr', '0.0.0.0:8080', '--auth', 'none', '--user-data-dir', DATA],
        ...['--disable-telemetry', '--disable-update-check', '/config'],
      ],
      initPlugins: [
        {
          name: 'settings',
          image,
          command: ['sh', '-c', `mkdir -p ${DATA}/User && echo "$CONTENT" > ${DATA}/User/settings.json`],
          env: [{ name: 'CONTENT', value: JSON.stringify({ 'security.workspace.trust.enabled': false }) }],
        },
      ],
    },
  };
}

interface Reply {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** What a program gets at the Kode's address that comes with these credentials. */
async function ask(credentials?: string): Promise<Reply> {
  const { host, pathname } = new URL(await team.url(NAME));
  const authorization =
    credentials === undefined ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  return answerTo(
    requestByTls({
      host: BY_TLS.tls?.address,
      path: pathname,
      headers: { host, ...authorization },
      rejectUnauthorized: false,
    }),
  );
}

async function answerTo(asked: ReturnType<typeof request>): Promise<Reply> {
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  return { status: answer.statusCode, headers: answer.headers };
}

/** Address of the Kode's pod. */
async function podAddress(): Promise<string> {
  const pod = await team.find(POD, `${NAME}-0`);
  const address = valueAt(pod, ['status', 'podIP']);
  if (typeof address !== 'string') throw new Error('the pod has no address');
  return address;
}

/** `open`, or how connecting to a port fails. */
async function connecting(host: string, port: number): Promise<string> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return 'open';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'failed';
  } finally {
    socket.destroy();
  }
}

describe('a Kode with a name and a password before it', () => {
  test('says truly where it is', async () => {
    expect(valueAt(kode, ['status', 'kodeUrl'])).toBe(await team.url(NAME));
    expect(valueAt(kode, ['status', 'lastError'])).toBeUndefined();
  });

  test('asks for them, and lets nobody in with others', async () => {
    const asked = await ask();
    expect([asked.status, asked.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Basic /)]);
    expect((await ask(`${user}:wrong`)).status).toBe(401);
    expect((await ask(`mallory:${password}`)).status).toBe(401);
  });

  test('is the editor to who gives them, with a terminal that answers', async () => {
    const page = await CodeServerPage.open(browser, {
      url: await team.url(NAME),
      // As a browser asks for them: it keeps what was given, for websockets too.
      signIn: async (window, url) => {
        const given = new URL(url);
        given.username = user;
        given.password = password;
        await window.goto(given.href);
      },
    });
    const terminal = await page.openTerminal();
    expect(await terminal.run('echo $((6 * 7))')).toEqual(['42']);
    expect(await terminal.run('echo "[$PASSWORD]"')).toEqual(['[]']);
    await page.screenshot('kode-scenario-2');
    await page.endTerminals();
    await page.close();
  });

  test('is asked for at the pod’s own address too, where the app’s port is closed', async () => {
    const address = await podAddress();
    const { host } = new URL(await team.url(NAME));
    const { status } = await answerTo(request({ host: address, port: 8000, path: '/', headers: { host } }));
    expect(status).toBe(401);
    expect(await connecting(address, 3000)).toBe('ECONNREFUSED');
  });
});
