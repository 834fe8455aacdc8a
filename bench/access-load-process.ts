/** The load generator of `access-load`: does what its parent orders, one order after the other, and ends with it. */
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'undici';
import type { LoadOrder, LoadPerson, LoadReply, LoadResult } from './access-load';

const LATE_MS = 5;

/** What JupyterLab asks every few seconds. */
const PATH = '/api/kernels?1763750000000';

/** What a browser sends with it. */
const BROWSER_HEADERS = {
  accept: '*/*',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'accept-language': 'en-GB,en;q=0.9',
  'sec-fetch-dest': 'empty',
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'same-origin',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'x-forwarded-for': '192.0.2.7',
  'x-forwarded-proto': 'https',
  'x-xsrftoken': '2|ab12cd34|00112233445566778899aabbccddeeff|1763750000',
};

/** One person at work. */
class Sender {
  readonly latenciesMs: number[] = [];
  readonly #client: Client;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #user: string | null;

  constructor({ port, host, isIdentified }: LoadOrder, { user, cookie }: LoadPerson) {
    this.#client = new Client(`http://127.0.0.1:${port}`, { keepAliveTimeout: 120_000 });
    this.#headers = { ...BROWSER_HEADERS, host, cookie, referer: `https://${host}/lab` };
    this.#user = isIdentified ? user : null;
  }

  /** Opens the connection, and sees that the app is told what it should be. */
  async arrive(): Promise<void> {
    const { user } = JSON.parse(await this.#exchange()) as { readonly user: string | null };
    if (user !== this.#user) throw new Error(`the app takes ${String(this.#user)} for ${String(user)}`);
  }

  async send(): Promise<void> {
    const sentAt = performance.now();
    await this.#exchange();
    this.latenciesMs.push(performance.now() - sentAt);
  }

  async leave(): Promise<void> {
    await this.#client.destroy();
  }

  async #exchange(): Promise<string> {
    const { statusCode, body } = await this.#client.request({ method: 'GET', path: PATH, headers: this.#headers });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`a request was answered ${statusCode}: ${text.slice(0, 200)}`);
    return text;
  }
}

async function run(order: LoadOrder): Promise<LoadResult> {
  const senders = order.people.map((person) => new Sender(order, person));
  try {
    await Promise.all(senders.map((sender) => sender.arrive()));
    const startedAt = performance.now();
    const late = order.perSecond === undefined ? await oneByOne(senders, order) : await byChance(senders, order);
    return {
      latenciesMs: senders.flatMap(({ latenciesMs }) => latenciesMs),
      seconds: (performance.now() - startedAt) / 1000,
      late,
    };
  } finally {
    await Promise.all(senders.map((sender) => sender.leave()));
  }
}

/** Each sends the next when the last is answered. */
async function oneByOne(senders: readonly Sender[], { seconds }: LoadOrder): Promise<number> {
  const endAt = performance.now() + seconds * 1000;
  await Promise.all(
    senders.map(async (sender) => {
      while (performance.now() < endAt) await sender.send();
    }),
  );
  return 0;
}

/** Each in turn, whether or not others are answered yet; gives how many were late. */
async function byChance(senders: readonly Sender[], order: LoadOrder): Promise<number> {
  const sent: Promise<void>[] = [];
  const failures: unknown[] = [];
  const startedAt = performance.now();
  let late = 0;
  for (const [index, time] of timesByChance(order).entries()) {
    const early = startedAt + time - performance.now();
    if (early > 0) await pause(early);
    if (performance.now() - startedAt - time > LATE_MS) late += 1;
    const sender = senders[index % senders.length];
    if (sender === undefined) break;
    sent.push(sender.send().catch((error: unknown) => void failures.push(error)));
  }
  await Promise.all(sent);
  if (failures.length > 0) throw failures[0];
  return late;
}

/** Milliseconds since the start, as they come where nobody knows of anybody else: the gaps are exponentially distributed. */
function timesByChance({ perSecond = 1, seconds, seed }: LoadOrder): readonly number[] {
  const chance = chances(seed);
  const times: number[] = [];
  for (let time = 0; ; ) {
    time -= (Math.log(1 - chance()) * 1000) / perSecond;
    if (time >= seconds * 1000) return times;
    times.push(time);
  }
}

/** Numbers from 0 up to 1, the same for the same seed: the generator called mulberry32. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function answer(order: LoadOrder): Promise<void> {
  const reply = await run(order).catch((error: unknown): LoadReply => ({ error: String(error) }));
  process.send?.(reply);
}

process.on('message', (order: LoadOrder) => void answer(order));
process.once('disconnect', () => process.exit(0));
