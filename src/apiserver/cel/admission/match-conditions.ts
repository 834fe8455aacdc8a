/**
 * Conditions that a request must meet before a policy or webhook is asked.
 * @see k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions/matcher.go, v0.34
 */
import type { JsonObject } from '../../../api/json';
import type { AdmissionAttributes } from '../../admission/admission';
import type { AdmissionWebhookDependencies } from '../../admission/webhooks/admission-webhooks';
import { stringAt } from '../../authentication/json-members';
import type { Authorizer } from '../../authorization/authorizer';
import { forbidden } from '../../status-error';
import { MATCH_CONDITIONS_BUDGET } from '../cost/factors';
import { CelError } from '../values/value';
import { AdmissionEvaluation, OutOfBudget } from './admission-evaluation';
import { CONDITION_RESULT, type CompiledExpression, compileExpression } from './compiled-expression';
import type { CompiledVariables } from './composed-variables';
import { admissionEnvironment } from './environment';
import type { SeenRequest } from './request-variables';

/** As webhooks are asked for it. */
type WebhookConditions = NonNullable<AdmissionWebhookDependencies['meetsConditions']>;

/** Whether all conditions hold; an error where that can't be told. */
export function meetsAll(
  conditions: readonly CompiledExpression[],
  request: SeenRequest,
  variables: CompiledVariables,
): boolean | CelError {
  const evaluation = new AdmissionEvaluation(request, variables, MATCH_CONDITIONS_BUDGET);
  try {
    const results = conditions.map((condition) => evaluation.evaluate(condition));
    // One that doesn't hold decides, whatever is wrong with others.
    if (results.includes(false)) return false;
    const problems = results.filter((result) => result instanceof CelError).map(({ message }) => message);
    return problems.length === 0 ? true : new CelError(aggregated(problems));
  } catch (error) {
    if (error instanceof OutOfBudget) return new CelError(error.message);
    throw error;
  }
}

/** Several problems as one text; each is told once. */
function aggregated(problems: readonly string[]): string {
  const distinct = [...new Set(problems)];
  return distinct.length === 1 ? distinct.join('') : `[${distinct.join(', ')}]`;
}

const NO_VARIABLES: CompiledVariables = new Map();
const ENVIRONMENT = admissionEnvironment({ hasParams: false, hasAuthorizer: true, composed: undefined });
const MOST_KEPT = 1000;

/** Tells whether requests meet the `matchConditions` of webhooks; compiles each expression once. */
export function webhookConditions(authorizer: Authorizer): WebhookConditions {
  const compiled = new Map<string, CompiledExpression>();
  const compiledOf = (text: string): CompiledExpression => {
    const known = compiled.get(text);
    if (known !== undefined) return known;
    if (compiled.size >= MOST_KEPT) compiled.clear();
    const made = compileExpression(text, ENVIRONMENT, CONDITION_RESULT);
    compiled.set(text, made);
    return made;
  };
  return ({ matchConditions, isIgnorable }, object, attributes) => {
    const conditions = matchConditions.map((condition) => compiledOf(stringAt(condition, 'expression')));
    const { oldObject } = attributes;
    const request = { attributes, kind: seenKind(object, attributes), resource: attributes, object, authorizer };
    const meets = meetsAll(conditions, { ...request, oldObject: oldObject as JsonObject | undefined }, NO_VARIABLES);
    if (!(meets instanceof CelError)) return meets;
    if (isIgnorable) return false;
    throw forbidden(attributes, attributes.name, meets.message);
  };
}

/** The kind in the version in which an object is shown to the webhook. */
function seenKind(object: JsonObject | undefined, attributes: AdmissionAttributes): SeenRequest['kind'] {
  const apiVersion = stringAt(object, 'apiVersion');
  if (apiVersion === '') return attributes;
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/', 2) : ['', apiVersion];
  return { group: group ?? '', version: version ?? '', kind: stringAt(object, 'kind') };
}
