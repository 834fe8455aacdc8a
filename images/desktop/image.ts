/**
 * A desktop in the browser: TigerVNC, noVNC and openbox as 1000:1000, on port 3000, with sign-in by the browser.
 *
 * It takes the variables of linuxserver.io's images, so that the preset `webtop` fits: CUSTOM_PORT, CUSTOM_USER, PASSWORD and
 * SUBFOLDER, and `/config` as the home. Unlike those it never is root, and runs under Pod Security Restricted.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../src/adapters/files/package-version';
import { debianClosure, installDebianPackages } from '../builder/debian-packages';
import type { ImageDefinition, LayerDefinition } from '../builder/image';
import { compileBytecode } from '../debian/bytecode';
import { debian } from '../debian/layer';
import { addUser } from '../debian/user';

const PACKAGES = [
  'fonts-dejavu-core',
  'novnc',
  'openbox',
  'procps',
  'tigervnc-standalone-server',
  'tini',
  'websockify',
  'xterm',
];

const HOME = '/config';

const SOURCES = join(packageFolder(), 'images/desktop');

const desktopLayer: LayerDefinition = {
  name: 'desktop',
  inputs: () => debianClosure(PACKAGES),
  code: [SOURCES],
  build: async (layer) => {
    await installDebianPackages(layer, PACKAGES);
    await compileBytecode(layer, ['/usr/lib/python3.11', '/usr/lib/python3']);
    await addUser(layer, { name: 'abc', uid: 1000, gid: 1000, home: HOME });
    await layer.write('/etc/xdg/openbox/menu.xml', readFileSync(join(SOURCES, 'menu.xml')));
    await layer.write('/usr/local/bin/start-desktop', readFileSync(join(SOURCES, 'start.sh')), { mode: 0o755 });
  },
};

/** The desktop. */
export const desktop: ImageDefinition = {
  name: 'desktop',
  description: 'A desktop in the browser, for the preset webtop.',
  layers: [debian, desktopLayer],
  config: {
    entrypoint: ['/usr/bin/tini', '--', 'start-desktop'],
    env: { HOME, LANG: 'C.UTF-8' },
    user: '1000:1000',
    workingDir: HOME,
    exposedPorts: ['3000/tcp'],
  },
};
