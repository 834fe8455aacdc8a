/**
 * The cluster that a command line means.
 */
import { type ConnectOptions, connectCluster, type KubernetesCluster } from '../../adapters/kubernetes/client';
import { Discovery } from '../../adapters/kubernetes/discovery';
import { findConnection } from '../../adapters/kubernetes/kubeconfig';
import { AdrasteiaError } from '../../errors';
import type { SharedOptions } from '../command-context';

/** An open cluster, and the namespace to work in. */
export interface OpenCluster {
  readonly cluster: KubernetesCluster;
  readonly discovery: Discovery;
  /** The one asked for, else that of the context. */
  readonly namespace: string;
}

/** Which cluster, and as whom. */
export type ClusterChoice = Pick<SharedOptions, 'kubeconfig' | 'context' | 'as' | 'asGroup'>;

/** Connects as the options say; nothing is sent yet. `UsageInvalid` for a group without a user, `KubeconfigInvalid` where no cluster is named. */
export function openCluster(
  options: ClusterChoice & Pick<SharedOptions, 'namespace'>,
  connect: Pick<ConnectOptions, 'onRequest'> = {},
): OpenCluster {
  const cluster = connectCluster({ ...connect, ...choiceOf(options), ...impersonationOf(options) });
  return { cluster, discovery: new Discovery(cluster), namespace: options.namespace ?? cluster.connection.namespace };
}

/** Runs with an open cluster and closes its connections, however it ends. */
export async function withCluster<Result>(
  options: SharedOptions,
  use: (open: OpenCluster) => Promise<Result>,
): Promise<Result> {
  const open = openCluster(options);
  try {
    return await use(open);
  } finally {
    await open.cluster.close();
  }
}

/** The namespace to work in where no cluster has to be there: `default` unless one is named. */
export function namespaceWithoutCluster(options: SharedOptions): string {
  return options.namespace ?? findConnection(choiceOf(options))?.namespace ?? 'default';
}

function choiceOf({ kubeconfig, context }: ClusterChoice): Pick<ConnectOptions, 'kubeconfig' | 'context'> {
  return { ...(kubeconfig === undefined ? {} : { kubeconfig }), ...(context === undefined ? {} : { context }) };
}

function impersonationOf({ as: user, asGroup: groups }: ClusterChoice): Pick<ConnectOptions, 'impersonate'> {
  if (user === undefined) {
    if (groups === undefined) return {};
    throw new AdrasteiaError('UsageInvalid', 'cannot act as a member of a group alone: name a user by --as');
  }
  return { impersonate: { user, ...(groups === undefined ? {} : { groups }) } };
}
