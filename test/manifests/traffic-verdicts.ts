/**
 * Verdicts on traffic by the matcher of cyclonus, which is asked as a program and knows nothing of how our policies are made.
 */
import { execFileSync } from 'node:child_process';
import type { Manifest } from '../../src/api/object';
import { toolPath } from './go-tools';

/** An end of traffic: a pod, or, without a namespace, an address that is no pod's. */
export interface Peer {
  readonly ip: string;
  readonly namespace?: string;
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  readonly podLabels?: Readonly<Record<string, string>>;
}

/** One connection, as its first packet arrives. */
export interface Traffic {
  readonly from: Peer;
  readonly to: Peer;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

/** Whether the receiver's policies let it in, and the sender's let it out. */
export interface Verdict {
  readonly ingress: boolean;
  readonly egress: boolean;
}

/** A verdict for each, in order. Objects that are no NetworkPolicies are left out. */
export function trafficVerdicts(objects: readonly Manifest[], traffic: readonly Traffic[]): readonly Verdict[] {
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  const answer = execFileSync(toolPath('network-policy-matcher'), {
    input: JSON.stringify({ policies, traffic }),
    encoding: 'utf8',
  });
  return JSON.parse(answer) as readonly Verdict[];
}
