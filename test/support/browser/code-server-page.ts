/**
 * code-server, VS Code in the browser, as a user meets it: files and the terminal.
 */
import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { type EnvironmentAddress, EnvironmentPage, openWindow, PATIENCE_MS, urlBelow } from './environment-page';
import { ScreenTerminal } from './screen-terminal';

/** Attribute of a terminal's element in the page, by which this code knows it again. */
const TERMINAL_NAME = 'data-terminal-name';

/** How long the palette may take to answer before it is asked again, in milliseconds. */
const ANSWER_MS = 10_000;

/** Fails with what failed once there is no more time; false until then. */
function isOver(deadline: number): (error: unknown) => false {
  return (error) => {
    if (Date.now() > deadline) throw error;
    return false;
  };
}

/** An element of the page, as far as it is used here: this code has no types of the page. */
interface Named {
  setAttribute(attribute: string, value: string): void;
}

/** Runs in the page. */
function nameTerminal(element: unknown, name: string): void {
  (element as Named).setAttribute('data-terminal-name', name);
}

/** Runs in the page. */
function nameTerminals(elements: unknown, name: string): void {
  for (const element of elements as readonly Named[]) element.setAttribute('data-terminal-name', name);
}

export class CodeServerPage extends EnvironmentPage {
  private constructor(page: Page) {
    super(page);
  }

  /**
   * Opens it, signed in by its password. Whether the editor asks if the folder is trusted must be settled in its settings:
   * it asks late, and what was begun before the answer may never run.
   */
  static async open(browser: Browser, address: EnvironmentAddress): Promise<CodeServerPage> {
    const codeServer = new CodeServerPage(await openWindow(browser));
    const { page } = codeServer;
    await address.signIn?.(page, address.url);
    await page.goto(urlBelow(address, ''));
    if (address.password !== undefined) {
      await page.locator('input[name=password]').fill(address.password);
      await page.locator('input[type=submit]').click();
    }
    await codeServer.shown();
    return codeServer;
  }

  /** Loads the page again, and waits until the editor is there. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.shown();
  }

  /** Opens a new terminal, and waits for its prompt. */
  async openTerminal(): Promise<ScreenTerminal> {
    // Those that are there already, as after a reload, are named, so that the one without a name is the new one.
    await this.page.locator('.terminal-wrapper').evaluateAll(nameTerminals, 'earlier');
    await this.command('Terminal: Create New Terminal');
    const name = randomBytes(4).toString('hex');
    const unnamed = this.page.locator(`.terminal-wrapper.active:not([${TERMINAL_NAME}])`);
    await unnamed.evaluate(nameTerminal, name);
    return ScreenTerminal.whenPrompted(this.page.locator(`[${TERMINAL_NAME}="${name}"]`));
  }

  /** Ends all terminals, which otherwise go on without the page and come back in the next one. */
  async endTerminals(): Promise<void> {
    await this.command('Terminal: Kill All Terminals');
    await this.page.locator('.terminal-wrapper').first().waitFor({ state: 'detached' });
  }

  /** Opens a file that is there, writes this text instead of what it says, and saves it. */
  async rewriteFile(path: string, text: string): Promise<void> {
    await this.openFile(path);
    const editor = this.page.locator('.editor-group-container.active .monaco-editor').first();
    await editor.locator('.view-lines').click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.insertText(text);
    await editor.locator('.view-line', { hasText: text }).waitFor();
    await this.page.keyboard.press('Control+S');
    await this.page.locator('.tab.active:not(.dirty)').waitFor();
  }

  /** Opens a file by its absolute path, and gives its text, as far as it fits the window. */
  async openFile(path: string): Promise<string> {
    await this.quickOpen(path);
    const name = path.slice(path.lastIndexOf('/') + 1);
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
    const lines = this.page.locator('.editor-group-container.active .view-line');
    await lines.first().waitFor();
    return (await lines.allTextContents()).map((line) => line.replaceAll('\u00a0', ' ')).join('\n');
  }

  /** Runs a command of the palette, by its title. */
  private async command(title: string): Promise<void> {
    await this.quickOpen(`>${title}`);
  }

  /** Takes the first answer of the palette for this text; asks again where none comes, as while the editor is still starting. */
  private async quickOpen(text: string): Promise<void> {
    const isCommand = text.startsWith('>');
    const widget = this.page.locator('.quick-input-widget:visible');
    const wanted = isCommand ? text.slice(1) : text.slice(text.lastIndexOf('/') + 1);
    const row = widget.locator('.monaco-list-row', { hasText: wanted }).first();
    const ask = async (): Promise<void> => {
      await this.page.keyboard.press(isCommand ? 'F1' : 'Control+P');
      await widget.locator('input').first().fill(text, { timeout: ANSWER_MS });
      await row.waitFor({ timeout: ANSWER_MS });
    };
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await ask().then(() => true, isOver(deadline)))) await this.page.keyboard.press('Escape');
    // What the answer leads to may ask something in the same place, so the palette need not close: callers wait for what it leads to.
    await row.click();
  }

  private async shown(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.editor').waitFor();
    await this.page.locator('.explorer-folders-view').waitFor();
  }
}
