/**
 * Images of a single static program, made and pushed without any tool for images.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#push
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ClusterProblem } from '../problem';
import { TOOL_PATH } from './tools';

const TYPES = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/**
 * Pushes the image whose only file is a program and whose containers start it, as user 65532, and gives its name. The name's last
 * part is the program's; what the registry has already isn't sent again.
 */
export async function pushProgram(registry: string, path: string): Promise<string> {
  const program = basename(path);
  const archive = execFileSync(
    'tar',
    ['-c', '--format=ustar', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '-C', dirname(path), program],
    { maxBuffer: 1024 ** 3, env: { PATH: TOOL_PATH } },
  );
  const repository = `http://${registry}/v2/${program}`;
  const layer = await pushBlob(repository, TYPES.layer, gzipSync(archive, { level: 1 }));
  const image = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Entrypoint: [`/${program}`], User: '65532:65532', WorkingDir: '/' },
    rootfs: { type: 'layers', diff_ids: [digestOf(archive)] },
  };
  const config = await pushBlob(repository, TYPES.config, Buffer.from(JSON.stringify(image)));
  const manifest = { schemaVersion: 2, mediaType: TYPES.manifest, config, layers: [layer] };
  await send(`${repository}/manifests/latest`, 'PUT', TYPES.manifest, Buffer.from(JSON.stringify(manifest)));
  return `${registry}/${program}:latest`;
}

async function pushBlob(repository: string, mediaType: string, content: Buffer): Promise<Descriptor> {
  const digest = digestOf(content);
  const descriptor = { mediaType, digest, size: content.length };
  if ((await fetch(`${repository}/blobs/${digest}`, { method: 'HEAD' })).ok) return descriptor;
  const begun = await send(`${repository}/blobs/uploads/`, 'POST');
  const upload = new URL(begun.headers.get('location') ?? '', repository);
  upload.searchParams.set('digest', digest);
  await send(upload.href, 'PUT', 'application/octet-stream', content);
  return descriptor;
}

async function send(url: string, method: string, type?: string, body?: Buffer): Promise<Response> {
  const answer = await fetch(url, {
    method,
    ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    ...(body === undefined ? {} : { body: new Uint8Array(body) }),
  });
  if (!answer.ok) throw new ClusterProblem(`${method} ${url}: ${String(answer.status)} ${await answer.text()}`);
  return answer;
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
