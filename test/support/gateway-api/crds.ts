/**
 * The CRDs of the Gateway API as its project publishes them, from its Go module: a file of 2 MB that is fetched once by the Go
 * tool and kept in its cache.
 */
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifests } from '../../../src/adapters/files/manifest-files';
import type { Manifest } from '../../../src/api/object';

const MODULE = 'sigs.k8s.io/gateway-api@v1.4.0';

/** The CRD of HTTPRoute. Throws what the Go tool says where it can't be had. */
export function httpRouteCrd(): Manifest {
  // Away from this project's modules, which don't name it.
  const answer = execFileSync('go', ['mod', 'download', '-json', MODULE], {
    cwd: tmpdir(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { Dir: folder } = JSON.parse(answer) as { readonly Dir: string };
  const [crd] = readManifests(join(folder, 'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml'));
  if (crd === undefined) throw new Error(`${MODULE} has no CRD of HTTPRoute`);
  return crd;
}
