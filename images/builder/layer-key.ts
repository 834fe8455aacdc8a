/**
 * The key by which a built layer is found again: a digest of all that decides its bytes.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, type JsonValue } from '../../src/api/json';
import type { LayerDefinition } from './image';

/** Raised when the builder writes other bytes for the same definition. */
const FORMAT = 1;

/** The key of a layer over layers with these keys, lowest first. 64 hexadecimal digits. */
export async function layerKey(layer: LayerDefinition, below: readonly string[]): Promise<string> {
  const { inputs } = layer;
  const given: JsonValue = typeof inputs === 'function' ? await inputs() : inputs;
  const code = layer.code.map((path) => contentDigest(path));
  const all = { format: FORMAT, architecture: process.arch, name: layer.name, inputs: given, code, below };
  return createHash('sha256').update(canonicalJson(all)).digest('hex');
}

/** Of a file its bytes, of a folder the names and bytes of its files; source maps say nothing of what code does. */
function contentDigest(path: string): string {
  const hash = createHash('sha256');
  if (!statSync(path).isDirectory()) return hash.update(readFileSync(path)).digest('hex');
  for (const name of readdirSync(path).sort()) {
    if (!name.endsWith('.map')) hash.update(`${name} ${contentDigest(join(path, name))}\n`);
  }
  return hash.digest('hex');
}
