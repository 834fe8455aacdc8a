/**
 * JupyterLab as a user meets it: notebooks, files and terminals.
 */
import type { Browser, Locator, Page } from 'playwright-core';
import { type EnvironmentAddress, EnvironmentPage, openWindow, urlBelow } from './environment-page';
import { ScreenTerminal } from './screen-terminal';

export class JupyterLabPage extends EnvironmentPage {
  private constructor(
    page: Page,
    private readonly address: EnvironmentAddress,
  ) {
    super(page);
  }

  /** Opens it, signed in by its token. */
  static async open(browser: Browser, address: EnvironmentAddress): Promise<JupyterLabPage> {
    const jupyterlab = new JupyterLabPage(await openWindow(browser), address);
    const token = address.password === undefined ? '' : `?token=${encodeURIComponent(address.password)}`;
    await (address.signIn ?? ((page, url) => page.goto(url)))(jupyterlab.page, `${address.url}${token}`);
    // Else terminals are pictures only, and cells get into the page as they come into sight.
    await jupyterlab.set('terminal-extension:plugin', { screenReaderMode: true });
    await jupyterlab.set('notebook-extension:tracker', { windowingMode: 'none' });
    await jupyterlab.page.goto(urlBelow(address, `lab${token}`));
    await jupyterlab.shown();
    return jupyterlab;
  }

  /** Makes a notebook with a Python kernel, and gives its file's name. */
  async newNotebook(): Promise<string> {
    await this.launch('Notebook');
    await this.notebook().locator('.jp-Cell').first().waitFor();
    await this.kernelIsIdle();
    return (await this.page.locator('.jp-mod-current[role=tab] .lm-TabBar-tabLabel').last().innerText()).trim();
  }

  /** From now on closes the notice that JupyterLab shows where its server didn't answer for a moment, as a user would. */
  async dismissConnectionErrors(): Promise<void> {
    await this.page.addLocatorHandler(connectionError(this.page), () => dismissConnectionError(this.page));
  }

  /** Writes code into the last cell of the open notebook, runs it, waits until it ends, and gives the text of its output. */
  async runCell(code: string): Promise<string> {
    await this.kernelIsIdle();
    const cells = this.notebook().locator('.jp-CodeCell');
    const index = (await cells.count()) - 1;
    const cell = cells.nth(index);
    await cell.locator('.cm-content').click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.insertText(code);
    await this.page.keyboard.press('Shift+Enter');
    await cell.locator('.jp-InputPrompt', { hasText: /^\[\d+\]:$/ }).waitFor();
    await this.kernelIsIdle();
    return outputOf(cell);
  }

  /** Text of the outputs of all cells of the open notebook, in order. */
  async outputs(): Promise<readonly string[]> {
    await this.notebook().locator('.jp-Cell').first().waitFor();
    await this.kernelIsIdle();
    return Promise.all((await this.notebook().locator('.jp-CodeCell').all()).map(outputOf));
  }

  /** Saves the open notebook or file, and waits until it is. */
  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
    await this.page.locator('.lm-TabBar-tab.jp-mod-current.jp-mod-dirty').first().waitFor({ state: 'detached' });
  }

  /** Loads the page again, and waits until what was open is open. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.shown();
  }

  /** Opens a file of the home in its editor or as a notebook, and waits until its content is there. */
  async openFile(name: string): Promise<void> {
    await this.page.goto(urlBelow(this.address, `lab/tree/${encodeURIComponent(name)}`));
    await this.shown();
    await this.page.locator('.jp-mod-current[role=tab]', { hasText: name }).first().waitFor();
    await this.page.locator('.jp-MainAreaWidget:not(.lm-mod-hidden) .cm-content').first().waitFor();
  }

  /** Text of the open file in the editor. */
  async fileText(): Promise<string> {
    const lines = await this.page.locator('.jp-FileEditor:visible .cm-line').allTextContents();
    return lines.join('\n');
  }

  /** Names of the files that the file browser shows. */
  async fileNames(): Promise<readonly string[]> {
    await this.page.locator('.jp-DirListing-content').first().waitFor();
    return this.page.locator('.jp-DirListing-itemText').allInnerTexts();
  }

  /** Opens a terminal. */
  async openTerminal(): Promise<ScreenTerminal> {
    await this.launch('Other', 'Terminal');
    const terminal = this.page.locator('.jp-Terminal:visible').last();
    return ScreenTerminal.whenPrompted(terminal);
  }

  /** Changes a setting of the user's, as JupyterLab's own settings editor does: by a request of the page. */
  private async set(plugin: string, settings: object): Promise<void> {
    const { password } = this.address;
    const token = password === undefined ? '' : `?token=${encodeURIComponent(password)}`;
    const url = urlBelow(this.address, `lab/api/settings/@jupyterlab/${plugin}${token}`);
    const status = await this.page.evaluate(putSettings, {
      url,
      body: JSON.stringify({ raw: JSON.stringify(settings) }),
    });
    if (status >= 300) throw new Error(`JupyterLab refuses a setting: ${String(status)}`);
  }

  private notebook(): Locator {
    return this.page.locator('.jp-NotebookPanel:not(.lm-mod-hidden)');
  }

  private async shown(): Promise<void> {
    await this.page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
    await this.page.locator('#jp-main-dock-panel .lm-TabBar-tab').first().waitFor();
  }

  private async kernelIsIdle(): Promise<void> {
    // The sign in the notebook's toolbar says so before there is a kernel, too.
    await this.page.locator('#jp-main-statusbar', { hasText: '| Idle' }).waitFor();
  }

  /** Clicks the first card of a section of the launcher, which is opened if it isn't. */
  private async launch(category: string, title?: string): Promise<void> {
    const launcher = this.page.locator('.jp-Launcher:visible');
    if ((await launcher.count()) === 0) await this.page.locator('[data-command="launcher:create"]').first().click();
    const cards = launcher.locator(`.jp-LauncherCard[data-category="${category}"]`);
    await (title === undefined ? cards : cards.filter({ hasText: title })).first().click();
  }
}

async function outputOf(cell: Locator): Promise<string> {
  const texts = await cell.locator('.jp-OutputArea-output').allInnerTexts();
  return texts.map((text) => text.trim()).join('\n');
}

/** Runs in the page. Who comes without a token shows by a cookie that only a page of this server can read that it is one. */
async function putSettings({ url, body }: { readonly url: string; readonly body: string }): Promise<number> {
  const { cookie } = (globalThis as unknown as { readonly document: { readonly cookie: string } }).document;
  const proof = /(?:^|; )_xsrf=([^;]*)/.exec(cookie)?.[1] ?? '';
  return (await fetch(url, { method: 'PUT', body, headers: { 'x-xsrftoken': proof } })).status;
}

/** Closes JupyterLab's notice that its server didn't answer, if it shows one; it goes by itself as soon as the server does. */
export async function dismissConnectionError(page: Page): Promise<void> {
  if (await connectionError(page).isVisible()) await page.keyboard.press('Escape');
}

function connectionError(page: Page): Locator {
  return page.locator('.jp-Dialog', { hasText: 'Server Connection Error' }).first();
}
