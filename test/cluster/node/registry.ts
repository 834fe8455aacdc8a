/** A registry of images beside the node: pods name its images by the same address that this machine pushes to. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import type { NodeNetwork } from './network';

const PORT = 5000;

/** Host and port, the beginning of the names of its images. It speaks HTTP, and anybody on this machine may push. */
export function registryAddress({ nodeAddress }: NodeNetwork): string {
  return `${nodeAddress}:${String(PORT)}`;
}

/** Writes the registry's settings and gives its command line. */
export function registryCommand(directory: string, network: NodeNetwork): readonly string[] {
  const data = join(directory, 'registry');
  mkdirSync(data, { recursive: true });
  const file = join(directory, 'registry.json');
  const configuration = {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: data }, delete: { enabled: true } },
    http: { addr: registryAddress(network) },
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(configuration));
  return ['docker-registry', 'serve', file];
}

/** True where the registry answers. */
export function registryAnswers(network: NodeNetwork): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(`http://${registryAddress(network)}/v2/`, { agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => {
      resolve(false);
    });
  });
}
