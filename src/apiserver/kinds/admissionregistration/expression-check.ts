/**
 * The one place where expressions (CEL) of webhooks and admission policies are checked: whoever knows the language gives
 * this function to `admissionregistrationKindsWith`.
 */
import type { FieldError } from '../../field-error';

export interface ExpressionUse {
  readonly expression: string;
  /** `spec.validations[0].expression`. */
  readonly path: string;
  readonly use: 'matchCondition' | 'variable' | 'validation' | 'messageExpression' | 'auditAnnotation';
  /** Whether `params` is there. */
  readonly hasParams: boolean;
  /** What `variables` has at this place, in order. */
  readonly variables: readonly { readonly name: string; readonly expression: string }[];
  /** True where the stored object has the same expression already, which is then taken as it is. */
  readonly isStored: boolean;
}

/** Problems of an expression that isn't empty. */
export type ExpressionCheck = (use: ExpressionUse) => readonly FieldError[];

/** Takes every expression. */
export const takesEveryExpression: ExpressionCheck = () => [];
