import { createHash } from 'node:crypto';
import { removeCgroups } from './cgroups';
import { endNamespaces, type NodeNamespaces } from './namespaces';
import { disconnectNode, type NodeNetwork } from './network';

/** What is written down of a cluster's node. Parts are absent until they are made. */
export interface NodeRecord {
  /** Names the node's control group and owns its interface; each directory has its own. */
  readonly name: string;
  readonly namespaces?: NodeNamespaces;
  readonly network?: NodeNetwork;
  /** Host and port of the registry: what names of images begin with, for pods as for those who push. */
  readonly registry?: string;
}

/** The record of the node that a directory gets. */
export function newNode(directory: string): NodeRecord {
  return { name: `adrasteia-${createHash('sha256').update(directory).digest('hex').slice(0, 12)}` };
}

/** Ends all that runs on a node and takes away what it has outside the cluster's directory. Once more does no harm. */
export function endNode({ name, namespaces, network }: NodeRecord): void {
  if (namespaces !== undefined) endNamespaces(namespaces);
  if (network !== undefined) disconnectNode(name, network);
  removeCgroups(name);
}
