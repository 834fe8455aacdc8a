/**
 * The desktop as a user meets it, through noVNC: a picture, a mouse and a keyboard.
 */
import { createHash } from 'node:crypto';
import type { Browser, Locator, Page } from 'playwright-core';
import { type EnvironmentAddress, EnvironmentPage, openWindow, PATIENCE_MS, urlBelow } from './environment-page';

/** A canvas, as far as it is used here: this code has no types of the page. */
interface Canvas extends Size {
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { data: { buffer: ArrayBuffer } };
  };
  toDataURL(): string;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Runs in the page: the picture, unless there is none or it has one colour only. */
function pictureIn(element: unknown): string | undefined {
  const canvas = element as Canvas;
  const { width, height } = canvas;
  if (width === 0 || height === 0) return undefined;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  return new Set(new Uint32Array(data.buffer)).size < 2 ? undefined : canvas.toDataURL();
}

/** Runs in the page: the size of the desktop's screen in its own pixels. */
function sizeOf(element: unknown): Size {
  const { width, height } = element as Canvas;
  return { width, height };
}

/** A place on the desktop's own screen, in its pixels from the top left. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export class DesktopPage extends EnvironmentPage {
  private constructor(page: Page) {
    super(page);
  }

  /** Opens it, signed in by user and password, and waits for the first picture. */
  static async open(browser: Browser, address: EnvironmentAddress & { readonly user?: string }): Promise<DesktopPage> {
    const { user: username = 'abc', password } = address;
    const window = await openWindow(browser, password === undefined ? {} : { httpCredentials: { username, password } });
    const desktop = new DesktopPage(window);
    await window.goto(urlBelow(address, ''));
    await window.locator('html.noVNC_connected').waitFor();
    await desktop.picture();
    return desktop;
  }

  /** A word for what the desktop shows: the same for the same picture. Waits until there is one. */
  async picture(): Promise<string> {
    return this.pictureUnlike(undefined);
  }

  /** Waits until the desktop shows something else, and gives the new picture's word. */
  async pictureUnlike(earlier: string | undefined): Promise<string> {
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      const picture = await this.canvas().evaluate(pictureIn);
      const word = picture === undefined ? undefined : createHash('sha256').update(picture).digest('hex');
      if (word !== undefined && word !== earlier) return word;
      await this.page.evaluate('new Promise((resolve) => requestAnimationFrame(() => resolve(null)))');
    }
    throw new Error(earlier === undefined ? 'the desktop shows no picture' : "the desktop's picture stays the same");
  }

  /** Clicks at a place of the desktop. */
  async click({ x, y }: Place, button: 'left' | 'right' = 'left'): Promise<void> {
    const canvas = this.canvas();
    const { width, height } = await canvas.evaluate(sizeOf);
    const box = await canvas.boundingBox();
    if (box === null) throw new Error('the desktop is not shown');
    await this.page.mouse.click(box.x + (x * box.width) / width, box.y + (y * box.height) / height, { button });
  }

  /** Types into the window that has the desktop's focus. */
  async type(text: string): Promise<void> {
    await this.canvas().focus();
    await this.page.keyboard.type(text, { delay: 20 });
  }

  /** Presses a key by its name, as `Enter`. */
  async press(key: string): Promise<void> {
    await this.canvas().focus();
    await this.page.keyboard.press(key);
  }

  private canvas(): Locator {
    return this.page.locator('#noVNC_container canvas');
  }
}
