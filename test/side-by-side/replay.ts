/**
 * Sends recorded requests to a server, in order, with what that server made (identities, versions, names, tokens) in the
 * place of what the recorded server had made.
 */
import type { JsonObject } from '../../src/api/json';
import { protobufOf, readProtobuf } from '../../src/apiserver/kubernetes';
import { type ExchangeRecord, isWatch } from './exchange-record';
import type { Answer, Client } from './target';

const UID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Members whose values a server makes up. */
const MADE: ReadonlySet<string> = new Set(['continue', 'token', 'clusterIP']);
const GENERATED = /-[bcdfghjklmnpqrstvwxz2456789]{5}$/;
/** So long a replayed watch lasts. */
const WATCH_SECONDS = 1;

export class Replay {
  readonly #client: Client;
  /** By what the recorded server had made. */
  readonly #values = new Map<string, string>();
  readonly #versions = new Map<string, string>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Sends the request of a record. */
  async send(record: ExchangeRecord): Promise<Answer> {
    const path = this.#pathFor(record);
    const answer = await this.#client.send({
      method: record.method,
      path,
      headers: Object.fromEntries(
        Object.entries(record.headers).map(([name, value]) => [name, this.#translated(value)]),
      ),
      body: this.#bodyFor(record),
    });
    this.#learn(parsed(record.answer), parsed(answer.text));
    return answer;
  }

  #pathFor(record: ExchangeRecord): string {
    const path = this.#translated(record.path).replace(
      /([?&]resourceVersion=)(\d+)/,
      (_all, name: string, version: string) => name + this.#version(version),
    );
    if (!isWatch(record)) return path;
    const timed = path
      .replace(/([?&])(?:timeoutSeconds|timeout)=[^&]*/g, '$1')
      .replace(/([?&])&+/g, '$1')
      .replace(/[?&]$/, '');
    return `${timed}${timed.includes('?') ? '&' : '?'}timeoutSeconds=${String(WATCH_SECONDS)}`;
  }

  #bodyFor({ body, headers }: ExchangeRecord): Buffer {
    const bytes = Buffer.from(body, 'base64');
    if ((headers['content-type'] ?? '').includes('protobuf')) return this.#translatedProtobuf(bytes);
    return Buffer.from(this.#translatedText(bytes.toString('utf8')));
  }

  /** What a protobuf message says is changed as JSON, and written as protobuf again. */
  #translatedProtobuf(bytes: Buffer): Buffer {
    const object = readProtobuf(bytes, { apiVersion: '', kind: '' });
    const translated = JSON.parse(this.#translatedText(JSON.stringify(object))) as JsonObject;
    return protobufOf(translated) ?? bytes;
  }

  #translatedText(text: string): string {
    return this.#translated(text).replace(
      /("resourceVersion":\s*")(\d+)"/g,
      (_all, name: string, version: string) => `${name}${this.#version(version)}"`,
    );
  }

  #translated(text: string): string {
    let result = text;
    for (const [recorded, own] of this.#values)
      if (result.includes(recorded)) result = result.replaceAll(recorded, own);
    return result;
  }

  #version(recorded: string): string {
    return this.#versions.get(recorded) ?? recorded;
  }

  /** Compares what both servers answered, and remembers where they made something up. */
  #learn(recorded: unknown, own: unknown, member = ''): void {
    if (typeof recorded === 'string' && typeof own === 'string') {
      if (member === 'resourceVersion') this.#versions.set(recorded, own);
      else if (recorded !== own && isMade(recorded, member)) this.#values.set(recorded, own);
      return;
    }
    if (Array.isArray(recorded) && Array.isArray(own)) {
      recorded.forEach((item, index) => {
        this.#learn(item, own[index]);
      });
      return;
    }
    if (!isRecord(recorded) || !isRecord(own)) return;
    for (const [name, value] of Object.entries(recorded)) this.#learn(value, own[name], name);
  }
}

function isMade(recorded: string, member: string): boolean {
  return MADE.has(member) || UID.test(recorded) || (member === 'name' && GENERATED.test(recorded));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Of a stream each line.
    const lines = text.split('\n').filter((line) => line !== '');
    try {
      return lines.map((line) => JSON.parse(line) as unknown);
    } catch {
      return text;
    }
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
