/** Sign-in at an OpenID Connect provider, as a user meets it on the way to an environment. */
import type { Page } from 'playwright-core';

/** Signs in at the test provider, whose passwords are the names, and comes back to where the window was led away from. */
export function asPerson(name: string): (page: Page, url: string) => Promise<void> {
  return async (page, url) => {
    await page.goto(url);
    await page.locator('input[name=login]').fill(name);
    await page.locator('input[name=password]').fill(name);
    await page.locator('button').click();
    const { host } = new URL(url);
    try {
      await page.waitForURL((at) => at.host === host && !at.pathname.startsWith('/.adrasteia/'));
    } catch (error) {
      const text = await page.locator('body').innerText();
      throw new Error(`${name} didn’t come back: the window is at ${page.url()}, and shows ${JSON.stringify(text)}`, {
        cause: error,
      });
    }
  };
}
