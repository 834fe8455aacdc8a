/** What a window holds open, and whether it was led elsewhere: its websockets from their beginning to their end, and its page loads. */
import type { Page } from 'playwright-core';

interface Watched {
  readonly name: string;
  isOpen: boolean;
}

/** What has become of the websockets of a window since some time: their paths, with `*` for what is another one each time. */
export interface SocketChanges {
  /** Open then, and ever since. */
  readonly held: readonly string[];
  /** Open then, and not any more. */
  readonly closed: readonly string[];
  /** Opened since, and open now. */
  readonly opened: readonly string[];
}

export class WatchedWindow {
  readonly #sockets: Watched[] = [];
  #loads = 0;

  /** Watches from now on: what is open already isn't seen. */
  constructor(page: Page) {
    page.on('websocket', (socket) => {
      const watched = { name: nameOf(socket.url()), isOpen: true };
      this.#sockets.push(watched);
      socket.on('close', () => {
        watched.isOpen = false;
      });
    });
    page.on('request', (request) => {
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) this.#loads += 1;
    });
  }

  /** Pages that the window itself has loaded so far, those that only led on among them. */
  get loads(): number {
    return this.#loads;
  }

  /** Remembers what is open now; what it gives says what has become of it by then. */
  remember(): () => SocketChanges {
    const then = new Set(this.#sockets.filter(({ isOpen }) => isOpen));
    const names = (isMeant: (socket: Watched) => boolean): readonly string[] =>
      this.#sockets
        .filter(isMeant)
        .map(({ name }) => name)
        .sort();
    return () => ({
      held: names((socket) => then.has(socket) && socket.isOpen),
      closed: names((socket) => then.has(socket) && !socket.isOpen),
      opened: names((socket) => !then.has(socket) && socket.isOpen),
    });
  }
}

function nameOf(url: string): string {
  return new URL(url).pathname.replace(/[0-9a-f]{8,}(?:-[0-9a-f]{4,}){0,4}/gi, '*');
}
