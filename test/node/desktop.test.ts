import type { Browser } from 'playwright-core';
import { DesktopPage } from '../support/browser/desktop-page';
import { launchBrowser } from '../support/browser/launch-browser';
import { kubectl } from '../support/cluster';
import { eventually } from '../support/eventually';
import { imageReference } from '../support/node/images';
import { NODE_PATIENCE_MS, Team } from '../support/node/team';

jest.setTimeout(2 * NODE_PATIENCE_MS);

/** In the terminal that the desktop starts with, and beside it. */
const TERMINAL = { x: 200, y: 200 };
const BACKGROUND = { x: 1200, y: 700 };

let team: Team;
let browser: Browser;
beforeAll(async () => {
  team = await Team.make('baseline');
  browser = await launchBrowser();
  await team.environment('screen', {
    workloads: [
      {
        name: 'main',
        container: {
          preset: 'webtop',
          image: imageReference('desktop'),
          resources: { requests: { cpu: '100m', memory: '128Mi' } },
          securityContext: { runAsUser: 1000, runAsGroup: 1000 },
        },
        storage: { size: '1Gi' },
      },
    ],
    // The preset is made for images that start as root, and asks for this whatever the image.
    templateKind: 'ClusterEnvironmentTemplate',
    template: { security: { podSecurity: 'Baseline', reason: 'The preset’s own images start as root.' } },
  });
});
afterAll(async () => {
  await browser.close();
  await team.close();
});

const open = async (): Promise<DesktopPage> =>
  DesktopPage.open(browser, { url: await team.url('screen'), password: await team.password('screen') });

const inHome = (file: string): string | undefined => {
  const { stdout, code } = kubectl(['-n', team.namespace, 'exec', 'screen-0', '--', 'sh', '-c', `cat ${file} || true`]);
  return code === 0 ? stdout.trim() : undefined;
};

describe('a desktop on a node, in the browser', () => {
  test('shows its menu where the background is clicked', async () => {
    const page = await open();
    const before = await page.picture();
    await page.click(BACKGROUND, 'right');
    await page.pictureUnlike(before);
    await page.screenshot('desktop-menu');
    await page.press('Escape');
    await page.close();
  });

  test('takes what is typed, and keeps the file after its pod was killed', async () => {
    const page = await open();
    await page.click(TERMINAL);
    await page.type('echo typed > note');
    await page.press('Enter');
    await eventually('the file is written', () => inHome('/config/note') === 'typed', NODE_PATIENCE_MS);
    await page.close();
    await team.killPod('screen');
    expect(inHome('/config/note')).toBe('typed');
    const again = await open();
    await again.screenshot('desktop-after-kill');
    await again.close();
  });
});
