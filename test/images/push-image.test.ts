import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type BuiltImage, buildImages } from '../../images/builder/build-images';
import { pushImage, pushImages } from '../../images/builder/push-image';
import { Registry, type RegistrySettings } from './registry';
import { emptyCache, imageOf, layerOf, removeFolders, temporaryFolder } from './small-images';

const base = layerOf('base', ({ write }) => write('/base', Buffer.alloc(200_000, 'base')));
const top = layerOf('top', ({ write }) => write('/top', 'top'));

let images: readonly BuiltImage[];
let image: BuiltImage;
const registries: Registry[] = [];
const dockerConfig = process.env['DOCKER_CONFIG'];

async function startRegistry(settings: RegistrySettings = {}): Promise<Registry> {
  const registry = await Registry.start(settings);
  registries.push(registry);
  return registry;
}

beforeAll(async () => {
  images = await buildImages([imageOf('one', [base]), imageOf('two', [base, top])], { cache: emptyCache() });
  if (images[1] === undefined) throw new Error('two images are built');
  image = images[1];
});

beforeEach(() => {
  process.env['DOCKER_CONFIG'] = temporaryFolder();
});

afterEach(async () => {
  for (const registry of registries.splice(0)) await registry.stop();
});

afterAll(() => {
  if (dockerConfig === undefined) delete process.env['DOCKER_CONFIG'];
  else process.env['DOCKER_CONFIG'] = dockerConfig;
  removeFolders();
});

test('a pushed image is whole in the registry, under the reference that is given back', async () => {
  const registry = await startRegistry();
  const { reference, digest } = await pushImage(image, registry.host);
  expect(reference).toBe(`${registry.host}/adrasteia/two:1.0`);
  expect(digest).toBe(image.manifest.digest);
  expect(registry.manifests).toEqual(
    new Map([['adrasteia/two:1.0', readFileSync(image.layout.pathOf(image.manifest), 'utf8')]]),
  );
});

test('a path behind the registry’s name comes before the repository', async () => {
  const registry = await startRegistry();
  const { reference } = await pushImage(image, `http://${registry.host}/team`);
  expect(reference).toBe(`${registry.host}/team/adrasteia/two:1.0`);
  expect([...registry.manifests.keys()]).toEqual(['team/adrasteia/two:1.0']);
});

test('what the registry has isn’t sent again', async () => {
  const registry = await startRegistry();
  const first = await pushImage(image, registry.host);
  const again = await pushImage(image, registry.host);
  const sizes = [...image.layers.map(({ blob }) => blob.size), image.config.size];
  expect(first.sentBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
  expect(again).toEqual({ ...first, sentBytes: 0 });
});

test('a layer that two images share is sent once', async () => {
  const registry = await startRegistry();
  const [, second] = await pushImages(images, registry.host);
  expect(second?.sentBytes).toBe((image.layers[1]?.blob.size ?? 0) + image.config.size);
  expect([...registry.manifests.keys()]).toEqual(['adrasteia/one:1.0', 'adrasteia/two:1.0']);
});

test('a tag is given only when every blob is there', async () => {
  const registry = await startRegistry();
  await pushImage(image, registry.host);
  expect(registry.requests.at(-1)).toBe('PUT /v2/adrasteia/two/manifests/1.0');
});

test('a registry that wants a name and password gets those that were left for it', async () => {
  const credentials = Buffer.from('me:secret').toString('base64');
  const registry = await startRegistry({
    authorization: { challenge: 'Basic realm="here"', accepted: `Basic ${credentials}` },
  });
  await expect(pushImage(image, registry.host)).rejects.toThrow(/wants a name and password: log in to it/);
  leaveCredentials(registry.host, credentials);
  await pushImage(image, registry.host);
  expect(registry.manifests.size).toBe(1);
});

test('a registry that wants a token gets one for what is pushed, asked for in the user’s name', async () => {
  const asked: unknown[] = [];
  const tokens = await tokenServer(asked);
  try {
    const realm = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`;
    const registry = await startRegistry({
      authorization: { challenge: `Bearer realm="${realm}",service="registry"`, accepted: 'Bearer for-a-while' },
    });
    leaveCredentials(registry.host, 'bWU6c2VjcmV0');
    await pushImage(image, registry.host);
    expect(registry.manifests.size).toBe(1);
    expect(asked).toEqual([
      ['/token?service=registry&scope=repository%3Aadrasteia%2Ftwo%3Apull%2Cpush', 'Basic bWU6c2VjcmV0'],
    ]);
  } finally {
    tokens.close();
    tokens.closeAllConnections();
  }
});

test('a registry that refuses is named with what it says', async () => {
  const registry = await startRegistry({ authorization: { challenge: 'Negotiate', accepted: 'never' } });
  await expect(pushImage(image, registry.host)).rejects.toThrow(/in a way that isn't known here: "Negotiate"/);
});

test('a registry that isn’t there is named', async () => {
  const registry = await startRegistry();
  const { host } = registry;
  await registry.stop();
  await expect(pushImage(image, host)).rejects.toThrow(new RegExp(`HEAD http://${host}/v2/.*ECONNREFUSED`));
});

function leaveCredentials(host: string, auth: string): void {
  const folder = process.env['DOCKER_CONFIG'] ?? '';
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
}

async function tokenServer(asked: unknown[]): Promise<Server> {
  const server = createServer((request, response) => {
    asked.push([request.url, request.headers.authorization]);
    response.end(JSON.stringify({ token: 'for-a-while' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
