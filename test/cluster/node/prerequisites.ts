/** What a machine must have for a node, and what to do where it lacks some of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClusterProblem } from '../problem';
import { hierarchies } from './cgroups';
import { findTool, isExecutable } from './tools';

/** Programs, and the package of Debian that each comes with. */
const TOOLS = {
  containerd: 'containerd',
  'containerd-shim-runc-v2': 'containerd',
  runc: 'runc',
  'docker-registry': 'docker-registry',
  iptables: 'iptables',
  ip: 'iproute2',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  mount: 'mount',
  tar: 'tar',
} as const;

const CNI_PACKAGE = 'containernetworking-plugins';
const CNI_PLUGINS = ['ptp', 'portmap', 'host-local', 'loopback'] as const;
const CNI_DIRECTORIES = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'] as const;

/** Packages of Debian that have all programs of a node. */
export const PACKAGES: readonly string[] = [...new Set<string>([...Object.values(TOOLS), CNI_PACKAGE])].sort();

/** The folder of the plugins that connect pods; undefined where there is none with all of them. */
export function findCniDirectory(): string | undefined {
  return CNI_DIRECTORIES.find((directory) => CNI_PLUGINS.every((plugin) => isExecutable(join(directory, plugin))));
}

/** What this machine lacks, each with what to do; empty where a node can be started. */
export function missingPrerequisites(): readonly string[] {
  if (process.platform !== 'linux') return ['a node needs Linux: use a virtual machine, or the cluster without a node'];
  const missing: string[] = [];
  if (process.getuid?.() !== 0)
    missing.push('a node needs root, for its namespaces, mounts and control groups: run it as root');
  const packages = new Set<string>();
  for (const [tool, name] of Object.entries(TOOLS)) if (findTool(tool) === undefined) packages.add(name);
  if (findCniDirectory() === undefined) packages.add(CNI_PACKAGE);
  if (packages.size > 0) {
    const names = [...packages].sort().join(' ');
    missing.push(
      `programs of ${names} are missing: "npm run cluster -- prepare" installs them, as does "apt-get install --no-install-recommends ${names}"`,
    );
  }
  if (hierarchies().length === 0) missing.push('no control groups are mounted: mount them under /sys/fs/cgroup');
  if (!readFileSync('/proc/filesystems', 'utf8').includes('\toverlay\n'))
    missing.push('the kernel has no overlay file system: "modprobe overlay" loads it');
  return missing;
}

/** A `ClusterProblem` that names all that this machine lacks. */
export function demandPrerequisites(): void {
  const missing = missingPrerequisites();
  if (missing.length > 0) throw new ClusterProblem(`this machine can't run a node: ${missing.join('; ')}`);
}
