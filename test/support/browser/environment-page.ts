/**
 * One environment, open in one window of the browser: what the pages of all programs have alike.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { packageFolder } from '../../../src/adapters/files/package-version';

/** Where an environment is, and what it asks for. */
export interface EnvironmentAddress {
  /** Its base, with the path prefix of its entry: `http://127.0.0.1:8080/team-a/notebook/`. */
  readonly url: string;
  /** Password or token. Absent: it asks for none. */
  readonly password?: string;
  /** Signs the window in before the program is opened. Absent: nobody asks who it is. */
  readonly signIn?: (page: Page, url: string) => Promise<unknown>;
}

/** How long a user waits for one thing, in milliseconds: loaded machines are slow. */
export const PATIENCE_MS = 120_000;

const SCREENSHOTS = join(packageFolder(), 'test/results/screenshots');

export abstract class EnvironmentPage {
  protected constructor(readonly page: Page) {}

  /** Keeps a picture of the window as `test/results/screenshots/NAME.png`, and gives its path. */
  async screenshot(name: string): Promise<string> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const path = join(SCREENSHOTS, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** Closes the window, and forgets its cookies. */
  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** A window of its own, with no cookies of others. */
export async function openWindow(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  return context.newPage();
}

/** A path below an environment's base. */
export function urlBelow({ url }: EnvironmentAddress, path: string): string {
  return new URL(path, url.endsWith('/') ? url : `${url}/`).href;
}
