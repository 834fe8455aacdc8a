/**
 * The browser that plays the user: the machine's Chromium without a window, driven by playwright-core.
 *
 * It asks nothing of the internet by itself, and draws without WebGL, so that terminals put their text into the page, where a
 * test can read what a user reads.
 */
import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Without them it looks for updates, news and the fastest protocol, which closed networks refuse many times over. */
const FLAGS = [
  '--disable-3d-apis',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
];

/** Path of the browser: that of the variable CHROMIUM, else the first where distributions put it; undefined if there is none. */
function findChromium(): string | undefined {
  const given = process.env['CHROMIUM'];
  return (given === undefined ? PLACES : [given]).find(isExecutable);
}

/** How the browser is started, beyond what every test needs. */
export interface LaunchOptions {
  readonly flags?: readonly string[];
}

/** Starts the browser, with a new profile that goes with it. Throws, with what to install, where there is none. */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error(
      `no browser to play the user: install Debian's package chromium, or name one in the variable CHROMIUM (looked for ${PLACES.join(', ')})`,
    );
  }
  // Chromium's own sandbox refuses to be set up by root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, headless: true, args: [...FLAGS, ...sandbox, ...(options.flags ?? [])] });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
