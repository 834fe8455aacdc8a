/** The API server as clients reach it. */
import { existsSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { adminToken, CREDENTIAL_FILES, certificateAuthority } from './credentials';
import type { ClusterRecord } from './record';

/** Where a client reaches the cluster: on loopback, or at its node. */
export function serverUrl({ port, node }: Pick<ClusterRecord, 'port' | 'node'>): string {
  return `https://${node?.network?.nodeAddress ?? '127.0.0.1'}:${String(port)}`;
}

/** What the API server answers to the administrator's GET. Status 0 where it doesn't. */
export function ask(
  directory: string,
  record: ClusterRecord,
  path: string,
): Promise<{ readonly status: number; readonly body: string }> {
  const silence = { status: 0, body: '' };
  if (!existsSync(join(directory, CREDENTIAL_FILES.certificate))) return Promise.resolve(silence);
  return new Promise((resolve) => {
    const request = get(
      `${serverUrl(record)}${path}`,
      {
        ca: certificateAuthority(directory),
        headers: { authorization: `Bearer ${adminToken(directory)}` },
        agent: false,
        timeout: 5000,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
        });
        response.once('error', () => {
          resolve(silence);
        });
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => {
      resolve(silence);
    });
  });
}

/** True where the administrator's GET is answered with 200. */
export async function answers(directory: string, record: ClusterRecord, path: string): Promise<boolean> {
  return (await ask(directory, record, path)).status === 200;
}
