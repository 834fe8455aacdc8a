/**
 * A cell and a terminal behind the gate that nobody touches for ten minutes (`ADRA_IDLE_MINUTES`: as many), while the session
 * has to be looked at again by the gate; then a reload of the proxy in front, then a gate that is killed and comes back.
 *
 * All three pass without a websocket that ends: JupyterLab's to its kernel and for events, code-server's to its window and its
 * extensions. nginx keeps those that are open in the worker of the old configuration; the sidecar asks the gate when a
 * websocket begins, and not again; a gate that starts serves sidecars the listener that they have. So nothing reconnects, and
 * nobody signs in again. What came of it is kept in `test/results/access-idle.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { packageFolder } from '../../src/adapters/files/package-version';
import { CodeServerPage } from '../support/browser/code-server-page';
import { JupyterLabPage } from '../support/browser/jupyterlab-page';
import { asPerson } from '../support/browser/provider-sign-in';
import type { ScreenTerminal } from '../support/browser/screen-terminal';
import { type SocketChanges, WatchedWindow } from '../support/browser/watched-window';
import { AccessLayer, BY_TLS, guardedEnvironment, reloadProxy } from '../support/node/access-layer';
import { NODE_PATIENCE_MS, Team } from '../support/node/team';

const MINUTES = Number(process.env['ADRA_IDLE_MINUTES'] ?? '10');
const FIGURES = join(packageFolder(), 'test/results');

jest.setTimeout(2 * NODE_PATIENCE_MS + MINUTES * 60_000);

let layer: AccessLayer;
let team: Team;
let browser: Awaited<ReturnType<AccessLayer['browser']>>;
let notebook: JupyterLabPage;
let editor: CodeServerPage;
let terminal: ScreenTerminal;
const windows = new Map<string, WatchedWindow>();
/** What the cell and the terminal have counted to. */
let count = 0;
const kept: Record<string, unknown> = { minutes: MINUTES };

/** Signs Alice in, in a window that is watched from its beginning. */
const watchedAs = (name: string) => async (page: JupyterLabPage['page'], url: string) => {
  windows.set(name, new WatchedWindow(page));
  await asPerson('alice')(page, url);
};

beforeAll(async () => {
  layer = await AccessLayer.install();
  team = await Team.make('restricted', BY_TLS);
  browser = await layer.browser();
  await guardedEnvironment(team, 'jupyterlab');
  await guardedEnvironment(team, 'code-server');
  notebook = await JupyterLabPage.open(browser, { url: await team.url('jupyterlab'), signIn: watchedAs('jupyterlab') });
  await notebook.newNotebook();
  await notebook.runCell('count = 0');
  editor = await CodeServerPage.open(browser, { url: await team.url('code-server'), signIn: watchedAs('code-server') });
  terminal = await editor.openTerminal();
  await terminal.run('count=0');
});
afterAll(async () => {
  mkdirSync(FIGURES, { recursive: true });
  writeFileSync(join(FIGURES, 'access-idle.json'), `${JSON.stringify(kept, undefined, 2)}\n`);
  await browser.close();
  await team.close();
  await layer.close();
});

/** Lets something happen, and sees that cell and terminal know what they knew, over the same websockets, in the same page. */
async function outlasts(title: string, happening: () => Promise<unknown>): Promise<void> {
  const before = [...windows].map(([name, window]) => ({
    name,
    window,
    changes: window.remember(),
    loads: window.loads,
  }));
  await happening();
  count += 1;
  expect(await notebook.runCell('count += 1\nprint(count)')).toBe(String(count));
  expect(await terminal.run('count=$((count + 1)); echo $count')).toEqual([String(count)]);
  const sockets: Record<string, SocketChanges> = {};
  for (const { name, changes } of before) sockets[name] = changes();
  kept[title] = sockets;
  for (const { name, window, loads } of before) {
    expect(sockets[name]?.held).not.toEqual([]);
    expect(sockets[name]).toMatchObject({ closed: [], opened: [] });
    expect(window.loads).toBe(loads);
  }
}

describe('a cell and a terminal behind the gate go on', () => {
  test(`through ${MINUTES} minutes in which nobody types`, async () => {
    // The time itself is what is tried: nothing tells that it has been long enough.
    await outlasts('idle', () => pause(MINUTES * 60_000));
  });

  test('through a reload of the proxy in front', async () => {
    await outlasts('proxyReloaded', () => reloadProxy(team, 'jupyterlab'));
  });

  test('through a restart of the gate', async () => {
    await outlasts('gateRestarted', () => layer.restartGate());
  });
});
