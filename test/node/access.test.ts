/**
 * Who gets in, end to end: real nginx, Envoy, gate and OpenID Connect provider, JupyterLab and code-server in Chromium. The
 * provider is `oidc-provider` from npm, on this machine.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { packageFolder } from '../../src/adapters/files/package-version';
import { CodeServerPage } from '../support/browser/code-server-page';
import { openWindow } from '../support/browser/environment-page';
import { HeldSocket } from '../support/browser/held-socket';
import { dismissConnectionError, JupyterLabPage } from '../support/browser/jupyterlab-page';
import { asPerson } from '../support/browser/provider-sign-in';
import { typeOf } from '../support/engine';
import { eventually } from '../support/eventually';
import { AccessLayer, BY_TLS, guardedEnvironment } from '../support/node/access-layer';
import { NODE_PATIENCE_MS, Team } from '../support/node/team';

jest.setTimeout(2 * NODE_PATIENCE_MS);

const ENVIRONMENT = typeOf('Environment');
const FIGURES = join(packageFolder(), 'test/results');

let layer: AccessLayer;
let team: Team;
let browser: Browser;
beforeAll(async () => {
  layer = await AccessLayer.install();
  team = await Team.make('restricted', BY_TLS);
  browser = await layer.browser();
  await guardedEnvironment(team, 'jupyterlab');
  await guardedEnvironment(team, 'code-server');
});
afterAll(async () => {
  await browser.close();
  await team.close();
  await layer.close();
});

const share = async (name: string, with_: readonly object[]): Promise<void> => {
  await team.cluster.patch(
    ENVIRONMENT,
    { namespace: team.namespace, name },
    { spec: { share: [...with_] } },
    { type: 'merge', fieldManager: 'test' },
  );
};

/** Waits until JupyterLab answers the window, whose person was signed in and may have been refused. */
const comesIn = async (window: Page): Promise<void> => {
  const url = await team.url('jupyterlab');
  await eventually('they get in', async () => (await window.goto(`${url}api/status`))?.status() === 200);
};

describe('an environment behind the gate, in the browser', () => {
  test('is JupyterLab to its owner, who signs in once', async () => {
    const page = await JupyterLabPage.open(browser, { url: await team.url('jupyterlab'), signIn: asPerson('alice') });
    await page.newNotebook();
    expect(await page.runCell('print(6 * 7)')).toBe('42');
    await page.screenshot('access-jupyterlab');
    // The other environment in the same browser: the gate knows who it is.
    await page.page.goto(await team.url('code-server'));
    await page.page.locator('.monaco-workbench').first().waitFor();
    await page.close();
  });

  test('is code-server to its owner, with a terminal', async () => {
    const page = await CodeServerPage.open(browser, { url: await team.url('code-server'), signIn: asPerson('alice') });
    const terminal = await page.openTerminal();
    expect(await terminal.run('echo $((6 * 7))')).toEqual(['42']);
    await page.screenshot('access-code-server');
    await page.endTerminals();
    await page.close();
  });

  test('says to somebody else why not, and lets them in once it is shared', async () => {
    const window = await openWindow(browser);
    const url = await team.url('jupyterlab');
    await asPerson('grace')(window, url);
    expect(await window.locator('h1').innerText()).toMatch(/can’t open/);
    expect(await window.locator('body').innerText()).toContain('grace');
    await window.screenshot({ path: join(FIGURES, 'screenshots/access-refused.png') });
    await share('jupyterlab', [{ user: 'grace', level: 'Use' }]);
    await comesIn(window);
    await window.context().close();
  });

  test('loses whom it is no longer shared with, websockets included, and runs on', async () => {
    await share('jupyterlab', [{ user: 'grace', level: 'Use' }]);
    const window = await openWindow(browser);
    await asPerson('grace')(window, await team.url('jupyterlab'));
    await comesIn(window);
    await window.goto(await team.url('jupyterlab'));
    const socket = await HeldSocket.open(window, '/api/events/subscribe');
    const pod = await team.podUid('jupyterlab');
    const from = Date.now();
    await share('jupyterlab', []);
    const closedAfter = (await socket.closedAt()) - from;
    await eventually('the next request is refused', async () => (await statusInPage(window, '/api/status')) === 403);
    const refusedAfter = Date.now() - from;
    keepFigures('revocation', { closedAfterMs: closedAfter, refusedAfterMs: refusedAfter });
    expect(await team.podUid('jupyterlab')).toBe(pod);
    await window.context().close();
  });

  test('can be looked at, and nothing else, by whom it is shared with at View', async () => {
    const alice = await JupyterLabPage.open(browser, { url: await team.url('jupyterlab'), signIn: asPerson('alice') });
    const file = await alice.newNotebook();
    await alice.close();
    await share('jupyterlab', [{ user: 'grace', level: 'View' }]);
    const window = await openWindow(browser);
    const url = await team.url('jupyterlab');
    await asPerson('grace')(window, url);
    await comesIn(window);
    // JupyterLab itself shows her the notebook, and, where she would save it, why it doesn’t.
    await window.goto(`${url}lab/tree/${encodeURIComponent(file)}`);
    await window.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .cm-content').first().waitFor();
    const explanation = window.locator('.jp-Dialog', { hasText: /shared with you to look at/ }).first();
    await eventually('JupyterLab says why it saves nothing', async () => {
      await dismissConnectionError(window);
      await window.keyboard.press('Control+S');
      return explanation.isVisible();
    });
    await window.screenshot({ path: join(FIGURES, 'screenshots/access-view.png') });
    expect(await statusInPage(window, `/api/contents/${file}`)).toBe(200);
    for (const [method, path] of CHANGES) {
      expect(await refusalInPage(window, method, path)).toEqual({ status: 403, reason: 'ViewOnly' });
    }
    expect(await HeldSocket.isRefused(window, '/api/events/subscribe')).toBe(true);
    await window.context().close();
  });

  test('says that it can’t be looked at where its app has no view', async () => {
    await share('code-server', [{ user: 'grace', level: 'View' }]);
    const window = await openWindow(browser);
    const url = await team.url('code-server');
    await asPerson('grace')(window, url);
    await eventually('the page says why', async () => {
      await window.goto(url);
      return (await window.locator('body').innerText()).includes('its app has no view for that');
    });
    await window.context().close();
  });

  test('goes on in a cell and a terminal while the gate is restarted', async () => {
    const page = await JupyterLabPage.open(browser, { url: await team.url('jupyterlab'), signIn: asPerson('alice') });
    await page.newNotebook();
    await page.runCell('kept = 20');
    const socket = await HeldSocket.open(page.page, '/api/events/subscribe');
    const editor = await CodeServerPage.open(browser, {
      url: await team.url('code-server'),
      signIn: asPerson('alice'),
    });
    const terminal = await editor.openTerminal();
    await terminal.run('kept=20');
    // While there is no gate nobody gets in, and JupyterLab may notice.
    await page.dismissConnectionErrors();
    await layer.restartGate();
    expect(await page.runCell('print(kept + 1)')).toBe('21');
    expect(await terminal.run('echo $((kept + 1))')).toEqual(['21']);
    expect(await socket.isOpen()).toBe(true);
    await editor.endTerminals();
    await editor.close();
    await page.close();
  });

  test('ends in every window of who signs out', async () => {
    const window = await openWindow(browser);
    await asPerson('alice')(window, await team.url('jupyterlab'));
    const other = await window.context().newPage();
    await other.goto(await team.url('code-server'));
    await other.locator('.monaco-workbench').first().waitFor();
    const socket = await HeldSocket.open(window, '/api/events/subscribe');
    await other.goto(`${await team.url('code-server')}.adrasteia/sign-out`);
    await other.locator('button', { hasText: 'Sign out' }).click();
    await socket.closedAt();
    expect(await statusInPage(window, '/api/status')).toBe(401);
    await window.context().close();
  });
});

/** What would run something in JupyterLab, or change it. */
const CHANGES = [
  ['PUT', '/api/contents/hers.txt'],
  ['PATCH', '/api/contents/Untitled.ipynb'],
  ['DELETE', '/api/contents/Untitled.ipynb'],
  ['POST', '/api/contents'],
  ['POST', '/api/kernels'],
  ['POST', '/api/sessions'],
  ['POST', '/api/terminals'],
  ['POST', '/api/shutdown'],
] as const;

/** How a script of the page is refused. */
async function refusalInPage(page: Page, method: string, path: string): Promise<unknown> {
  return page.evaluate(
    async (asked) => {
      const answer = await fetch(asked.path, { method: asked.method, body: asked.method === 'DELETE' ? null : '{}' });
      return { status: answer.status, reason: ((await answer.json()) as { reason: string }).reason };
    },
    { method, path },
  );
}

/** What a script of the page is answered. */
async function statusInPage(page: Page, path: string): Promise<number> {
  return page.evaluate(async (asked) => (await fetch(asked)).status, path);
}

/** Keeps what was measured beside the screenshots. */
function keepFigures(name: string, figures: object): void {
  mkdirSync(FIGURES, { recursive: true });
  writeFileSync(join(FIGURES, `access-${name}.json`), `${JSON.stringify(figures, undefined, 2)}\n`);
}
