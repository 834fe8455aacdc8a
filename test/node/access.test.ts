/**
 * Who gets in, end to end: real nginx, Envoy, gate and OpenID Connect provider, JupyterLab and code-server in Chromium. The
 * provider is `oidc-provider` from npm, on this machine.
 */
import type { Browser } from 'playwright-core';
import { CodeServerPage } from '../support/browser/code-server-page';
import { openWindow } from '../support/browser/environment-page';
import { JupyterLabPage } from '../support/browser/jupyterlab-page';
import { asPerson } from '../support/browser/provider-sign-in';
import { typeOf } from '../support/engine';
import { eventually } from '../support/harness';
import { AccessLayer, BY_TLS } from '../support/node/access-layer';
import { imageReference } from '../support/node/images';
import { NODE_PATIENCE_MS, Team } from '../support/node/team';
import { trustingEditor } from '../support/node/trusting-editor';

jest.setTimeout(2 * NODE_PATIENCE_MS);

const ENVIRONMENT = typeOf('Environment');
const RESOURCES = { requests: { cpu: '100m', memory: '256Mi' } };

let layer: AccessLayer;
let team: Team;
let browser: Browser;
beforeAll(async () => {
  layer = await AccessLayer.install();
  team = await Team.make('restricted', BY_TLS);
  browser = await layer.browser();
  const template = {
    accessPolicyRef: { kind: 'ClusterAccessPolicy', name: 'company' },
    allow: { share: true },
  };
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
    await page.close();
  });

  test('says to somebody else why not, and lets them in once it is shared', async () => {
    const window = await openWindow(browser);
    const url = await team.url('jupyterlab');
    await asPerson('grace')(window, url);
    expect(await window.locator('h1').innerText()).toMatch(/can’t open/);
    expect(await window.locator('body').innerText()).toContain('grace');
    await window.screenshot({ path: 'test/results/screenshots/access-refused.png' });
    await share('jupyterlab', [{ user: 'grace', level: 'Use' }]);
    await eventually('grace gets in', async () => (await window.goto(`${url}api/status`))?.status() === 200);
    await window.context().close();
  });
});
