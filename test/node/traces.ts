/** What of a cluster can be seen on this machine, outside its own namespaces. */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hierarchies } from '../cluster/node/cgroups';
import { runTool } from '../cluster/node/tools';
import { findRecord } from '../cluster/record';

/** What a cluster has, by which its traces are known when its record is gone. */
export interface Signs {
  readonly directory: string;
  /** Name of its control group, and owner of its interface. */
  readonly name: string;
  readonly interface: string;
  /** Its process namespace, as `pid:[4026532183]`. */
  readonly namespace: string;
  /** The same as an open file, so that no other namespace gets the number. */
  readonly held: number;
}

/** The signs of the running cluster of a directory, good until `forget`. */
export function signsOf(directory: string): Signs {
  const { name, network, namespaces } = findRecord(directory)?.node ?? {};
  if (name === undefined || network === undefined || namespaces?.first === undefined)
    throw new Error(`no cluster with a node runs in "${directory}"`);
  const namespace = `/proc/${String(namespaces.first)}/ns/pid`;
  const held = openSync(namespace, 'r');
  return { directory, name, interface: network.interface, namespace: readlinkSync(namespace), held };
}

/** Lets go of signs. */
export function forget({ held }: Signs): void {
  closeSync(held);
}

/** All that is there of a cluster, a word for each: processes, namespaces, mounts, its interface, routes, control groups, files. */
export function tracesOf(signs: Signs): readonly string[] {
  const traces: string[] = [];
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const command = textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    // Containers have process namespaces of their own.
    const isInside =
      linkOf(`/proc/${pid}/ns/pid`) === signs.namespace || textOf(`/proc/${pid}/cgroup`).includes(`/${signs.name}`);
    if (isInside) traces.push(`process ${pid} inside: ${command}`);
    else if (command.includes(`${signs.directory}/`)) traces.push(`process ${pid}: ${command}`);
  }
  for (const line of textOf('/proc/self/mounts').split('\n'))
    if (line.includes(signs.directory) || line.includes(signs.name)) traces.push(`mount ${line}`);
  if (textOf(`/sys/class/net/${signs.interface}/ifalias`).trim() === signs.name)
    traces.push(`interface ${signs.interface}`, ...routesOf(signs.interface));
  for (const hierarchy of hierarchies())
    if (existsSync(`${hierarchy}/${signs.name}`)) traces.push(`control group ${hierarchy}/${signs.name}`);
  if (existsSync(signs.directory)) traces.push(`folder ${signs.directory}`);
  return traces;
}

/** Settings that programs of a node write for the whole machine, where they can. */
const SETTINGS = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'net/ipv4/ip_forward',
];

/** What programs of a node make by their own account. */
const PATHS = [
  '/run/containerd',
  '/run/netns',
  '/run/xtables.lock',
  '/var/lib/cni',
  '/var/lib/kubelet',
  '/var/log/containers',
  '/var/log/pods',
  '/opt/containerd',
];

/** What a node's programs would change on a machine that they had for themselves. */
export function machineState(): Readonly<Record<string, unknown>> {
  return {
    settings: SETTINGS.map((setting) => `${setting} ${textOf(`/proc/sys/${setting}`).trim()}`),
    paths: PATHS.filter((path) => existsSync(path)),
    rules: ['filter', 'nat', 'mangle'].map((table) => runTool('iptables', '-t', table, '-S')),
    mounts: textOf('/proc/self/mounts')
      .split('\n')
      .filter((line) => /^\S+ \/(?:run|var|proc)\b/.test(line)),
  };
}

function routesOf(name: string): readonly string[] {
  return runTool('ip', 'route')
    .split('\n')
    .filter((line) => `${line} `.includes(` dev ${name} `))
    .map((line) => `route ${line.trim()}`);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
