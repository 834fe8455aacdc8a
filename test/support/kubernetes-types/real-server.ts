/**
 * Reads from a real API server, by a kubeconfig with a token or a client certificate.
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { parse } from 'yaml';

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
  readonly users: readonly { readonly user: Readonly<Record<string, string>> }[];
}

/** Answers to requests; a failure is an error with the whole answer. */
export interface RealServer {
  text(path: string, accept?: string): Promise<string>;
  json<T>(path: string, accept?: string): Promise<T>;
  create(path: string, object: object): Promise<void>;
  close(): void;
}

/** The first cluster and the first user of a kubeconfig. */
export function realServer(kubeconfigPath: string): RealServer {
  const { clusters, users } = parse(readFileSync(kubeconfigPath, 'utf8')) as Kubeconfig;
  const cluster = clusters[0]?.cluster ?? {};
  const user = users[0]?.user ?? {};
  const agent = new Agent({
    keepAlive: true,
    ca: decoded(cluster['certificate-authority-data']),
    cert: decoded(user['client-certificate-data']),
    key: decoded(user['client-key-data']),
  });
  const authorization = user['token'] === undefined ? {} : { authorization: `Bearer ${user['token']}` };
  const send = (path: string, accept: string, body?: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST';
      const headers = { accept, 'content-type': 'application/json', ...authorization };
      const call = request(`${cluster['server'] ?? ''}${path}`, { agent, headers, method }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => {
          const answer = Buffer.concat(chunks).toString('utf8');
          const status = response.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve(answer);
          else reject(new Error(`${method} ${path}: ${String(status)} ${answer}`));
        });
      });
      call.once('error', reject).end(body);
    });
  const text = (path: string, accept = 'application/json'): Promise<string> => send(path, accept);
  return {
    text,
    json: async <T>(path: string, accept?: string) => JSON.parse(await text(path, accept)) as T,
    create: async (path, object) => {
      await send(path, 'application/json', JSON.stringify(object));
    },
    close: () => {
      agent.destroy();
    },
  };
}

function decoded(data: string | undefined): string | undefined {
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8');
}
