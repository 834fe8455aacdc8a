/**
 * A terminal in the page, by xterm.js: typed into, and read line by line as it stands on the screen.
 */
import { randomBytes } from 'node:crypto';
import type { Locator } from 'playwright-core';
import { PATIENCE_MS } from './environment-page';

/** A line each: as xterm.js draws them by the page's own means, or hands them to screen readers. */
const LINES = '.xterm-rows > div, .xterm-accessibility-tree > div';

/** How long what is typed may take to be shown, in milliseconds. */
const TYPING_MS = 10_000;

export class ScreenTerminal {
  private constructor(private readonly element: Locator) {}

  /** The terminal in an element that shows no other, as soon as a prompt stands there. */
  static async whenPrompted(element: Locator): Promise<ScreenTerminal> {
    await element.locator(LINES).filter({ hasText: /\S/ }).first().waitFor({ state: 'attached' });
    return new ScreenTerminal(element);
  }

  /** Types a command of a POSIX shell, waits until it ends, and gives the lines that it wrote. At most a screenful of short lines. */
  async run(command: string): Promise<readonly string[]> {
    // Written in two parts, so that the line that is typed doesn't show what its end will.
    const mark = randomBytes(4).toString('hex');
    await this.typeLine(`clear; echo "<"${mark}; ${command}; echo ${mark}">"`);
    const written = new RegExp(`(?:^|\\n)<${mark}\\n((?:.*\\n)*?.*?)${mark}>`);
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const text = (await this.lines()).join('\n');
      const [, output] = written.exec(text) ?? [];
      if (output !== undefined)
        return output.split('\n').filter((line, index, all) => line !== '' || index < all.length - 1);
      if (Date.now() > deadline) throw new Error(`"${command}" hasn't ended in the terminal, which shows:\n${text}`);
      await this.nextFrame();
    }
  }

  /** Types a line, and sends it once it stands on the screen as it is: a shell that is still starting swallows keys. */
  private async typeLine(line: string): Promise<void> {
    const { keyboard } = this.element.page();
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      await this.focus();
      await keyboard.type(line);
      if (await this.shows(line)) return keyboard.press('Enter');
      await keyboard.press('Control+C');
    }
    throw new Error(`the terminal doesn't show what is typed, but:\n${(await this.lines()).join('\n')}`);
  }

  /** True once the screen ends with this text, whatever lines it is broken into; false where it doesn't in a few seconds. */
  private async shows(text: string): Promise<boolean> {
    const wanted = text.replaceAll(' ', '');
    const deadline = Date.now() + TYPING_MS;
    while (Date.now() < deadline) {
      if ((await this.lines()).join('').replaceAll(' ', '').endsWith(wanted)) return true;
      await this.nextFrame();
    }
    return false;
  }

  /** What stands on the screen, without blanks at the ends of lines. */
  async lines(): Promise<readonly string[]> {
    const rows = await this.element.locator(LINES).allTextContents();
    return rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd());
  }

  private async focus(): Promise<void> {
    await this.element.locator('.xterm-screen').click();
    await this.element.locator('.xterm-helper-textarea').focus();
  }

  /** Until the page has drawn again. */
  private async nextFrame(): Promise<void> {
    await this.element.page().evaluate('new Promise((resolve) => requestAnimationFrame(() => resolve(null)))');
  }
}
