/**
 * The account that an environment runs as. Programs look their own name and home up, so its number needs an entry.
 */
import type { LayerBuild } from '../builder/image';

/** An account without a password. */
export interface User {
  readonly name: string;
  readonly uid: number;
  /** A group that is there, or else is made under the user's name. */
  readonly gid: number;
  /** Made empty, for where no volume is mounted there. */
  readonly home: string;
}

/** The group that Debian calls `users`. */
const USERS = 100;

/** Adds an account, with bash as its shell and a home of its own. */
export async function addUser(layer: LayerBuild, { name, uid, gid, home }: User): Promise<void> {
  if (gid !== USERS) await layer.run(['groupadd', `--gid=${gid}`, name]);
  await layer.run([
    'useradd',
    '--no-log-init',
    '--no-create-home',
    `--uid=${uid}`,
    `--gid=${gid}`,
    `--home-dir=${home}`,
    '--shell=/bin/bash',
    name,
  ]);
  await layer.makeDirectory(home, { uid, gid, mode: 0o755 });
}
