/** The embedded API in a process of its own, for measuring: prints its kubeconfig's path, and ends with its parent. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../src/adapters/system-clock';
import { ApiServer } from '../src/apiserver/api-server';
import { DiskStorage } from '../src/apiserver/storage/disk-storage';
import { MemoryStorage } from '../src/apiserver/storage/memory-storage';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

async function main([kind, directory]: readonly string[]): Promise<void> {
  if (directory === undefined) throw new Error('embedded API process: memory|disk DIRECTORY');
  const storage = kind === 'disk' ? DiskStorage.open({ directory: join(directory, 'data') }) : new MemoryStorage();
  const server = await ApiServer.start({ storage, clock: systemClock, log: quiet });
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(await server.adminKubeconfig()), { mode: 0o600 });
  process.send?.({ kubeconfig });
  process.once('disconnect', () => process.exit(0));
}

void main(process.argv.slice(2));
