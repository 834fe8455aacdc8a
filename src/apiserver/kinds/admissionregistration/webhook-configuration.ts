/**
 * Configurations of validating and mutating webhooks.
 * @see k8s.io/kubernetes/pkg/apis/admissionregistration/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type DraftObject, findObject, objectsIn } from '../../draft';
import { duplicateField, type FieldError, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { fullyQualifiedNameErrors } from '../checks/domain-names';
import { isTolerated } from '../checks/label-selectors';
import {
  isSameValue,
  jsonOf,
  listAt,
  objectAt,
  optionalNumberAt,
  optionalTextAt,
  textAt,
  textsAt,
} from '../json-members';
import { addProblems, dns1035LabelProblems, labelSelectorErrors } from '../metadata';
import type { ExpressionCheck } from './expression-check';
import { matchConditionErrors, storedExpressions } from './match-conditions';
import { MATCH_POLICIES, ruleErrors, setRuleDefaults } from './rules';
import { clientConfigErrors } from './webhook-client';

const FAILURE_POLICIES = ['Fail', 'Ignore'];
const REINVOCATION_POLICIES = ['IfNeeded', 'Never'];
const SIDE_EFFECTS = ['None', 'NoneOnDryRun', 'Some', 'Unknown'];
const NO_SIDE_EFFECTS = ['None', 'NoneOnDryRun'];
const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const SELECTORS = ['namespaceSelector', 'objectSelector'];
const TIMEOUT_MAX_SECONDS = 30;

/** What is asked of webhooks; less where the stored ones already have less. */
interface WebhookRules {
  readonly check: ExpressionCheck;
  readonly stored: ReadonlySet<string>;
  readonly keepsMatchConditions: boolean;
  readonly needsNoSideEffects: boolean;
  readonly needsKnownVersion: boolean;
  readonly needsUniqueNames: boolean;
  readonly toleratesValues: boolean;
}

export function webhookConfigurationStrategy(kind: 'validating' | 'mutating', check: ExpressionCheck): Strategy {
  const errorsOf = (configuration: KubeObject, rules: WebhookRules) =>
    webhooksErrors(webhooksOf(configuration), rules, kind === 'mutating');
  return {
    generation: 'all',
    updatesUnconditionally: false,
    setDefaults: (configuration) => setDefaults(configuration, kind === 'mutating'),
    validate: (configuration) => errorsOf(configuration, { ...STRICT, check }),
    validateUpdate: (configuration, old) =>
      errorsOf(configuration, rulesAfter(webhooksOf(old), webhooksOf(configuration), check)),
  };
}

const STRICT: Omit<WebhookRules, 'check'> = {
  stored: new Set(),
  keepsMatchConditions: false,
  needsNoSideEffects: true,
  needsKnownVersion: true,
  needsUniqueNames: true,
  toleratesValues: false,
};

function webhooksOf(configuration: KubeObject): readonly JsonObject[] {
  return listAt(jsonOf(configuration), 'webhooks');
}

function rulesAfter(old: readonly JsonObject[], next: readonly JsonObject[], check: ExpressionCheck): WebhookRules {
  const names = old.map((webhook) => textAt(webhook, 'name'));
  const hasKnownVersion = (webhook: JsonObject) => {
    const versions = textsAt(webhook, 'admissionReviewVersions');
    return versions.length === 0 || versions.some((version) => REVIEW_VERSIONS.includes(version));
  };
  return {
    check,
    stored: storedExpressions(old),
    keepsMatchConditions:
      old.length === next.length &&
      old.every((webhook, index) => isSameValue(webhook['matchConditions'], next[index]?.['matchConditions'])),
    needsNoSideEffects: old.every((webhook) => NO_SIDE_EFFECTS.includes(textAt(webhook, 'sideEffects'))),
    needsKnownVersion: old.every(hasKnownVersion),
    needsUniqueNames: new Set(names).size === names.length,
    toleratesValues: old.some((webhook) => SELECTORS.some((key) => isTolerated(objectAt(webhook, key)))),
  };
}

function setDefaults(configuration: DraftObject, isMutating: boolean): void {
  for (const webhook of objectsIn(configuration, 'webhooks')) {
    webhook['failurePolicy'] ??= 'Fail';
    webhook['matchPolicy'] ??= 'Equivalent';
    for (const key of SELECTORS) webhook[key] ??= {};
    webhook['timeoutSeconds'] ??= 10;
    if (isMutating) webhook['reinvocationPolicy'] ??= 'Never';
    setRuleDefaults(webhook, 'rules');
    const service = findObject(findObject(webhook, 'clientConfig'), 'service');
    if (service !== undefined) service['port'] ??= 443;
  }
}

function webhooksErrors(webhooks: readonly JsonObject[], rules: WebhookRules, isMutating: boolean): FieldError[] {
  const names = new Set<string>();
  return webhooks.flatMap((webhook, index) => {
    const path = `webhooks[${String(index)}]`;
    const errors = [
      ...webhookErrors(webhook, path, rules, isMutating),
      ...versionErrors(textsAt(webhook, 'admissionReviewVersions'), `${path}.admissionReviewVersions`, rules),
    ];
    const name = textAt(webhook, 'name');
    if (rules.needsUniqueNames && name !== '' && names.has(name)) errors.push(duplicateField(`${path}.name`, name));
    names.add(name);
    return errors;
  });
}

function webhookErrors(webhook: JsonObject, path: string, rules: WebhookRules, isMutating: boolean): FieldError[] {
  const { check, stored } = rules;
  return [
    ...fullyQualifiedNameErrors(textAt(webhook, 'name'), `${path}.name`),
    ...listAt(webhook, 'rules').flatMap((rule, index) => ruleErrors(rule, `${path}.rules[${String(index)}]`)),
    ...choiceErrors(webhook, path, 'failurePolicy', FAILURE_POLICIES),
    ...choiceErrors(webhook, path, 'matchPolicy', MATCH_POLICIES),
    ...sideEffectErrors(webhook, path, rules.needsNoSideEffects ? NO_SIDE_EFFECTS : SIDE_EFFECTS),
    ...timeoutErrors(webhook, path),
    ...SELECTORS.flatMap((key) => labelSelectorErrors(objectAt(webhook, key), `${path}.${key}`, rules.toleratesValues)),
    ...(isMutating ? choiceErrors(webhook, path, 'reinvocationPolicy', REINVOCATION_POLICIES) : []),
    ...clientConfigErrors(objectAt(webhook, 'clientConfig'), `${path}.clientConfig`),
    ...(rules.keepsMatchConditions
      ? []
      : matchConditionErrors(webhook, `${path}.matchConditions`, { check, stored, hasParams: false })),
  ];
}

function choiceErrors(webhook: JsonObject, path: string, key: string, choices: readonly string[]): FieldError[] {
  const value = optionalTextAt(webhook, key);
  return value === undefined || choices.includes(value) ? [] : [notSupportedField(`${path}.${key}`, value, choices)];
}

function sideEffectErrors(webhook: JsonObject, path: string, allowed: readonly string[]): FieldError[] {
  if (webhook['sideEffects'] !== undefined) return choiceErrors(webhook, path, 'sideEffects', allowed);
  return [requiredField(`${path}.sideEffects`, `must specify one of ${allowed.join(', ')}`)];
}

function timeoutErrors(webhook: JsonObject, path: string): FieldError[] {
  const seconds = optionalNumberAt(webhook, 'timeoutSeconds') ?? 1;
  if (seconds >= 1 && seconds <= TIMEOUT_MAX_SECONDS) return [];
  return [invalidField(`${path}.timeoutSeconds`, seconds, 'the timeout value must be between 1 and 30 seconds')];
}

function versionErrors(versions: readonly string[], path: string, { needsKnownVersion }: WebhookRules): FieldError[] {
  const known = REVIEW_VERSIONS.join(', ');
  if (versions.length === 0) return [requiredField(path, `must specify one of ${known}`)];
  const errors: FieldError[] = [];
  for (const [index, version] of versions.entries()) {
    const at = `${path}[${String(index)}]`;
    if (versions.indexOf(version) < index) errors.push(invalidField(at, version, 'duplicate version'));
    else addProblems(errors, at, version, dns1035LabelProblems(version));
  }
  if (needsKnownVersion && !versions.some((version) => REVIEW_VERSIONS.includes(version))) {
    errors.push(invalidField(path, versions, `must include at least one of ${known}`));
  }
  return errors;
}
