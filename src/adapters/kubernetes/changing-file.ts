/**
 * Files that change while the process runs: tokens and certificates that the kubelet or a sidecar renews.
 */
import { readFileSync, statSync } from 'node:fs';
import { AdrasteiaError } from '../../errors';
import type { PemSource } from './connection';

/**
 * A function that gives a file's text, read again when the file was replaced or rewritten.
 *
 * Each call looks at the file's metadata, a few microseconds on the local file systems where credentials lie. While a file
 * cannot be read its last text is given; `KubeconfigInvalid` where it never could.
 */
export function changingFile(path: string, what: string): () => string {
  let version = '';
  let text: string | undefined;
  return () => {
    try {
      const { ino, mtimeMs, size } = statSync(path);
      const now = `${ino} ${mtimeMs} ${size}`;
      if (text === undefined || now !== version) {
        text = readFileSync(path, 'utf8');
        version = now;
      }
    } catch (cause) {
      if (text === undefined)
        throw new AdrasteiaError('KubeconfigInvalid', `cannot read the ${what} ${path}: ${reasonOf(cause)}`, { cause });
    }
    return text;
  };
}

/** The short reason of a failed file operation, such as `ENOENT`. */
export function reasonOf(cause: unknown): string {
  const { code, message } = (cause ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === 'string') return code;
  return typeof message === 'string' ? message : String(cause);
}

/** Reads a PEM source; a file is read again when it changes. */
export function pemReader(source: PemSource | undefined, what: string): () => string | undefined {
  if (source === undefined) return () => undefined;
  if ('data' in source) return () => source.data;
  return changingFile(source.file, what);
}
