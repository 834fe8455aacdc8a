/**
 * Which nodes the selector and the required affinity of a pod let it onto. Pure.
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
 */

type Labels = Readonly<Record<string, string>>;

/** One demand on a label or field of a node. */
export interface NodeSelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** Demands that must all be met. */
export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly NodeSelectorRequirement[];
  readonly matchFields?: readonly NodeSelectorRequirement[];
}

/** What a pod's specification says of nodes. */
export interface NodeConstraints {
  readonly nodeSelector?: Labels;
  readonly affinity?: {
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: {
        readonly nodeSelectorTerms?: readonly NodeSelectorTerm[];
      };
    };
  };
}

/** True where the selector and the required affinity hold for a node. */
export function isSelectedNode(
  constraints: NodeConstraints,
  { name, labels = {} }: { readonly name: string; readonly labels?: Labels },
): boolean {
  const { nodeSelector = {} } = constraints;
  if (!Object.entries(nodeSelector).every(([key, value]) => labels[key] === value)) return false;
  const terms = requiredTerms(constraints);
  return terms === undefined || terms.some((term) => isMatched(term, labels, name));
}

/** The terms of which one has to hold; undefined where no node affinity is required. */
export function requiredTerms({ affinity }: NodeConstraints): readonly NodeSelectorTerm[] | undefined {
  return affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
}

/** All requirements of a term hold; an empty term matches nothing. */
function isMatched(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  labels: Labels,
  name: string,
): boolean {
  return (
    matchExpressions.length + matchFields.length > 0 &&
    matchExpressions.every((requirement) => isMet(requirement, labels)) &&
    matchFields.every((requirement) => isMet(requirement, { 'metadata.name': name }))
  );
}

function isMet({ key, operator, values = [] }: NodeSelectorRequirement, labels: Labels): boolean {
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
