/** Where the server keeps its keys and certificates. */
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Texts under file names. */
export interface CredentialStore {
  find(name: string): Promise<string | undefined>;
  /** `isSecret`: nobody but the server's own user may read it. */
  write(name: string, text: string, isSecret: boolean): Promise<void>;
}

/** Keeps them as long as the process runs. */
export function memoryCredentials(): CredentialStore {
  const texts = new Map<string, string>();
  return {
    find: async (name) => texts.get(name),
    write: async (name, text) => {
      texts.set(name, text);
    },
  };
}

const OWN = 0o600;
const PUBLIC = 0o644;

/**
 * Keeps them in a directory of the server's own, which is made with mode 0700. Secret files have mode 0600 from their first
 * byte on. A file is replaced whole: who reads sees the old text or the new one, also after a power cut.
 */
export function directoryCredentials(directory: string): CredentialStore {
  return {
    async find(name) {
      try {
        return await readFile(join(directory, name), 'utf8');
      } catch (error) {
        if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async write(name, text, isSecret) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const path = join(directory, name);
      const draft = `${path}.new`;
      const mode = isSecret ? OWN : PUBLIC;
      const file = await open(draft, 'w', mode);
      try {
        // An abandoned draft keeps its mode when it is opened again.
        await chmod(draft, mode);
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    },
  };
}
