/** How fast an autoscaler may scale, up and down. */
import type { JsonObject } from '../../../api/json';
import { type Draft, type DraftObject, findObject } from '../../draft';
import { type FieldError, invalidField, notSupportedField, requiredField } from '../../field-error';
import { negativeQuantityErrors } from '../checks/numbers';
import { listAt, numberAt, objectAt, optionalNumberAt, optionalTextAt, textAt } from '../json-members';

const WINDOW_MAX_SECONDS = 3600;
const PERIOD_MAX_SECONDS = 1800;
const SELECT_POLICIES = ['Disabled', 'Max', 'Min'];
const POLICY_TYPES = ['Percent', 'Pods'];
const DEFAULT_PERIOD_SECONDS = 15;

const DIRECTIONS = [
  {
    direction: 'scaleUp',
    window: 0,
    policies: [
      { type: 'Pods', value: 4, periodSeconds: DEFAULT_PERIOD_SECONDS },
      { type: 'Percent', value: 100, periodSeconds: DEFAULT_PERIOD_SECONDS },
    ],
  },
  {
    direction: 'scaleDown',
    window: undefined,
    policies: [{ type: 'Percent', value: 100, periodSeconds: DEFAULT_PERIOD_SECONDS }],
  },
] as const;

/** Completes both directions of a behavior, in place. */
export function setBehaviorDefaults(behavior: DraftObject): void {
  for (const { direction, window, policies } of DIRECTIONS) {
    const given = findObject(behavior, direction) ?? {};
    const windowSeconds: Draft | undefined = given['stabilizationWindowSeconds'] ?? window;
    behavior[direction] = {
      ...(windowSeconds === undefined ? {} : { stabilizationWindowSeconds: windowSeconds }),
      selectPolicy: given['selectPolicy'] ?? 'Max',
      policies: given['policies'] ?? policies.map((policy) => ({ ...policy })),
      ...(given['tolerance'] === undefined ? {} : { tolerance: given['tolerance'] }),
    };
  }
}

/** Problems of a behavior; none where there is none. */
export function behaviorErrors(behavior: JsonObject | undefined, path: string): FieldError[] {
  return DIRECTIONS.flatMap(({ direction }) => {
    const rules = objectAt(behavior, direction);
    return rules === undefined ? [] : rulesErrors(rules, `${path}.${direction}`);
  });
}

function rulesErrors(rules: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const window = optionalNumberAt(rules, 'stabilizationWindowSeconds') ?? 0;
  const windowPath = `${path}.stabilizationWindowSeconds`;
  if (window < 0) errors.push(invalidField(windowPath, window, 'must be greater than or equal to zero'));
  if (window > WINDOW_MAX_SECONDS) {
    errors.push(invalidField(windowPath, window, `must be less than or equal to ${String(WINDOW_MAX_SECONDS)}`));
  }
  const selectPolicy = optionalTextAt(rules, 'selectPolicy');
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy)) {
    errors.push(notSupportedField(`${path}.selectPolicy`, selectPolicy, SELECT_POLICIES));
  }
  const policies = listAt(rules, 'policies');
  if (policies.length === 0) errors.push(requiredField(`${path}.policies`, 'must specify at least one Policy'));
  for (const [index, policy] of policies.entries()) {
    errors.push(...policyErrors(policy, `${path}.policies[${String(index)}]`));
  }
  return [...errors, ...negativeQuantityErrors(rules['tolerance'], `${path}.tolerance`)];
}

function policyErrors(policy: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const type = textAt(policy, 'type');
  if (!POLICY_TYPES.includes(type)) errors.push(notSupportedField(`${path}.type`, type, POLICY_TYPES));
  const value = numberAt(policy, 'value');
  if (value <= 0) errors.push(invalidField(`${path}.value`, value, 'must be greater than zero'));
  const period = numberAt(policy, 'periodSeconds');
  if (period <= 0) errors.push(invalidField(`${path}.periodSeconds`, period, 'must be greater than zero'));
  if (period > PERIOD_MAX_SECONDS) {
    const why = `must be less than or equal to ${String(PERIOD_MAX_SECONDS)}`;
    errors.push(invalidField(`${path}.periodSeconds`, period, why));
  }
  return errors;
}
