/** What images need beside Node: root, namespaces, Debian's packages, and a registry that isn't ours. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { buildImages, compressedBytes } from '../../images/builder/build-images';
import { debianClosure, fetchDebianPackages } from '../../images/builder/debian-packages';
import { execute } from '../../images/builder/execute';
import type { LayerBuild } from '../../images/builder/image';
import type { ImageCache } from '../../images/builder/image-cache';
import { pushImage } from '../../images/builder/push-image';
import { controller } from '../../images/controller/image';
import { measureController } from '../../images/controller/measure';
import { emptyCache, entriesOf, imageOf, layerOf, only, removeFolders, temporaryFolder } from '../images/small-images';

const MINUTE_MS = 60_000;

/** A shell and the usual commands, unpacked and never configured. */
const PACKAGES = ['dash', 'coreutils'];

const shell = layerOf('shell', async ({ root, downloads, write, makeDirectory }) => {
  for (const archive of await fetchDebianPackages(await debianClosure(PACKAGES), downloads)) {
    await execute(['dpkg-deb', '--extract', archive, root]);
  }
  await write('/old', 'old');
  await write('/kept', 'kept');
  await write('/folder/old', 'old');
  await makeDirectory('/tmp', { mode: 0o1777 });
});

describe('a command in a layer', () => {
  let cache: ImageCache;

  beforeAll(async () => {
    cache = emptyCache();
    await buildImages([imageOf('shell', [shell])], { cache });
  }, 3 * MINUTE_MS);

  afterAll(removeFolders);

  let layers = 0;

  /** What a layer over the shell holds and what its build gives. */
  async function layerBuiltBy<Result>(build: (layer: LayerBuild) => Promise<Result>) {
    const results: Result[] = [];
    layers += 1;
    const layer = layerOf(`layer ${layers}`, async (building) => {
      results.push(await build(building));
    });
    const image = only(await buildImages([imageOf('over', [shell, layer])], { cache }));
    return { entries: entriesOf(image, 1), result: only(results) };
  }

  it('leaves in the layer what it wrote, and what it removed as removed', async () => {
    const { entries } = await layerBuiltBy(({ run }) =>
      run(['sh', '-euc', 'rm /old; rm -r /folder; mkdir /folder; echo new > /folder/new; chown 7:8 /folder/new']),
    );
    expect(entries.map(({ path, uid, gid }) => [path, uid, gid])).toEqual([
      // The machine's resolv.conf was mounted in it.
      ['etc/', 0, 0],
      ['folder/', 0, 0],
      ['folder/.wh..wh..opq', 0, 0],
      ['folder/new', 7, 8],
      ['.wh.old', 0, 0],
    ]);
  });

  it('leaves nothing of what it wrote to /tmp and /run, nor the folders it ran in', async () => {
    const { entries } = await layerBuiltBy(({ run }) =>
      run(['sh', '-euc', 'echo a > /tmp/a; echo b > /run/b; echo c > /c']),
    );
    expect(entries.map(({ path }) => path)).toEqual(['c', 'etc/']);
  });

  it('sees what was written before, and nothing of this machine’s environment', async () => {
    const { result } = await layerBuiltBy(async ({ run, write }) => {
      await write('/written', 'before');
      return run(['sh', '-euc', 'cat /written /kept; echo; env'], { env: { OWN: 'value' } });
    });
    expect(
      result
        .split('\n')
        .filter((line) => !/^(?:PWD|_|OLDPWD|SHLVL)=/.test(line))
        .sort(),
    ).toEqual([
      '',
      'DEBIAN_FRONTEND=noninteractive',
      'HOME=/root',
      'LANG=C.UTF-8',
      'OWN=value',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'PYTHONHASHSEED=0',
      'SOURCE_DATE_EPOCH=946684800',
      'TZ=UTC',
      'beforekept',
    ]);
  });

  it('runs as the user and in the folder that it is given, with its input', async () => {
    const { result } = await layerBuiltBy(({ run }) =>
      run(['sh', '-euc', 'id -u; id -g; id -G; pwd; cat'], { user: '1000:100', cwd: '/folder', input: 'given' }),
    );
    expect(result).toBe('1000\n100\n100\n/folder\ngiven');
  });

  it('sees a folder of this machine where it is told to, below /tmp or /run only', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'of this machine');
    const { result } = await layerBuiltBy(({ run }) => run(['cat', '/tmp/in/file'], { binds: { '/tmp/in': folder } }));
    expect(result).toBe('of this machine');
    await expect(layerBuiltBy(({ run }) => run(['true'], { binds: { '/etc': folder } }))).rejects.toThrow(
      /"\/etc" is no place/,
    );
  });

  it('fails the build with the end of what it wrote', async () => {
    await expect(
      layerBuiltBy(({ run }) => run(['sh', '-c', 'echo before; echo the reason >&2; exit 3'])),
    ).rejects.toThrow(/exit code 3:\nbefore\nthe reason/);
  });

  it('takes with it what it started in the background, and every mount', async () => {
    const { result } = await layerBuiltBy(({ run }) => run(['sh', '-c', 'sleep 1000 & echo started']));
    expect(result).toBe('started\n');
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(cache.building);
  });
});

describe('the controller’s image', () => {
  it(
    'has the same digests whether it comes from the cache or is built from nothing, weighs less than 80 MB, and has no shell',
    async () => {
      const built = only(await buildImages([controller]));
      const anew = only(await buildImages([controller], { cache: emptyCache() }));
      expect(anew.manifest).toEqual(built.manifest);
      expect(compressedBytes(anew)).toBeLessThan(80_000_000);
      const entries = anew.layers.flatMap((_, index) => entriesOf(anew, index));
      const programs = entries.filter(
        ({ path, flag, mode }) => flag !== '5' && (mode & 0o111) !== 0 && !/(?:^|\/)lib/.test(path),
      );
      expect(programs.map(({ path }) => path)).toEqual(['usr/bin/node']);
      expect(entries.filter(({ mode, uid }) => (mode & 0o6000) !== 0 || uid !== 0)).toEqual([]);
      removeFolders();
    },
    5 * MINUTE_MS,
  );

  it(
    'starts from its own files, as its own user, with a root that can’t be written to',
    async () => {
      const { starts } = await measureController(1, () => undefined);
      expect(only(starts).residentBytes).toBeGreaterThan(0);
    },
    3 * MINUTE_MS,
  );
});

const REGISTRY = '/usr/bin/docker-registry';

describe('the Docker registry', () => {
  let registry: ChildProcess | undefined;

  afterEach(async () => {
    if (registry !== undefined) {
      const gone = new Promise((resolve) => registry?.once('exit', resolve));
      registry.kill();
      await gone;
    }
    removeFolders();
  });

  it(
    'takes an image and gives back what was pushed',
    async () => {
      if (!existsSync(REGISTRY)) {
        process.stderr.write(`not run: ${REGISTRY} isn't there; it is Debian's package docker-registry\n`);
        return;
      }
      const port = await freePort();
      const folder = temporaryFolder();
      const settings = join(folder, 'config.yml');
      mkdirSync(join(folder, 'data'));
      writeFileSync(
        settings,
        JSON.stringify({
          version: '0.1',
          log: { level: 'error', accesslog: { disabled: true } },
          storage: { filesystem: { rootdirectory: join(folder, 'data') } },
          http: { addr: `127.0.0.1:${port}` },
        }),
      );
      registry = spawn(REGISTRY, ['serve', settings], { stdio: 'ignore' });
      await untilAnswered(`http://127.0.0.1:${port}/v2/`);
      const image = only(
        await buildImages(
          [imageOf('one', [layerOf('a', ({ write }) => write('/a', Buffer.alloc(5_000_000, 'abc')))])],
          {
            cache: emptyCache(),
          },
        ),
      );
      const pushed = await pushImage(image, `127.0.0.1:${port}`);
      const url = `http://127.0.0.1:${port}/v2/${image.repository}`;
      const accept = 'application/vnd.oci.image.manifest.v1+json';
      const manifest = await fetch(`${url}/manifests/${image.tag}`, { headers: { accept } });
      expect(manifest.headers.get('docker-content-digest')).toBe(pushed.digest);
      for (const { digest } of [image.config, ...image.layers.map(({ blob }) => blob)]) {
        const content = Buffer.from(await (await fetch(`${url}/blobs/${digest}`)).arrayBuffer());
        expect(`sha256:${createHash('sha256').update(content).digest('hex')}`).toBe(digest);
      }
      expect((await pushImage(image, `127.0.0.1:${port}`)).sentBytes).toBe(0);
    },
    MINUTE_MS,
  );
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

async function untilAnswered(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
