/**
 * The named entries that a kubeconfig is made of: clusters, contexts and users.
 */
import { resolve } from 'node:path';
import type { JsonObject } from '../../api/json';
import { AdrasteiaError } from '../../errors';
import { changingFile } from './changing-file';
import type { PemSource } from './connection';

/** A named entry of a kubeconfig, and the directory that its relative paths start from. */
export interface KubeconfigEntry {
  readonly name: string;
  readonly fields: JsonObject;
  readonly directory: string;
  readonly file: string;
}

/** A member with text; undefined where it is absent or empty. */
export function textField(entry: KubeconfigEntry, field: string): string | undefined {
  const value = entry.fields[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A PEM given as `<field>-data` (base64) or as the file `<field>`; data goes first. A file that cannot be read is refused here already. */
export function pemSource(entry: KubeconfigEntry, field: string): PemSource | undefined {
  const data = textField(entry, `${field}-data`);
  if (data !== undefined) return { data: Buffer.from(data, 'base64').toString('utf8') };
  const file = textField(entry, field);
  if (file === undefined) return undefined;
  const source = { file: resolve(entry.directory, file) };
  changingFile(source.file, `${field} of ${JSON.stringify(entry.name)}`)();
  return source;
}

/** The error for a kubeconfig that cannot be used. */
export function invalid(message: string): AdrasteiaError {
  return new AdrasteiaError('KubeconfigInvalid', message);
}
