/** A real OpenID Connect provider on loopback, in a thread of its own: it is made of ES modules, which Jest doesn't load. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ProviderThreadData, ProviderThreadMessage, TestClient } from './provider-thread';

/** A provider that runs. */
export interface RunningProvider {
  readonly issuerUrl: string;
  /** Ends it; it doesn't answer any more. */
  stop(): Promise<void>;
}

/** Starts a provider with these clients, at an address of this machine; by default on loopback. Claims are asked of its user info endpoint unless they shall be in the ID token. */
export async function startOidcProvider(
  clients: readonly TestClient[],
  {
    areClaimsInIdToken = false,
    address = '127.0.0.1',
  }: { readonly areClaimsInIdToken?: boolean; readonly address?: string } = {},
): Promise<RunningProvider> {
  const thread = new Worker(join(__dirname, 'provider-thread.ts'), {
    execArgv: ['--require', join(__dirname, '../embedded-cluster/typescript-hook.js')],
    workerData: { clients, areClaimsInIdToken, address } satisfies ProviderThreadData,
    // It warns of the runtime that it would rather have, and of keeping its grants in memory.
    stdout: true,
    stderr: true,
  });
  const { issuerUrl } = await new Promise<ProviderThreadMessage>((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
  return {
    issuerUrl,
    stop: async () => {
      await thread.terminate();
    },
  };
}
