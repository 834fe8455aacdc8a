import type { Browser } from 'playwright-core';
import { JupyterLabPage } from '../support/browser/jupyterlab-page';
import { launchBrowser } from '../support/browser/launch-browser';
import { killControllers } from '../support/node/controller-pods';
import { imageReference } from '../support/node/images';
import { NODE_PATIENCE_MS, Team } from '../support/node/team';

jest.setTimeout(2 * NODE_PATIENCE_MS);

let team: Team;
let browser: Browser;
beforeAll(async () => {
  team = await Team.make();
  browser = await launchBrowser();
  await team.environment('thesis', {
    workloads: [
      {
        name: 'main',
        container: {
          preset: 'jupyterlab',
          image: imageReference('jupyterlab'),
          resources: { requests: { cpu: '100m', memory: '256Mi' } },
        },
        storage: { size: '1Gi' },
      },
    ],
  });
});
afterAll(async () => {
  await browser.close();
  await team.close();
});

const open = async (): Promise<JupyterLabPage> =>
  JupyterLabPage.open(browser, { url: await team.url('thesis'), password: await team.password('thesis') });

describe('JupyterLab on a node, in the browser', () => {
  let notebook: string;

  test('runs a cell, and shows what it gave after the page is loaded again', async () => {
    const page = await open();
    notebook = await page.newNotebook();
    expect(await page.runCell('print(6 * 7)')).toBe('42');
    await page.save();
    await page.reload();
    expect(await page.outputs()).toContain('42');
    await page.screenshot('jupyterlab-cell');
    await page.close();
  });

  test('goes on while every pod of the controller is killed', async () => {
    const page = await open();
    await page.openFile(notebook);
    const before = await team.podUid('thesis');
    await page.runCell('kept = 1');
    await killControllers(team.cluster);
    // The same kernel: it still knows the variable.
    expect(await page.runCell('print(kept + 1)')).toBe('2');
    expect(await team.podUid('thesis')).toBe(before);
    await page.save();
    await page.close();
  });

  test('has its files after it was stopped and started', async () => {
    await team.stopAndStart('thesis');
    const page = await open();
    await page.openFile(notebook);
    expect(await page.outputs()).toContain('42');
    await page.screenshot('jupyterlab-after-stop');
    await page.close();
  });

  test('has its files after its pod was killed', async () => {
    await team.killPod('thesis');
    const page = await open();
    await page.openFile(notebook);
    expect(await page.outputs()).toContain('42');
    await page.close();
  });

  test('lets nobody in without the token', async () => {
    const answer = await fetch(`${await team.url('thesis')}api/contents`);
    expect(answer.status).toBe(403);
  });
});
