/** What the texts of validation rules may be; what the rules mean is checked elsewhere. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import { type FieldError, invalidField, notSupportedField, requiredField } from '../field-error';
import { textAt } from './schema-parts';
import { schemaPath } from './schema-path';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

/** What is wrong with the texts of a schema's own rules. */
export function ruleTextErrors(schema: JsonObject, path: string): FieldError[] {
  const rules = schema['x-kubernetes-validations'];
  if (!Array.isArray(rules)) return [];
  return rules.flatMap((rule: JsonValue, index) =>
    isJsonObject(rule) ? errorsOf(rule, schema, `${path}.x-kubernetes-validations[${String(index)}]`) : [],
  );
}

function errorsOf(rule: JsonObject, schema: JsonObject, path: string): FieldError[] {
  const { reason } = rule;
  const messageExpression = textAt(rule, 'messageExpression');
  const isBlank = messageExpression !== '' && messageExpression.trim() === '';
  return [
    ...messageErrors(textAt(rule, 'rule'), textAt(rule, 'message'), path),
    ...(isBlank
      ? [requiredField(`${path}.messageExpression`, 'messageExpression must be non-empty if specified')]
      : []),
    ...(typeof reason === 'string' && !REASONS.includes(reason)
      ? [notSupportedField(`${path}.reason`, reason, REASONS)]
      : []),
    ...fieldPathErrors(textAt(rule, 'fieldPath'), schema, `${path}.fieldPath`),
  ];
}

function messageErrors(rule: string, message: string, path: string): FieldError[] {
  const text = message.trim();
  if (rule.trim() === '') return [requiredField(`${path}.rule`, 'rule is not specified')];
  if (message !== '' && text === '')
    return [invalidField(`${path}.message`, message, 'must be non-empty if specified')];
  if (hasLineBreak(text)) return [invalidField(`${path}.message`, message, 'must not contain line breaks')];
  return hasLineBreak(rule.trim()) && text === ''
    ? [requiredField(`${path}.message`, 'message must be specified if rule contains line breaks')]
    : [];
}

function fieldPathErrors(fieldPath: string, schema: JsonObject, path: string): FieldError[] {
  if (fieldPath === '') return [];
  const found = schemaPath(fieldPath, schema, { allowsBrackets: true });
  return [
    ...(fieldPath.trim() === '' ? [invalidField(path, fieldPath, 'must be non-empty if specified')] : []),
    ...(hasLineBreak(fieldPath) ? [invalidField(path, fieldPath, 'must not contain line breaks')] : []),
    ...('error' in found ? [invalidField(path, fieldPath, 'must be a valid path')] : []),
  ];
}

function hasLineBreak(text: string): boolean {
  return /[\n\r]/.test(text);
}
