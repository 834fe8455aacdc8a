/**
 * Reads from a real API server, by a kubeconfig with a token or a client certificate.
 */
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { parse } from 'yaml';

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
  readonly users: readonly { readonly user: Readonly<Record<string, string>> }[];
}

/** Answers to GET requests, as text. */
export interface RealServer {
  text(path: string, accept?: string): Promise<string>;
  json<T>(path: string, accept?: string): Promise<T>;
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
  const text = (path: string, accept = 'application/json'): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { accept, ...authorization };
      get(`${cluster['server'] ?? ''}${path}`, { agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => {
          const body = Buffer.concat(chunks).toString('utf8');
          if (response.statusCode === 200) resolve(body);
          else reject(new Error(`GET ${path}: ${String(response.statusCode)} ${body}`));
        });
      }).once('error', reject);
    });
  return {
    text,
    json: async <T>(path: string, accept?: string) => JSON.parse(await text(path, accept)) as T,
    close: () => {
      agent.destroy();
    },
  };
}

function decoded(data: string | undefined): string | undefined {
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8');
}
