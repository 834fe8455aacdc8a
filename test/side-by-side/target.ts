/** An API server under comparison, and how it is asked. */
import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';

export interface Target {
  readonly url: string;
  /** PEM. */
  readonly authority: string;
  /** The administrator's. */
  readonly token: string;
}

/** The target that a kubeconfig in JSON names; its user has a token. */
export function targetOf(kubeconfig: string): Target {
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8')) as {
    readonly clusters: readonly {
      readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
    }[];
    readonly users: readonly { readonly user: { readonly token?: string } }[];
  };
  const [cluster] = config.clusters;
  const [user] = config.users;
  if (cluster === undefined || user?.user.token === undefined)
    throw new Error(`${kubeconfig} names no cluster, or no token`);
  return {
    url: cluster.cluster.server,
    authority: Buffer.from(cluster.cluster['certificate-authority-data'], 'base64').toString('utf8'),
    token: user.user.token,
  };
}

export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly warnings: readonly string[];
  readonly text: string;
}

/** One connection after another, kept open. */
export class Client {
  readonly #target: Target;
  readonly #agent: Agent;

  constructor(target: Target) {
    this.#target = target;
    this.#agent = new Agent({ keepAlive: true, ca: target.authority });
  }

  send({ method, path, headers, body }: SentRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        `${this.#target.url}${path}`,
        {
          method,
          agent: this.#agent,
          headers: {
            authorization: `Bearer ${this.#target.token}`,
            ...headers,
            ...(body.length === 0 ? {} : { 'content-length': String(body.length) }),
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.once('error', reject);
          answer.once('end', () => {
            resolve({
              status: answer.statusCode ?? 0,
              contentType: answer.headers['content-type'] ?? '',
              warnings: warningsOf(answer.headers.warning),
              text: Buffer.concat(chunks).toString('utf8'),
            });
          });
        },
      );
      request.once('error', reject);
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** One text for each `Warning` header, though several may come as one. */
function warningsOf(header: string | readonly string[] | undefined): readonly string[] {
  if (header === undefined) return [];
  const headers: readonly string[] = typeof header === 'string' ? [header] : header;
  return headers.flatMap((text) => text.split(/, (?=299 )/));
}
