/** What the kinds of `admissionregistration.k8s.io` do beyond their schemas. */
import type { KindFacts } from '../kind-facts';
import {
  validatingAdmissionPolicyBindingColumns,
  validatingAdmissionPolicyColumns,
  webhookConfigurationColumns,
} from './columns';
import type { ExpressionCheck } from './expression-check';
import { validatingAdmissionPolicyStrategy } from './validating-admission-policy';
import { validatingAdmissionPolicyBindingStrategy } from './validating-admission-policy-binding';
import { webhookConfigurationStrategy } from './webhook-configuration';

export { type ExpressionCheck, type ExpressionUse, takesEveryExpression } from './expression-check';

/** The kinds, with somebody who checks their expressions. */
export function admissionregistrationKindsWith(check: ExpressionCheck): Readonly<Record<string, KindFacts>> {
  return {
    validatingwebhookconfigurations: {
      strategy: webhookConfigurationStrategy('validating', check),
      columns: webhookConfigurationColumns,
    },
    mutatingwebhookconfigurations: {
      strategy: webhookConfigurationStrategy('mutating', check),
      columns: webhookConfigurationColumns,
    },
    validatingadmissionpolicies: {
      strategy: validatingAdmissionPolicyStrategy(check),
      columns: validatingAdmissionPolicyColumns,
    },
    validatingadmissionpolicybindings: {
      strategy: validatingAdmissionPolicyBindingStrategy,
      columns: validatingAdmissionPolicyBindingColumns,
    },
  };
}
