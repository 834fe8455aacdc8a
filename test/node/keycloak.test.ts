/**
 * Who gets in by a real Keycloak, end to end: nginx, Envoy, gate and Keycloak with its own pages, JupyterLab and code-server in
 * Chromium.
 */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { packageFolder } from '../../src/adapters/files/package-version';
import { openWindow } from '../support/browser/environment-page';
import { HeldSocket } from '../support/browser/held-socket';
import { JupyterLabPage } from '../support/browser/jupyterlab-page';
import { eventually } from '../support/eventually';
import { KeycloakAccess, POLICY, SUPPORT_GROUP, VIEWER_ROLE } from '../support/keycloak/keycloak-access';
import { BY_TLS } from '../support/node/access-layer';
import { imageReference } from '../support/node/images';
import { NODE_PATIENCE_MS, Team } from '../support/node/team';
import { trustingEditor } from '../support/node/trusting-editor';

jest.setTimeout(2 * NODE_PATIENCE_MS);

const RESOURCES = { requests: { cpu: '100m', memory: '256Mi' } };

let access: KeycloakAccess;
let team: Team;
let browser: Browser;
beforeAll(async () => {
  access = await KeycloakAccess.install([
    { name: 'alice' },
    { name: 'grace' },
    { name: 'ruth', groups: [SUPPORT_GROUP] },
    { name: 'vera', roles: { adrasteia: [VIEWER_ROLE] } },
  ]);
  team = await Team.make('restricted', BY_TLS);
  browser = await access.browser();
  const template = { accessPolicyRef: { kind: 'ClusterAccessPolicy', name: POLICY } };
  for (const preset of ['jupyterlab', 'code-server'])
    await team.environment(preset, {
      owner: 'alice',
      workloads: [
        {
          name: 'main',
          container: { preset, image: imageReference(preset), resources: RESOURCES },
          storage: { size: '1Gi' },
        },
      ],
      template: preset === 'code-server' ? { ...template, initPlugins: [trustingEditor()] } : template,
    });
});
afterAll(async () => {
  await browser.close();
  await team.close();
  await access.close();
});

/** Signs in on Keycloak's page, and comes back to where the window was led away from. */
const as =
  (name: string) =>
  async (page: Page, url: string): Promise<void> => {
    await page.goto(url);
    await page.locator('#username').fill(name);
    await page.locator('#password').fill(access.realm.passwordOf(name));
    await page.locator('#kc-login').click();
    const { host } = new URL(url);
    await page.waitForURL((at) => at.host === host && !at.pathname.startsWith('/.adrasteia/'));
  };

describe('an environment behind the gate, with Keycloak', () => {
  test('is JupyterLab and code-server to its owner, who signs in once', async () => {
    const page = await JupyterLabPage.open(browser, { url: await team.url('jupyterlab'), signIn: as('alice') });
    await page.newNotebook();
    expect(await page.runCell('print(6 * 7)')).toBe('42');
    await page.page.goto(await team.url('code-server'));
    await page.page.locator('.monaco-workbench').first().waitFor();
    await page.close();
  });

  test('says to somebody else why not', async () => {
    const window = await openWindow(browser);
    await as('grace')(window, await team.url('jupyterlab'));
    expect(await window.locator('h1').innerText()).toMatch(/can’t open/);
    const text = await window.locator('body').innerText();
    expect(text).toContain('It isn’t shared with you.');
    expect(text).toContain('You are signed in as grace.');
    await screenshot(window, 'keycloak-refused');
    await window.context().close();
  });

  test('lets in a group of Keycloak’s, to use it', async () => {
    const page = await JupyterLabPage.open(browser, { url: await team.url('jupyterlab'), signIn: as('ruth') });
    await page.newNotebook();
    expect(await page.runCell('print(7 * 6)')).toBe('42');
    await page.close();
  });

  test('lets in a role of Keycloak’s, only to look at what can be looked at', async () => {
    const window = await openWindow(browser);
    await as('vera')(window, await team.url('jupyterlab'));
    expect(await answerInPage(window, '/api/status', 'GET')).toMatchObject({ status: 200 });
    expect(await answerInPage(window, '/api/contents', 'POST')).toMatchObject({
      status: 403,
      body: expect.stringContaining('ViewOnly') as unknown,
    });
    await window.goto(await team.url('code-server'));
    expect(await window.locator('body').innerText()).toContain('Ask its owner for level Use.');
    await window.context().close();
  });

  test('ends in every window of who signs out, and their session at Keycloak with it', async () => {
    const before = await access.realm.sessionsOf('alice');
    const window = await openWindow(browser);
    const url = await team.url('jupyterlab');
    await window.goto(url);
    await window.locator('#kc-login').waitFor();
    await screenshot(window, 'keycloak-sign-in');
    await as('alice')(window, url);
    expect(await access.realm.sessionsOf('alice')).toBe(before + 1);
    const socket = await HeldSocket.open(window, '/api/events/subscribe');
    const other = await window.context().newPage();
    await other.goto(await team.url('code-server'));
    await other.locator('.monaco-workbench').first().waitFor();
    await other.goto(`${await team.url('code-server')}.adrasteia/sign-out`);
    await other.locator('button', { hasText: 'Sign out' }).click();
    await socket.closedAt();
    expect(await answerInPage(window, '/api/status', 'GET')).toMatchObject({ status: 401 });
    // The gate’s page goes on to Keycloak’s, which asks whether it is meant.
    await other.locator('#kc-logout').click();
    await eventually('Keycloak has ended the session', async () => (await access.realm.sessionsOf('alice')) === before);
    await screenshot(other, 'keycloak-signed-out');
    await window.goto(url);
    await window.locator('#kc-login').waitFor();
    await window.context().close();
  });
});

/** What a script of the page is answered. */
async function answerInPage(
  page: Page,
  path: string,
  method: string,
): Promise<{ readonly status: number; readonly body: string }> {
  return page.evaluate(
    async (asked) => {
      const answer = await fetch(asked.path, { method: asked.method });
      return { status: answer.status, body: await answer.text() };
    },
    { path, method },
  );
}

async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(packageFolder(), 'test/results/screenshots', `${name}.png`) });
}
