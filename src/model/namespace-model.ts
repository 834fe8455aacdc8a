/**
 * A namespace that is made for somebody, with what keeps its users apart from others: quota, limits, rights, network
 * policies. Plain data; names and labels are those that clients of an API rely on.
 */
import type { JsonObject } from '../api/json';

type Labels = Readonly<Record<string, string>>;
type Amounts = Readonly<Record<string, string>>;

export interface NamespaceModel {
  readonly name: string;
  /** On the namespace itself; nobody but administrators writes them, so policies may rely on them. */
  readonly labels: Labels;
  /** On what is made in it. */
  readonly objectLabels: Labels;
  readonly quota?: { readonly name: string; readonly hard: Amounts };
  /** What environments share and nobody has twice: the specification of the namespace's QuotaAllocation. */
  readonly allocation?: { readonly hard: JsonObject; readonly defaultRequest: Amounts };
  /** For containers that say nothing. */
  readonly limits?: { readonly name: string; readonly defaultRequest: Amounts; readonly default: Amounts };
  readonly bindings: readonly BindingModel[];
  readonly networkPolicies: readonly NetworkPolicyModel[];
  /** True: it holds what outlives whoever asked for it, and nothing removes it or what guards it. Default false. */
  readonly keep?: boolean;
}

/** A policy for all pods of a namespace. */
export interface NetworkPolicyModel {
  readonly name: string;
  /** Peers that may reach the pods, as a NetworkPolicy has them; nobody else may. */
  readonly ingressFrom: readonly JsonObject[];
  /** Whom the pods may reach. Internet: DNS, their own namespace, and no private address. Absent: nothing is said about it. */
  readonly egress?: 'Internet';
}

/** A ClusterRole that is shipped, bound to somebody. */
export interface BindingModel {
  readonly name: string;
  readonly clusterRole: string;
  readonly subject: SubjectModel;
}

export interface SubjectModel {
  readonly kind: 'User' | 'Group';
  readonly name: string;
}
