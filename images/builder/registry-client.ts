/**
 * One repository of a registry, by the part of the registries' HTTP API that a push needs.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#push
 */
import { createReadStream } from 'node:fs';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Blob, Descriptor } from './oci-layout';
import { ImageProblem } from './problem';
import type { RegistryAddress } from './registry-address';
import { answerTo } from './registry-authentication';

/** A registry that says nothing for so long is given up. */
const SILENCE_MS = 60_000;

interface Sent {
  readonly method: 'HEAD' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string | number>>;
  /** A text, or the path of a file. */
  readonly body?: { readonly text: string } | { readonly file: string };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Writes to one repository. Every method throws `ImageProblem` where the registry refuses or can't be reached. */
export class RegistryClient {
  private authorization: string | undefined;

  /** `repository` is the whole path: with the address's prefix. */
  constructor(
    private readonly address: RegistryAddress,
    private readonly repository: string,
  ) {}

  async hasBlob({ digest }: Blob): Promise<boolean> {
    const { status } = await this.send(this.url(`blobs/${digest}`), { method: 'HEAD' }, [200, 404]);
    return status === 200;
  }

  /** Takes a blob over from another repository of the registry; false where it is to be sent. */
  async takeBlob({ digest }: Blob, from: string): Promise<boolean> {
    const url = this.url(`blobs/uploads/?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`);
    const { status } = await this.send(url, { method: 'POST' }, [201, 202]);
    return status === 201;
  }

  /** Sends a blob that lies in a file. */
  async sendBlob({ digest, size }: Blob, file: string): Promise<void> {
    const { headers } = await this.send(this.url('blobs/uploads/'), { method: 'POST' }, [202]);
    if (headers.location === undefined) {
      throw new ImageProblem(`registry ${this.address.host} doesn't say where to send blobs to`);
    }
    const target = new URL(headers.location, this.url(''));
    target.searchParams.set('digest', digest);
    const type = 'application/octet-stream';
    await this.send(
      target,
      { method: 'PUT', headers: { 'content-type': type, 'content-length': size }, body: { file } },
      [201],
    );
  }

  /** Gives a tag to a manifest, whose blobs must all be there. */
  async sendManifest(tag: string, { mediaType, size }: Descriptor, content: string): Promise<void> {
    const headers = { 'content-type': mediaType, 'content-length': size };
    await this.send(this.url(`manifests/${tag}`), { method: 'PUT', headers, body: { text: content } }, [201]);
  }

  private url(path: string): URL {
    return new URL(`${this.address.protocol}//${this.address.host}/v2/${this.repository}/${path}`);
  }

  /** Sends a request, once more with what the registry asks for where it wants to know who it is. */
  private async send(url: URL, sent: Sent, expected: readonly number[]): Promise<Answer> {
    let answer = await this.sendOnce(url, sent);
    if (answer.status === 401) {
      this.authorization = await answerTo(answer.headers['www-authenticate'] ?? '', this.address.host, this.repository);
      answer = await this.sendOnce(url, sent);
    }
    if (expected.includes(answer.status)) return answer;
    const said = answer.body.trim().slice(0, 500);
    throw new ImageProblem(
      `${sent.method} ${url.origin}${url.pathname}: status ${answer.status}${said === '' ? '' : `: ${said}`}`,
    );
  }

  private async sendOnce(url: URL, { method, headers = {}, body }: Sent): Promise<Answer> {
    const options: RequestOptions = {
      method,
      timeout: SILENCE_MS,
      headers: { ...headers, ...(this.authorization === undefined ? {} : { authorization: this.authorization }) },
    };
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const request = (url.protocol === 'http:' ? httpRequest : httpsRequest)(url, options, resolve);
        request.on('error', reject);
        request.on('timeout', () => request.destroy(new Error(`no word for ${SILENCE_MS / 1000} s`)));
        if (body === undefined) request.end();
        else if ('text' in body) request.end(body.text);
        else createReadStream(body.file).on('error', reject).pipe(request);
      });
      return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
    } catch (error) {
      throw new ImageProblem(`${method} ${url.origin}${url.pathname}: ${(error as Error).message}`, { cause: error });
    }
  }
}
