/**
 * As much of a browser as signing in takes: cookies by host and path, redirects, forms. It keeps what it saw, so that tests can
 * look for what mustn't be there. Requests are sent by `send`, which a test may answer itself for hosts that aren't real.
 */

/** A request on its way. */
export interface BrowserRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer, with its cookies told apart. */
export interface BrowserResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly setCookies: readonly string[];
  readonly body: string;
}

/** A page that the browser came to rest at. */
export interface Visited extends BrowserResponse {
  readonly url: URL;
}

export type Send = (request: BrowserRequest) => Promise<BrowserResponse>;

/** Sends over the network. */
export const sendByNetwork: Send = async ({ method, url, headers, body }) => {
  const response = await fetch(url, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    setCookies: response.headers.getSetCookie(),
    body: await response.text(),
  };
};

interface StoredCookie {
  readonly host: string;
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

const MOST_REDIRECTS = 20;

export class TestBrowser {
  /** Every address that was asked, in order. */
  readonly asked: string[] = [];
  readonly #send: Send;
  #cookies: readonly StoredCookie[] = [];

  constructor(send: Send = sendByNetwork) {
    this.#send = send;
  }

  /** Opens an address, and follows where it leads. */
  async open(address: string | URL): Promise<Visited> {
    let visited = await this.request('GET', new URL(address));
    for (let count = 0; visited.status >= 300 && visited.status < 400; count++) {
      if (count >= MOST_REDIRECTS) throw new Error(`too many redirects: ${visited.url.href}`);
      visited = await this.request('GET', new URL(visited.headers['location'] ?? '', visited.url));
    }
    return visited;
  }

  /** Sends a form, and follows where it leads. */
  async submit(action: string | URL, fields: Readonly<Record<string, string>> = {}): Promise<Visited> {
    const url = new URL(action);
    const answer = await this.request('POST', url, {
      headers: { origin: url.origin, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
    const { location } = answer.headers;
    return location === undefined ? answer : this.open(new URL(location, url));
  }

  /** Sends one request with this browser's cookies, takes those that come back, and follows nothing. */
  async request(
    method: 'GET' | 'POST',
    url: URL,
    { headers = {}, body }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {},
  ): Promise<Visited> {
    this.asked.push(url.href);
    const cookie = this.cookiesAt(url);
    const answer = await this.#send({
      method,
      url,
      headers: { accept: 'text/html', ...(cookie === '' ? {} : { cookie }), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    for (const setCookie of answer.setCookies) this.#take(url, setCookie);
    return { ...answer, url };
  }

  /** The `Cookie` header for an address. */
  cookiesAt({ host, pathname }: URL): string {
    return this.#cookies
      .filter((cookie) => cookie.host === host && isBelow(pathname, cookie.path))
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  /** Forgets the cookies of a host, or those whose name contains a word. */
  forget(host: string, word = ''): void {
    this.#cookies = this.#cookies.filter((cookie) => cookie.host !== host || !cookie.name.includes(word));
  }

  #take({ host, pathname }: URL, setCookie: string): void {
    const [pair = '', ...attributes] = setCookie.split(';').map((part) => part.trim());
    const equals = pair.indexOf('=');
    const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
    const attribute = (wanted: string): string | undefined =>
      attributes.find((text) => text.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const path = attribute('path') ?? (pathname.slice(0, pathname.lastIndexOf('/')) || '/');
    const isGone = attribute('max-age') === '0' || Date.parse(attribute('expires') ?? '') < Date.now();
    const others = this.#cookies.filter(
      (cookie) => cookie.host !== host || cookie.path !== path || cookie.name !== name,
    );
    this.#cookies = isGone ? others : [...others, { host, path, name, value }];
  }
}

/** Whether a cookie of this path is sent to an address. @see RFC 6265, 5.1.4 */
function isBelow(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}
