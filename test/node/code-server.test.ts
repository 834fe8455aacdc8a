import type { Browser } from 'playwright-core';
import { CodeServerPage } from '../support/browser/code-server-page';
import { launchBrowser } from '../support/browser/launch-browser';
import { killControllers } from '../support/node/controller-pods';
import { imageReference } from '../support/node/images';
import { NODE_PATIENCE_MS, Team } from '../support/node/team';
import { trustingEditor } from '../support/node/trusting-editor';

jest.setTimeout(2 * NODE_PATIENCE_MS);

const FILE = '/home/coder/notes.txt';

let team: Team;
let browser: Browser;
beforeAll(async () => {
  team = await Team.make();
  browser = await launchBrowser();
  await team.environment('editor', {
    workloads: [
      {
        name: 'main',
        container: {
          preset: 'code-server',
          image: imageReference('code-server'),
          resources: { requests: { cpu: '100m', memory: '256Mi' } },
        },
        storage: { size: '1Gi' },
      },
    ],
    template: { initPlugins: [trustingEditor()] },
  });
});
afterAll(async () => {
  await browser.close();
  await team.close();
});

const open = async (): Promise<CodeServerPage> =>
  CodeServerPage.open(browser, { url: await team.url('editor'), password: await team.password('editor') });

describe('code-server on a node, in the browser', () => {
  test('has a terminal that answers, and an editor that saves', async () => {
    const page = await open();
    const terminal = await page.openTerminal();
    expect(await terminal.run('id -u')).toEqual(['1000']);
    await terminal.run(`echo from the terminal > ${FILE}`);
    await page.rewriteFile(FILE, 'written in the editor');
    expect(await terminal.run(`cat ${FILE}`)).toEqual(['written in the editor']);
    await page.screenshot('code-server-terminal');
    await page.endTerminals();
    await page.close();
  });

  test('goes on while every pod of the controller is killed', async () => {
    const page = await open();
    const terminal = await page.openTerminal();
    const before = await team.podUid('editor');
    await terminal.run('kept=1');
    await killControllers(team.cluster);
    // The same shell: it still knows the variable.
    expect(await terminal.run('echo $((kept + 1))')).toEqual(['2']);
    expect(await team.podUid('editor')).toBe(before);
    await page.close();
  });

  test.each([
    ['it was stopped and started', () => team.stopAndStart('editor')],
    ['its pod was killed', () => team.killPod('editor')],
  ])('has its files after %s', async (_what, disturb) => {
    await disturb();
    const page = await open();
    expect(await page.openFile(FILE)).toContain('written in the editor');
    await page.close();
  });
});
