import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { buildImages } from '../../images/builder/build-images';
import type { LayerBuild } from '../../images/builder/image';
import { emptyCache, entriesOf, imageOf, layerOf, only, removeFolders, temporaryFolder } from './small-images';

afterEach(removeFolders);

const various = async (layer: LayerBuild): Promise<void> => {
  await layer.write('/etc/z', 'last');
  await layer.write('/etc/program', '#!', { mode: 0o4755 });
  await layer.link('/etc/link', 'z');
  await layer.makeDirectory('/tmp', { mode: 0o1777 });
  await layer.write('/etc/a', Buffer.alloc(3_000_000, 'content '));
};

test('the same definition gives the same digests, whenever and wherever it is built', async () => {
  const image = imageOf('one', [layerOf('various', various)]);
  const first = only(await buildImages([image], { cache: emptyCache() }));
  const second = only(await buildImages([image], { cache: emptyCache() }));
  expect(second.layout.folder).not.toBe(first.layout.folder);
  expect(second.manifest).toEqual(first.manifest);
  expect(second.layers).toEqual(first.layers);
});

test('a layer is in one order, from one time, and belongs to root, whatever the order in which it is written', async () => {
  const image = only(await buildImages([imageOf('one', [layerOf('various', various)])], { cache: emptyCache() }));
  const entries = entriesOf(image, 0);
  expect(entries.map(({ path, flag, mode }) => [path, flag, mode.toString(8)])).toEqual([
    ['etc/', '5', '755'],
    ['etc/a', '0', '644'],
    ['etc/link', '2', '777'],
    ['etc/program', '0', '4755'],
    ['etc/z', '0', '644'],
    ['tmp/', '5', '1777'],
  ]);
  expect(new Set(entries.map(({ mtime, uid, gid }) => `${mtime} ${uid} ${gid}`))).toEqual(new Set(['946684800 0 0']));
  expect(entries[1]?.content.equals(Buffer.alloc(3_000_000, 'content '))).toBe(true);
  expect(entries[2]?.target).toBe('z');
});

test('what is hard to say in a tar header arrives whole: long and foreign names, long links', async () => {
  const long = `${'folder-of-a-long-name/'.repeat(12)}file`;
  const layer = layerOf('names', async ({ link, write }) => {
    await write(`/${long}`, 'long');
    await write('/größe', 'foreign');
    await link('/link', long);
  });
  const image = only(await buildImages([imageOf('one', [layer])], { cache: emptyCache() }));
  const entries = new Map(entriesOf(image, 0).map((entry) => [entry.path, entry]));
  expect(entries.get(long)?.content.toString()).toBe('long');
  expect(entries.get('größe')?.content.toString()).toBe('foreign');
  expect(entries.get('link')).toMatchObject({ flag: '2', target: long });
});

test('what differs from machine to machine is left out, and the folders it lies in stay', async () => {
  const layer = layerOf('left-overs', async ({ write }) => {
    await write('/etc/machine-id', 'one machine');
    await write('/etc/ssh/ssh_host_ed25519_key', 'a secret of all');
    await write('/etc/ssh/sshd_config', 'kept');
    await write('/var/log/service/today.log', 'a time');
    await write('/var/cache/apt/pkgcache.bin', 'a cache');
    await write('/run/lock', '');
  });
  const image = only(await buildImages([imageOf('one', [layer])], { cache: emptyCache() }));
  const paths = entriesOf(image, 0).map(({ path }) => path);
  expect(paths).toEqual([
    'etc/',
    'etc/ssh/',
    'etc/ssh/sshd_config',
    'run/',
    'var/',
    'var/cache/',
    'var/cache/apt/',
    'var/log/',
    'var/log/service/',
  ]);
});

test('a layer is built once for all images that share it and all builds that follow', async () => {
  const cache = emptyCache();
  const built: string[] = [];
  const writing = (name: string, inputs = 1) =>
    layerOf(
      name,
      async ({ write }) => {
        built.push(name);
        await write(`/${name}`, name);
      },
      { inputs },
    );
  const base = writing('base');
  const [one, two] = await buildImages([imageOf('one', [base, writing('a')]), imageOf('two', [base, writing('b')])], {
    cache,
  });
  await buildImages([imageOf('one', [base, writing('a')])], { cache });
  expect(built).toEqual(['base', 'a', 'b']);
  expect(one?.layers[0]).toEqual(two?.layers[0]);
});

test('a layer is built anew where its inputs, its code or a layer below have changed', async () => {
  const cache = emptyCache();
  const file = join(temporaryFolder(), 'code');
  let builds = 0;
  const build = async (inputs: string, code: string, below: number): Promise<void> => {
    writeFileSync(file, code);
    const base = layerOf('base', ({ write }) => write('/base', ''), { inputs: below });
    const layer = layerOf(
      'top',
      async ({ write }) => {
        builds += 1;
        await write('/top', '');
      },
      { inputs, code: [file] },
    );
    await buildImages([imageOf('one', [base, layer])], { cache });
  };
  await build('a', 'b', 1);
  await build('a', 'b', 1);
  expect(builds).toBe(1);
  await build('other', 'b', 1);
  await build('a', 'other', 1);
  await build('a', 'b', 2);
  expect(builds).toBe(4);
});

test('a layer whose build fails leaves nothing that a later build could take for it', async () => {
  const cache = emptyCache();
  let fails = true;
  const layer = layerOf('shaky', async ({ write }) => {
    await write('/half', 'half');
    if (fails) throw new Error('the disk is full');
    await write('/rest', 'rest');
  });
  await expect(buildImages([imageOf('one', [layer])], { cache })).rejects.toThrow('the disk is full');
  expect(readdirSync(cache.building)).toEqual([]);
  fails = false;
  const image = only(await buildImages([imageOf('one', [layer])], { cache }));
  expect(entriesOf(image, 0).map(({ path }) => path)).toEqual(['half', 'rest']);
});

test('a folder that a layer writes below has the mode that the layers below give it', async () => {
  const base = layerOf('base', ({ makeDirectory }) => makeDirectory('/secret', { mode: 0o700 }));
  const top = layerOf('top', ({ write }) => write('/secret/new/file', ''));
  const image = only(await buildImages([imageOf('one', [base, top])], { cache: emptyCache() }));
  expect(entriesOf(image, 1).map(({ path, mode }) => [path, mode.toString(8)])).toEqual([
    ['secret/', '700'],
    ['secret/new/', '755'],
    ['secret/new/file', '644'],
  ]);
});

test.each(['relative', '/a/../b', '/a/', '/'])(
  'the path %p, which is no plain one in the image, is refused',
  async (path) => {
    const image = imageOf('one', [layerOf('layer', ({ write }) => write(path, ''))]);
    await expect(buildImages([image], { cache: emptyCache() })).rejects.toThrow(/plain absolute path/);
  },
);

test('a layer can’t write through a link of a layer below', async () => {
  const base = layerOf('base', ({ link }) => link('/lib', 'usr/lib'));
  const top = layerOf('top', ({ write }) => write('/lib/file', ''));
  await expect(buildImages([imageOf('one', [base, top])], { cache: emptyCache() })).rejects.toThrow(/isn't a folder/);
});

test('manifest and configuration say what the OCI image specification asks for, and every digest holds', async () => {
  const definition = imageOf('one', [layerOf('a', various), layerOf('b', ({ write }) => write('/b', ''))], {
    entrypoint: ['/program'],
    cmd: ['serve'],
    env: { HOME: '/home/one' },
    user: '1000:100',
    exposedPorts: ['8080/tcp'],
    labels: { team: 'x' },
  });
  const { layout, manifest, layers } = only(await buildImages([definition], { cache: emptyCache() }));
  const json = (digest: string): unknown => JSON.parse(readFileSync(layout.pathOf({ digest, size: 0 }), 'utf8'));
  const index = JSON.parse(readFileSync(join(layout.folder, 'index.json'), 'utf8')) as { manifests: unknown[] };
  expect(index.manifests).toEqual([
    { ...manifest, annotations: { 'org.opencontainers.image.ref.name': 'adrasteia/one:1.0' } },
  ]);
  const { config, ...rest } = json(manifest.digest) as { config: { digest: string } };
  expect(rest).toEqual({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    layers: layers.map(({ blob }) => ({ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...blob })),
  });
  expect(json(config.digest)).toEqual({
    created: '2000-01-01T00:00:00Z',
    architecture: manifest.platform?.architecture,
    os: 'linux',
    config: {
      User: '1000:100',
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/home/one'],
      Entrypoint: ['/program'],
      Cmd: ['serve'],
      WorkingDir: '/',
      ExposedPorts: { '8080/tcp': {} },
      Labels: {
        'org.opencontainers.image.title': 'one',
        'org.opencontainers.image.description': 'What one is.',
        'org.opencontainers.image.version': '1.0',
        'org.opencontainers.image.licenses': 'Apache-2.0',
        team: 'x',
      },
      StopSignal: 'SIGTERM',
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: ['a', 'b'].map((name) => ({ created: '2000-01-01T00:00:00Z', created_by: `adrasteia images: ${name}` })),
  });
  for (const { blob, diffId } of layers) {
    const content = readFileSync(layout.pathOf(blob));
    expect(blob).toEqual({ digest: sha256(content), size: content.length });
    expect(diffId).toBe(sha256(gunzipSync(content)));
  }
});

function sha256(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
