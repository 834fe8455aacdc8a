/**
 * The control groups of a node: one at the root of every hierarchy, in which the kubelet makes those of its pods. Groups are the
 * one thing of a node that no namespace takes along.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClusterProblem } from '../problem';

const REMOVING_TAKES_AT_MOST_MS = 10_000;

/** Where hierarchies are mounted: one for each controller in version 1, one for all in version 2, or both kinds. */
export function hierarchies(): readonly string[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'cgroup' || type === 'cgroup2')
    .flatMap(([, path]) => (path === undefined ? [] : [path]));
}

/** Makes the group of a name in every hierarchy. One that is there is kept. */
export function makeCgroups(name: string): void {
  for (const hierarchy of hierarchies()) {
    const group = join(hierarchy, name);
    mkdirSync(group, { recursive: true });
    // In version 1 a new group has no processor and no memory until it is given those of its parent.
    for (const setting of ['cpuset.cpus', 'cpuset.mems']) {
      const [own, parent] = [join(group, setting), join(hierarchy, setting)];
      if (existsSync(parent) && readFileSync(own, 'utf8').trim() === '') writeFileSync(own, readFileSync(parent));
    }
  }
}

/** Removes the group of a name and all groups in it. Their processes must have ended. */
export function removeCgroups(name: string): void {
  const until = Date.now() + REMOVING_TAKES_AT_MOST_MS;
  for (const hierarchy of hierarchies()) {
    const group = join(hierarchy, name);
    // The kernel lets go of a group shortly after its last process is gone.
    while (existsSync(group) && !removeTree(group)) {
      if (Date.now() > until)
        throw new ClusterProblem(`the control group "${group}" cannot be removed: it has processes`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/** Only folders can be removed from a hierarchy, each when it has none in it. */
function removeTree(group: string): boolean {
  try {
    for (const entry of readdirSync(group, { withFileTypes: true }))
      if (entry.isDirectory() && !removeTree(join(group, entry.name))) return false;
    rmdirSync(group);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return true;
    if (code === 'EBUSY') return false;
    throw error;
  }
}
