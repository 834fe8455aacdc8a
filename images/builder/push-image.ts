/**
 * Built images into a registry: the blobs that it hasn't got, then the manifest, so that a tag never names half an image.
 */
import { readFileSync } from 'node:fs';
import type { BuiltImage } from './build-images';
import { registryAddress } from './registry-address';
import { RegistryClient } from './registry-client';

/** An image that lies in a registry. */
export interface PushedImage {
  /** As a pod's `image`: `registry.example.com:5000/adrasteia/controller:0.1.0`. */
  readonly reference: string;
  /** Of its manifest. */
  readonly digest: string;
  /** Sent; the rest was there. */
  readonly sentBytes: number;
}

/** Pushes one image; see `pushImages`. */
export async function pushImage(image: BuiltImage, registry: string): Promise<PushedImage> {
  const [pushed] = await pushImages([image], registry);
  if (pushed === undefined) throw new Error('one image is pushed for each that is given');
  return pushed;
}

/**
 * Pushes images one after another to a registry, given as `registryAddress` reads it. What one has sent the others take over.
 * Idempotent. Throws `ImageProblem` where the registry refuses or can't be reached.
 */
export async function pushImages(images: readonly BuiltImage[], registry: string): Promise<readonly PushedImage[]> {
  const address = registryAddress(registry);
  const holders = new Map<string, string>();
  const pushed: PushedImage[] = [];
  for (const { repository, tag, manifest, config, layers, layout } of images) {
    const path = `${address.prefix}${repository}`;
    const client = new RegistryClient(address, path);
    let sentBytes = 0;
    for (const blob of [...layers.map((layer) => layer.blob), config]) {
      const holder = holders.get(blob.digest);
      holders.set(blob.digest, path);
      if (await client.hasBlob(blob)) continue;
      if (holder !== undefined && (await client.takeBlob(blob, holder))) continue;
      await client.sendBlob(blob, layout.pathOf(blob));
      sentBytes += blob.size;
    }
    await client.sendManifest(tag, manifest, readFileSync(layout.pathOf(manifest), 'utf8'));
    pushed.push({ reference: `${address.host}/${path}:${tag}`, digest: manifest.digest, sentBytes });
  }
  return pushed;
}
