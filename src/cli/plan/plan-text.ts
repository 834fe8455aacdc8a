/** Plans in words. */
import { describeObject, type ObjectReference } from '../../api/object';
import { changeText } from './field-changes';
import type { Action, ObjectPlan, PlannedChange } from './object-plan';

const SIGNS: Readonly<Record<Action, string>> = {
  create: '+',
  change: '~',
  delete: '-',
  keep: '=',
  refused: '!',
  same: '=',
};

/** One line for each object that is touched, and below it one for each field; a last line counts. */
export function planText(plans: readonly ObjectPlan[]): string {
  const lines = plans.flatMap((plan) => [
    headOf(plan),
    ...plan.changes.filter(({ action }) => action !== 'same').flatMap(changeLines),
  ]);
  return `${[...lines, summary(plans)].join('\n')}\n`;
}

function headOf({ object, outcome, message, changes }: ObjectPlan): string {
  const isSame = changes.every(({ action }) => action === 'same');
  if (outcome === 'apply') return `${nameOf(object)}:${isSame ? ' no changes' : ''}`;
  return `${nameOf(object)}: ${outcome === 'hold' ? 'held, so nothing below it changes' : 'torn down'}: ${message ?? ''}`;
}

function changeLines({ action, object, fields, message }: PlannedChange): readonly string[] {
  return [
    `  ${SIGNS[action]} ${action} ${nameOf(object)}${message === undefined ? '' : `: ${message}`}`,
    ...fields.map((field) => `      ${changeText(field)}`),
  ];
}

function summary(plans: readonly ObjectPlan[]): string {
  const actions = plans.flatMap(({ changes }) => changes.map(({ action }) => action));
  const count = (wanted: Action): number => actions.filter((action) => action === wanted).length;
  return `plan: ${count('create')} to create, ${count('change')} to change, ${count('delete')} to delete, ${count('refused')} refused`;
}

function nameOf(reference: ObjectReference): string {
  return describeObject({ kind: reference.kind, metadata: reference });
}
