/** containerd with runc and the CNI plugins, as the kubelet finds them in the node's namespaces. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeNetwork } from './network';

/** What containerd is set up for. */
export interface ContainerRuntimeOptions {
  readonly network: NodeNetwork;
  /** Host and port of the registry that speaks HTTP. */
  readonly registry: string;
  /** The image of the process that holds a pod's namespaces. */
  readonly pauseImage: string;
  readonly cniPlugins: string;
}

/** Writes the settings and gives the command line. Data goes where containerd has it by default. */
export function containerRuntime(directory: string, options: ContainerRuntimeOptions): readonly string[] {
  const networks = join(directory, 'cni');
  const hosts = join(directory, 'registries');
  const registry = join(hosts, options.registry);
  for (const folder of [networks, registry]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(networks, '10-pods.conflist'), JSON.stringify(podNetwork(options.network)));
  const url = `http://${options.registry}`;
  writeFileSync(
    join(registry, 'hosts.toml'),
    `server = ${quoted(url)}\n[host.${quoted(url)}]\ncapabilities = ["pull", "resolve"]\n`,
  );
  const file = join(directory, 'containerd.toml');
  writeFileSync(file, settings(options, networks, hosts));
  return ['containerd', `--config=${file}`];
}

/** Where containerd listens, inside the namespaces. */
export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock';

/**
 * Each pod is connected by a pair of interfaces and a route: unlike a bridge, that needs nothing of the kernel for a service to
 * lead back to the node it was asked on. Addresses aren't translated, since this machine has a route to the pods.
 */
function podNetwork(network: NodeNetwork): object {
  const ipam = { type: 'host-local', ranges: [[{ subnet: network.pods }]], routes: [{ dst: '0.0.0.0/0' }] };
  return {
    cniVersion: '0.4.0',
    name: 'pods',
    plugins: [
      { type: 'ptp', ipMasq: false, ipam },
      { type: 'portmap', capabilities: { portMappings: true }, snat: true },
    ],
  };
}

function settings({ pauseImage, cniPlugins }: ContainerRuntimeOptions, networks: string, hosts: string): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]

[grpc]
address = ${quoted(CONTAINERD_SOCKET)}

[${cri}]
sandbox_image = ${quoted(pauseImage)}
# Lowering it takes a right that root of a container hasn't always.
restrict_oom_score_adj = true

[${cri}.containerd]
snapshotter = "overlayfs"

[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[${cri}.cni]
bin_dir = ${quoted(cniPlugins)}
conf_dir = ${quoted(networks)}

[${cri}.registry]
config_path = ${quoted(hosts)}
`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
