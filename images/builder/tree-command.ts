/**
 * Commands inside a layer's tree: an overlay of the layer over those below, in namespaces of its own that end with the command,
 * mounts and background processes included. The overlay's upper folder is the layer, so what the command writes is in it.
 */
import { chmodSync, existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { execute } from './execute';
import type { RunOptions } from './image';
import { removeFolder } from './image-cache';
import type { LayerTree } from './layer-tree';
import { ImageProblem } from './problem';
import { SOURCE_DATE_EPOCH } from './source-date';

/** What a command sees of the environment, unless it is given more. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const ENVIRONMENT = {
  PATH: DEFAULT_PATH,
  HOME: '/root',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  SOURCE_DATE_EPOCH: String(SOURCE_DATE_EPOCH),
  PYTHONHASHSEED: '0',
  DEBIAN_FRONTEND: 'noninteractive',
};

/** Folders of the tree that something is mounted on. */
const MOUNT_POINTS = ['dev', 'proc', 'run', 'tmp'];

/**
 * Mounts the tree and runs a command in it. A shell does it, because it has to happen inside the new namespaces, where each
 * step is a program of its own anyway. Arguments: tree, temporary folder, count of binds, binds by pairs, then the environment
 * and the command that goes into the tree.
 */
const ENTER = `
set -eu
tree=$1 scratch=$2 binds=$3; shift 3
mount -t overlay -o "$ADRASTEIA_OVERLAY" overlay "$tree"
unset ADRASTEIA_OVERLAY
cd "$tree"
for folder in ${MOUNT_POINTS.join(' ')}; do [ -d "$folder" ] || mkdir -m 755 "$folder"; done
mount -t proc proc proc
mount -t tmpfs -o mode=755 tmpfs dev
for device in full null random tty urandom zero; do : > "dev/$device"; mount --bind "/dev/$device" "dev/$device"; done
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr
mkdir dev/pts
mkdir -m 1777 dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount --bind "$scratch/tmp" tmp
mount --bind "$scratch/run" run
if [ -d etc ] && [ -e /etc/resolv.conf ]; then
  rm -f etc/resolv.conf
  : > etc/resolv.conf
  mount --bind -o ro /etc/resolv.conf etc/resolv.conf
fi
while [ "$binds" -gt 0 ]; do
  mkdir -p "./$2"
  mount --bind "$1" "./$2"
  shift 2
  binds=$((binds - 1))
done
echo localhost > /proc/sys/kernel/hostname
env -i "$@"
`;

/** Runs a command in a tree. `scratch` is a folder on the tree's file system for what the command leaves behind. */
export async function runInTree(
  tree: LayerTree,
  command: readonly [string, ...string[]],
  { scratch, ...options }: RunOptions & { readonly scratch: string },
): Promise<string> {
  if (process.getuid?.() !== 0) {
    throw new ImageProblem(`running "${command[0]}" inside an image needs root: it mounts the image's files`);
  }
  const { merged, work, ...folders } = scratchFolders(scratch);
  const missing = MOUNT_POINTS.filter(
    (folder) => ![tree.root, ...tree.below].some((one) => existsSync(join(one, folder))),
  );
  const binds = Object.entries(options.binds ?? {}).flatMap(([path, source]) => [source, bindPath(path)]);
  const [uid = '0', gid = '0'] = (options.user ?? '0:0').split(':');
  const environment = Object.entries({ ...ENVIRONMENT, ...options.env }).map(([name, value]) => `${name}=${value}`);
  const lower = tree.below.length === 0 ? [folders.empty] : tree.below.toReversed();
  try {
    return await execute(
      [
        'setpriv',
        '--pdeathsig=KILL',
        'unshare',
        '--mount',
        '--propagation=private',
        '--pid',
        '--fork',
        '--kill-child',
        '--ipc',
        '--uts',
        'sh',
        '-c',
        ENTER,
        'sh',
        merged,
        scratch,
        String(binds.length / 2),
        ...binds,
        ...environment,
        // By its path: PATH is already that of the tree.
        '/usr/bin/unshare',
        `--root=${merged}`,
        `--wd=${options.cwd ?? '/'}`,
        `--setgid=${gid}`,
        `--setuid=${uid}`,
        '--',
        ...command,
      ],
      {
        env: {
          ADRASTEIA_OVERLAY: `lowerdir=${lower.join(':')},upperdir=${tree.root},workdir=${work},redirect_dir=off,metacopy=off,index=off`,
        },
        title: `in the image: ${command.join(' ').slice(0, 200)}`,
        ...(options.input === undefined ? {} : { input: options.input }),
      },
    );
  } finally {
    for (const folder of missing) removeIfEmpty(join(tree.root, folder));
    removeFolder(scratch);
  }
}

function scratchFolders(scratch: string) {
  const inside = (name: string): string => join(scratch, name);
  const folders = { merged: inside('merged'), work: inside('work'), empty: inside('empty') };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  mkdirSync(inside('run'), { mode: 0o755 });
  mkdirSync(inside('tmp'));
  // Not by mkdir, which the umask would have its say in.
  chmodSync(inside('tmp'), 0o1777);
  return folders;
}

/** Only where nothing of the image can be hidden or written by accident. */
function bindPath(path: string): string {
  if (normalize(path) !== path || !/^\/(?:tmp|run)\/[^/]/.test(path)) {
    throw new ImageProblem(`"${path}" is no place for a folder of this machine: choose one below /tmp or /run`);
  }
  return path.slice(1);
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    // Not there, or the command has written to it: then it stays.
    if (!['ENOENT', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
