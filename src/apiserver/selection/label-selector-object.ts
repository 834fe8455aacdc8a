/** Label selectors as objects hold them: `matchLabels` and `matchExpressions`. */
import { type LabelMatcher, type LabelOperator, type LabelRequirement, labelMatcher } from './label-selector';

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

const OPERATORS: Readonly<Record<string, LabelOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

/** True for labels that meet all that the selector says; an empty one is met by all. An unknown operator is met by none. */
export function labelSelectorMatcher({ matchLabels = {}, matchExpressions = [] }: LabelSelector): LabelMatcher {
  if (matchExpressions.some(({ operator }) => OPERATORS[operator] === undefined)) return () => false;
  const equal = Object.entries(matchLabels).map(
    ([key, value]): LabelRequirement => ({ key, operator: '=', values: [value] }),
  );
  const others = matchExpressions.map(
    ({ key, operator, values = [] }): LabelRequirement => ({ key, operator: OPERATORS[operator] ?? '=', values }),
  );
  return labelMatcher([...equal, ...others]);
}
