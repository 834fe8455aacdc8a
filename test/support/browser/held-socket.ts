/** A websocket that a page opens for a test and holds, beside those of its program. */
import type { Page } from 'playwright-core';

/** What is known of it in the page. */
interface Held {
  isOpen: boolean;
  closedAt?: number;
}

/** As far as it is used here: this code has no types of the page. */
interface Socket {
  addEventListener(event: 'open' | 'close' | 'error', listener: () => void): void;
}

interface Holder {
  held?: Held;
  readonly WebSocket: new (url: string) => Socket;
}

export class HeldSocket {
  private constructor(private readonly page: Page) {}

  /** Opens it below the page's own host; returns when it is open. */
  static async open(page: Page, path: string): Promise<HeldSocket> {
    const { host } = new URL(page.url());
    await page.evaluate(openSocket, `wss://${host}${path}`);
    await page.waitForFunction(isOpen);
    return new HeldSocket(page);
  }

  /** True where it ends before it is open: whoever answers doesn't let the page have it. */
  static async isRefused(page: Page, path: string): Promise<boolean> {
    const { host } = new URL(page.url());
    await page.evaluate(openSocket, `wss://${host}${path}`);
    await page.waitForFunction(isSettled);
    return !(await page.evaluate(isOpen));
  }

  /** When it ended, in milliseconds since the epoch; waits for that. */
  async closedAt(): Promise<number> {
    await this.page.waitForFunction(isClosed);
    return this.page.evaluate(closingTime);
  }

  async isOpen(): Promise<boolean> {
    return !(await this.page.evaluate(isClosed));
  }
}

/** Runs in the page, as do those below. */
function openSocket(url: string): void {
  const holder = globalThis as unknown as Holder;
  const held: Held = { isOpen: false };
  holder.held = held;
  const socket = new holder.WebSocket(url);
  socket.addEventListener('open', () => {
    held.isOpen = true;
  });
  socket.addEventListener('close', () => {
    held.closedAt = Date.now();
  });
}

function isOpen(): boolean {
  return (globalThis as unknown as Holder).held?.isOpen === true;
}

function isSettled(): boolean {
  const held = (globalThis as unknown as Holder).held;
  return held?.isOpen === true || held?.closedAt !== undefined;
}

function isClosed(): boolean {
  return (globalThis as unknown as Holder).held?.closedAt !== undefined;
}

function closingTime(): number {
  return (globalThis as unknown as Holder).held?.closedAt ?? Number.NaN;
}
