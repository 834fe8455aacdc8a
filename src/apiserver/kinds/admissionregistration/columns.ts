/** Columns of the tables of webhook configurations and admission policies. */
import type { JsonObject } from '../../../api/json';
import type { Column } from '../../resources/resource';
import { specOf } from '../checks/object-parts';
import { jsonOf, listAt, objectAt, textAt } from '../json-members';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table-cells';
import { selectorDebugText } from './selector-cell';

export const webhookConfigurationColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Webhooks',
    'Webhooks indicates the number of webhooks registered in this configuration',
    (object) => listAt(jsonOf(object), 'webhooks').length,
    { type: 'integer' },
  ),
  AGE_COLUMN,
];

function paramKindCell(kind: JsonObject | undefined): string {
  return kind === undefined ? '<unset>' : `${textAt(kind, 'apiVersion')}/${textAt(kind, 'kind')}`;
}

export const validatingAdmissionPolicyColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Validations',
    'Validations indicates the number of validation rules defined in this configuration',
    (object) => listAt(specOf(object), 'validations').length,
    { type: 'integer' },
  ),
  column('ParamKind', 'ParamKind specifies the kind of resources used to parameterize this policy', (object) =>
    paramKindCell(objectAt(specOf(object), 'paramKind')),
  ),
  AGE_COLUMN,
];

function paramCell(param: JsonObject | undefined): string {
  const name = textAt(param, 'name');
  if (name !== '') {
    const namespace = textAt(param, 'namespace');
    return `${namespace === '' ? '*' : namespace}/${name}`;
  }
  const selector = objectAt(param, 'selector');
  return selector === undefined ? '<unset>' : selectorDebugText(selector);
}

export const validatingAdmissionPolicyBindingColumns: readonly Column[] = [
  NAME_COLUMN,
  column('PolicyName', 'PolicyName indicates the policy definition which the policy binding binded to', (object) =>
    textAt(specOf(object), 'policyName'),
  ),
  column('ParamRef', 'ParamRef indicates the param resource which sets the configration param', (object) =>
    paramCell(objectAt(specOf(object), 'paramRef')),
  ),
  AGE_COLUMN,
];
