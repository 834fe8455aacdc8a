/** The Kubernetes API as a part of `adra up`: a server over a storage on disk or in memory, and a kubeconfig for its users. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { ApiServer } from '../../apiserver/api-server';
import { directoryCredentials, memoryCredentials } from '../../apiserver/certificates/credential-store';
import { versionInfo } from '../../apiserver/kubernetes';
import { DiskStorage } from '../../apiserver/storage/disk-storage';
import { MemoryStorage } from '../../apiserver/storage/memory-storage';
import type { Storage } from '../../apiserver/storage/storage';
import { textAt } from '../text-at';
import { findKeptPort, placesIn, removeObjects, writeKubeconfig } from './data-directory';
import type { PartModule } from './part';
import { choosePort, portTaken } from './port-choice';
import { storageFailure } from './storage-failure';

export interface ApiSettings {
  /** Where objects, keys and certificates are kept. Default: in memory. */
  readonly directory?: string;
  /** Where the kubeconfig is written. */
  readonly kubeconfig: string;
  /** Default: that of the run before, else the usual one, else any that is free. */
  readonly port?: number;
  /** Whether the objects of earlier runs are removed first. */
  readonly isReset: boolean;
}

export interface ApiFacts {
  /** `https://127.0.0.1:26443` */
  readonly server: string;
  /** The version of Kubernetes: `v1.34.4`. */
  readonly version: string;
  /** The certificate, PEM, by which clients know the server. */
  readonly authority: string;
}

/** Nobody but this machine reaches it: its users may do everything. */
const HOST = '127.0.0.1';

/**
 * Starts the API; resolves when it answers and its kubeconfig is written. Throws `StorageLocked`, `StorageDamaged`,
 * `StorageFormatUnknown`, `StorageFull` and `PortTaken`.
 */
export const start: PartModule<ApiSettings, ApiFacts>['start'] = async (settings, { clock, log }) => {
  const { directory, kubeconfig, port: asked } = settings;
  mkdirSync(dirname(kubeconfig), { recursive: true, mode: 0o700 });
  const storage = await openStorage(settings);
  try {
    const kept = findKeptPort(kubeconfig);
    const port = await choosePort({
      host: HOST,
      ...(asked === undefined ? {} : { asked }),
      ...(kept === undefined ? {} : { kept }),
    });
    const credentials =
      directory === undefined ? memoryCredentials() : directoryCredentials(placesIn(directory).credentials);
    const server = await ApiServer.start({ storage, clock, log, credentials, host: HOST, port }).catch(
      (error: unknown) => {
        throw isAddressInUse(error) ? portTaken(HOST, port, error) : storageFailure(error);
      },
    );
    writeKubeconfig(kubeconfig, await server.adminKubeconfig());
    return {
      facts: { server: server.url, version: textAt(versionInfo(), ['gitVersion']), authority: server.authority },
      isDrained: () => true,
      stop: () => server.stop(),
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
};

async function openStorage({ directory, isReset }: ApiSettings): Promise<Storage> {
  if (directory === undefined) return new MemoryStorage();
  const { storage } = placesIn(directory);
  try {
    if (isReset) await removeObjects(storage);
    return DiskStorage.open({ directory: storage });
  } catch (error) {
    throw storageFailure(error);
  }
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
