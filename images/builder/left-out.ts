/**
 * What never gets into a layer: what the machine or the container runtime puts there, and what differs from build to build.
 * It is removed from a layer's tree before that is packed, so that the layers above see what a container sees.
 */
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that stay, without what is in them. */
const EMPTIED = [
  'dev',
  'proc',
  'sys',
  'run',
  'tmp',
  'var/tmp',
  'var/cache/apt',
  'var/cache/debconf',
  'var/cache/fontconfig',
  'var/cache/ldconfig',
  'var/cache/man',
  'var/lib/apt/lists',
];

/** Folders whose folders stay, without any file: services expect their own folder to be there, with its owner. */
const WITHOUT_FILES = ['var/log'];

const REMOVED = [
  // The container runtime mounts its own over these.
  'etc/hostname',
  'etc/hosts',
  'etc/mtab',
  'etc/resolv.conf',
  // Each machine has its own; one that came with the image would be everybody's.
  'etc/machine-id',
  'var/lib/dbus/machine-id',
  'var/lib/systemd/random-seed',
  // Back-ups and locks of package managers.
  'etc/.pwd.lock',
  'etc/group-',
  'etc/gshadow-',
  'etc/passwd-',
  'etc/shadow-',
  'etc/subgid-',
  'etc/subuid-',
  'var/lib/dpkg/available-old',
  'var/lib/dpkg/diversions-old',
  'var/lib/dpkg/lock',
  'var/lib/dpkg/lock-frontend',
  'var/lib/dpkg/statoverride-old',
  'var/lib/dpkg/status-old',
  'var/lib/dpkg/triggers/Lock',
  'var/lib/dpkg/triggers/Unincorp',
  'root/.bash_history',
  'root/.cache',
  'root/.npm',
  'root/.python_history',
];

/** Keys that a package made while it was installed. */
const HOST_KEYS = { folder: 'etc/ssh', name: /^ssh_host_.*_key(?:\.pub)?$/ };

/** Removes from a tree what isn't to be in its layer. */
export function removeLeftOut(root: string): void {
  for (const folder of EMPTIED) {
    for (const name of namesIn(join(root, folder))) rmSync(join(root, folder, name), { recursive: true, force: true });
  }
  for (const folder of WITHOUT_FILES) removeFiles(join(root, folder));
  for (const path of REMOVED) rmSync(join(root, path), { recursive: true, force: true });
  for (const name of namesIn(join(root, HOST_KEYS.folder))) {
    if (HOST_KEYS.name.test(name)) rmSync(join(root, HOST_KEYS.folder, name));
  }
}

function removeFiles(folder: string): void {
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    if (lstatSync(path).isDirectory()) removeFiles(path);
    else rmSync(path);
  }
}

/** Of a folder itself, not of one that a link leads to, perhaps out of the tree. */
function namesIn(folder: string): readonly string[] {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : [];
}
