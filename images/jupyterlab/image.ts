/**
 * JupyterLab with a Python kernel, started as the preset `jupyterlab` starts the docker-stacks' images: `jupyter lab …` as
 * 1000:100, at home in `/home/jovyan`, on port 8888, with a token in `JUPYTER_TOKEN`.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder } from '../../src/adapters/files/package-version';
import { debianClosure, installDebianPackages } from '../builder/debian-packages';
import { execute } from '../builder/execute';
import type { ImageDefinition, LayerDefinition } from '../builder/image';
import { ImageProblem } from '../builder/problem';
import { compileBytecode } from '../debian/bytecode';
import { debian } from '../debian/layer';
import { addUser } from '../debian/user';

/** Python and what notebooks' terminals are poor without. */
const PACKAGES = ['git', 'less', 'procps', 'python3', 'tini'];

const HOME = '/home/jovyan';

const SOURCES = join(packageFolder(), 'images/jupyterlab');

/** One line for each package: name, version and digest of the only file that will do. */
const REQUIREMENTS = join(SOURCES, 'requirements.txt');

/** What JupyterLab asks the internet for unasked: news, and versions newer than this one. */
const SETTINGS = {
  '@jupyterlab/apputils-extension:notification': { fetchNews: 'false', checkForUpdates: false },
};

const python: LayerDefinition = {
  name: 'python',
  inputs: () => debianClosure(PACKAGES),
  code: [join(SOURCES, 'image.ts')],
  build: async (layer) => {
    await installDebianPackages(layer, PACKAGES);
    await compileBytecode(layer, ['/usr/lib/python3.11', '/usr/lib/python3']);
    await addUser(layer, { name: 'jovyan', uid: 1000, gid: 100, home: HOME });
  },
};

const packages: LayerDefinition = {
  name: 'jupyterlab',
  inputs: null,
  code: [SOURCES],
  build: async (layer) => {
    const wheels = await fetchWheels(layer.downloads);
    const pip = (await readdir(wheels)).find((name) => name.startsWith('pip-'));
    if (pip === undefined) throw new ImageProblem(`${REQUIREMENTS} names no pip, by which the rest is installed`);
    await layer.run(
      [
        'python3',
        `/tmp/wheels/${pip}/pip`,
        'install',
        '--quiet',
        '--break-system-packages',
        '--no-cache-dir',
        '--no-compile',
        '--no-deps',
        '--no-index',
        '--no-warn-script-location',
        '--root-user-action=ignore',
        '--find-links=/tmp/wheels',
        '--require-hashes',
        '--requirement=/tmp/wheels/requirements.txt',
      ],
      { binds: { '/tmp/wheels': wheels } },
    );
    await compileBytecode(layer, ['/usr/local/lib/python3.11']);
    await layer.write('/usr/local/share/jupyter/lab/settings/overrides.json', JSON.stringify(SETTINGS));
  },
};

/** The folder with `REQUIREMENTS` and its files, fetched if it isn't there; pip checks each file's digest. */
async function fetchWheels(downloads: string): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
  const wheels = join(downloads, `${digest}.wheels`);
  if (existsSync(wheels)) return wheels;
  const partial = join(downloads, `.${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    await execute(
      [
        'python3',
        '-m',
        'pip',
        'download',
        '--quiet',
        '--no-deps',
        '--only-binary=:all:',
        '--require-hashes',
        '--implementation=cp',
        '--python-version=3.11',
        ...['cp311', 'abi3', 'none'].map((abi) => `--abi=${abi}`),
        ...['manylinux_2_28', 'manylinux_2_17', 'manylinux2014'].map((name) => `--platform=${name}_x86_64`),
        `--requirement=${REQUIREMENTS}`,
        `--dest=${partial}`,
      ],
      { title: 'pip, fetching JupyterLab' },
    );
    await copyFile(REQUIREMENTS, join(partial, 'requirements.txt'));
    await rename(partial, wheels);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return wheels;
}

/** JupyterLab. */
export const jupyterlab: ImageDefinition = {
  name: 'jupyterlab',
  description: 'JupyterLab with a Python kernel, for the preset jupyterlab.',
  layers: [debian, python, packages],
  config: {
    // Notebooks leave processes behind, which somebody has to bury.
    entrypoint: ['/usr/bin/tini', '--'],
    cmd: ['jupyter', 'lab', '--no-browser', '--ServerApp.ip=0.0.0.0'],
    env: {
      HOME,
      LANG: 'C.UTF-8',
      SHELL: '/bin/bash',
      // Where a user installs packages: in the home, whose volume keeps them.
      PATH: `${HOME}/.local/bin:/usr/local/bin:/usr/bin:/bin`,
      PIP_BREAK_SYSTEM_PACKAGES: '1',
    },
    user: '1000:100',
    workingDir: HOME,
    exposedPorts: ['8888/tcp'],
  },
};
