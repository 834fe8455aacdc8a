/** Nodes, as far as controllers read them, and which pods they take. Pure. */
import type { KubeObject } from '../../../api/object';
import type { WorkloadCondition } from '../conditions';
import type { PodSpec, Toleration } from '../pods/pod';

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
  readonly timeAdded?: string;
}

export interface NodeCondition extends WorkloadCondition {
  readonly lastHeartbeatTime?: string;
}

export interface Node extends KubeObject {
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] };
  readonly status?: { readonly conditions?: readonly NodeCondition[] };
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

interface Term {
  readonly matchExpressions?: readonly Requirement[];
  readonly matchFields?: readonly Requirement[];
}

interface NodeAffinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms?: readonly Term[] };
  };
}

/** True where the pod's selector and required affinity let it onto the node. */
export function isChosen(spec: PodSpec, node: Node): boolean {
  const { labels = {}, name } = node.metadata;
  const { nodeName = '', nodeSelector = {} } = spec;
  if (nodeName !== '' && nodeName !== name) return false;
  if (!Object.entries(nodeSelector).every(([key, value]) => labels[key] === value)) return false;
  const terms = requiredTerms(spec);
  return terms === undefined || terms.some((term) => isMatched(term, labels, name));
}

/** The node that the pod’s affinity names; undefined where it names none. */
export function affineNode(spec: PodSpec): string | undefined {
  for (const { matchFields = [] } of requiredTerms(spec) ?? []) {
    const field = matchFields.find(({ key, operator }) => key === 'metadata.name' && operator === 'In');
    if (field?.values?.length === 1) return field.values[0];
  }
  return undefined;
}

/** The first taint of one of the effects that the tolerations don't bear; undefined where they bear all. */
export function findUntolerated(
  node: Node,
  tolerations: readonly Toleration[],
  effects: readonly string[],
): Taint | undefined {
  return (node.spec?.taints ?? []).find(
    (taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => isTolerated(taint, toleration)),
  );
}

function isTolerated(taint: Taint, { key = '', operator = 'Equal', value = '', effect = '' }: Toleration): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  return operator === 'Exists' || (key !== '' && value === (taint.value ?? ''));
}

function requiredTerms({ affinity }: PodSpec): readonly Term[] | undefined {
  return (affinity as NodeAffinity | undefined)?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
    ?.nodeSelectorTerms;
}

function isMatched(
  { matchExpressions = [], matchFields = [] }: Term,
  labels: Readonly<Record<string, string>>,
  name: string,
): boolean {
  return (
    matchExpressions.length + matchFields.length > 0 &&
    matchExpressions.every((requirement) => isMet(requirement, labels)) &&
    matchFields.every((requirement) => isMet(requirement, { 'metadata.name': name }))
  );
}

function isMet({ key, operator, values = [] }: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return Number(value) > Number(values[0]);
    case 'Lt':
      return Number(value) < Number(values[0]);
    default:
      return false;
  }
}
