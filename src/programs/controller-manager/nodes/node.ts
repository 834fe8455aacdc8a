/** Nodes, as far as controllers read them, and which pods they take. Pure. */
import type { KubeObject } from '../../../api/object';
import { isSelectedNode, requiredTerms } from '../../node-selector';
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

/** True where the pod's selector and required affinity let it onto the node. */
export function isChosen(spec: PodSpec, { metadata }: Node): boolean {
  const { nodeName = '' } = spec;
  return (nodeName === '' || nodeName === metadata.name) && isSelectedNode(spec, metadata);
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
