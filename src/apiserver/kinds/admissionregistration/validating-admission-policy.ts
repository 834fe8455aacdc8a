/**
 * Validating admission policies.
 * @see k8s.io/kubernetes/pkg/apis/admissionregistration/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { ensureObject, findObject } from '../../draft';
import { duplicateField, type FieldError, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { conditionErrors } from '../checks/conditions';
import { specOf, statusOf } from '../checks/object-parts';
import { CLIENT_METADATA, statusPreparations } from '../checks/restore';
import { isSameValue, listAt, objectAt, optionalTextAt, textAt } from '../json-members';
import { addProblems, dns1035LabelProblems, dnsSubdomainProblems, qualifiedNameProblems } from '../metadata';
import type { ExpressionCheck, ExpressionUse } from './expression-check';
import { matchConditionErrors, storedExpressions } from './match-conditions';
import { matchErrors, setMatchDefaults } from './rules';

const FAILURE_POLICIES = ['Fail', 'Ignore'];
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const ANNOTATIONS_MAX = 20;
const VALUE_EXPRESSION_MAX = 5 * 1024;
const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/;
const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

export function validatingAdmissionPolicyStrategy(check: ExpressionCheck): Strategy {
  return {
    ...statusPreparations([...CLIENT_METADATA, 'deletionTimestamp']),
    generation: 'spec',
    updatesUnconditionally: false,
    resetFields: { '': [['status']], status: [['spec'], ['metadata']] },
    setDefaults(policy) {
      const spec = ensureObject(policy, 'spec');
      spec['failurePolicy'] ??= 'Fail';
      const match = findObject(spec, 'matchConstraints');
      if (match !== undefined) setMatchDefaults(match);
    },
    validate: (policy) => policyErrors(policy, undefined, check),
    validateUpdate: (policy, old, { subresource }) =>
      subresource === 'status' ? statusErrors(statusOf(policy)) : policyErrors(policy, old, check),
  };
}

/** Checks an expression of a policy, with what the policy has said before it. */
type PolicyCheck = (use: Pick<ExpressionUse, 'expression' | 'path' | 'use'>, stored: string) => readonly FieldError[];

function policyErrors(policy: KubeObject, old: KubeObject | undefined, check: ExpressionCheck): FieldError[] {
  const spec = specOf(policy);
  const before = old === undefined ? {} : specOf(old);
  const paramKind = objectAt(spec, 'paramKind');
  const hasParams = paramKind !== undefined;
  const variables = listAt(spec, 'variables').map((variable) => ({
    name: textAt(variable, 'name'),
    expression: textAt(variable, 'expression'),
  }));
  const checkWith =
    (known: ExpressionUse['variables']): PolicyCheck =>
    (use, key) => {
      const isStored = storedExpressions([before], key).has(use.expression);
      return check({ ...use, hasParams, variables: known, isStored });
    };
  const keepsConditions =
    old !== undefined && ['paramKind', 'matchConditions'].every((key) => isSameValue(spec[key], before[key]));
  const conditionRules = { check, hasParams, stored: storedExpressions([before]) };
  return [
    ...failurePolicyErrors(spec),
    ...(paramKind === undefined ? [] : paramKindErrors(paramKind)),
    ...constraintErrors(objectAt(spec, 'matchConstraints')),
    ...(keepsConditions ? [] : matchConditionErrors(spec, 'spec.matchConditions', conditionRules)),
    ...variables.flatMap((variable, index) =>
      variableErrors(variable, `spec.variables[${String(index)}]`, checkWith(variables.slice(0, index))),
    ),
    ...ruleErrors(policy.metadata.name, spec, checkWith(variables)),
  ];
}

function failurePolicyErrors(spec: JsonObject): FieldError[] {
  const policy = optionalTextAt(spec, 'failurePolicy');
  if (policy === undefined) return [requiredField('spec.failurePolicy')];
  return FAILURE_POLICIES.includes(policy) ? [] : [notSupportedField('spec.failurePolicy', policy, FAILURE_POLICIES)];
}

function constraintErrors(match: JsonObject | undefined): FieldError[] {
  const path = 'spec.matchConstraints';
  if (match === undefined) return [requiredField(path)];
  const errors = matchErrors(match, path);
  return listAt(match, 'resourceRules').length > 0 ? errors : [...errors, requiredField(`${path}.resourceRules`)];
}

function paramKindErrors(paramKind: JsonObject): FieldError[] {
  const errors = apiVersionErrors(textAt(paramKind, 'apiVersion'), 'spec.paramKind.apiVersion');
  const kind = textAt(paramKind, 'kind');
  if (kind === '') return [...errors, requiredField('spec.paramKind.kind')];
  const problems = dns1035LabelProblems(kind.toLowerCase());
  if (problems.length === 0) return errors;
  const why = `may have mixed case, but should otherwise match: ${problems.join(',')}`;
  return [...errors, invalidField('spec.paramKind.kind', kind, why)];
}

function apiVersionErrors(apiVersion: string, path: string): FieldError[] {
  if (apiVersion === '') return [requiredField(path)];
  const parts = apiVersion === '/' ? [''] : apiVersion.split('/');
  if (parts.length > 2) return [invalidField(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  const group = parts.length === 2 ? (parts[0] ?? '') : '';
  const version = parts.at(-1) ?? '';
  const errors: FieldError[] = [];
  const refuse = (value: string, problems: readonly string[]) => {
    if (problems.length > 0) errors.push(invalidField(path, value, problems.join(',')));
  };
  if (group !== '') refuse(group, dnsSubdomainProblems(group));
  if (version === '') refuse(apiVersion, ['version must be specified']);
  else refuse(version, dns1035LabelProblems(version));
  return errors;
}

function variableErrors(
  { name, expression }: { readonly name: string; readonly expression: string },
  path: string,
  check: PolicyCheck,
): FieldError[] {
  const errors: FieldError[] = [];
  if (name.trim() === '') errors.push(requiredField(`${path}.name`, 'name is not specified'));
  else if (!IDENTIFIER.test(name) || RESERVED.has(name)) {
    errors.push(invalidField(`${path}.name`, name, 'must be a valid CEL identifier'));
  }
  const at = `${path}.expression`;
  if (expression.trim() === '') return [...errors, requiredField(at, 'expression is not specified')];
  return [...errors, ...check({ expression, path: at, use: 'variable' }, 'validations')];
}

/** Problems of what the policy asks for, and of what it notes for the audit log. */
function ruleErrors(name: string, spec: JsonObject, check: PolicyCheck): FieldError[] {
  const validations = listAt(spec, 'validations');
  const annotations = listAt(spec, 'auditAnnotations');
  if (validations.length === 0 && annotations.length === 0) {
    const why = 'validations or auditAnnotations must contain at least one item';
    return [requiredField('spec.validations', why), requiredField('spec.auditAnnotations', why)];
  }
  const errors = validations.flatMap((validation, index) =>
    validationErrors(validation, `spec.validations[${String(index)}]`, check),
  );
  const path = 'spec.auditAnnotations';
  if (annotations.length > ANNOTATIONS_MAX) {
    const why = `must not have more than ${String(ANNOTATIONS_MAX)} auditAnnotations`;
    errors.push(invalidField(path, annotations, why));
  }
  const keys = new Set<string>();
  for (const [index, annotation] of annotations.entries()) {
    const at = `${path}[${String(index)}]`;
    const key = textAt(annotation, 'key');
    addProblems(errors, `${at}.key`, `${name}/${key}`, qualifiedNameProblems(`${name}/${key}`));
    errors.push(...valueExpressionErrors(textAt(annotation, 'valueExpression'), `${at}.valueExpression`, check));
    if (keys.has(key)) errors.push(duplicateField(`${at}.key`, key));
    keys.add(key);
  }
  return errors;
}

function valueExpressionErrors(text: string, path: string, check: PolicyCheck): readonly FieldError[] {
  const expression = text.trim();
  if (expression === '') return [requiredField(path, 'valueExpression is not specified')];
  if (Buffer.byteLength(expression) > VALUE_EXPRESSION_MAX) {
    return [requiredField(path, `must not exceed ${String(VALUE_EXPRESSION_MAX)} bytes in length`)];
  }
  return check({ expression, path, use: 'auditAnnotation' }, 'auditAnnotations');
}

function validationErrors(validation: JsonObject, path: string, check: PolicyCheck): FieldError[] {
  const errors: FieldError[] = [];
  const expression = textAt(validation, 'expression');
  const at = `${path}.expression`;
  if (expression.trim() === '') errors.push(requiredField(at, 'expression is not specified'));
  else errors.push(...check({ expression, path: at, use: 'validation' }, 'validations'));
  const messageExpression = textAt(validation, 'messageExpression');
  const messagePath = `${path}.messageExpression`;
  if (messageExpression !== '' && messageExpression.trim() === '') {
    errors.push(invalidField(messagePath, messageExpression, 'must be non-empty if specified'));
  } else if (messageExpression !== '') {
    const use = { expression: messageExpression, path: messagePath, use: 'messageExpression' } as const;
    errors.push(...check(use, 'validations'));
  }
  const message = textAt(validation, 'message');
  if (message !== '' && message.trim() === '') {
    errors.push(invalidField(`${path}.message`, message, 'must be non-empty if specified'));
  } else if (/[\n\r]/.test(message.trim())) {
    errors.push(invalidField(`${path}.message`, message, 'must not contain line breaks'));
  }
  const reason = optionalTextAt(validation, 'reason');
  if (reason !== undefined && !REASONS.includes(reason)) {
    errors.push(notSupportedField(`${path}.reason`, reason, REASONS));
  }
  return errors;
}

function statusErrors(status: JsonObject): FieldError[] {
  const path = 'status.typeChecking.expressionWarnings';
  const errors = listAt(objectAt(status, 'typeChecking'), 'expressionWarnings').flatMap((warning, index) =>
    ['warning', 'fieldRef']
      .filter((key) => textAt(warning, key).trim() === '')
      .map((key) => requiredField(`${path}[${String(index)}].${key}`)),
  );
  return [...errors, ...conditionErrors(status)];
}
