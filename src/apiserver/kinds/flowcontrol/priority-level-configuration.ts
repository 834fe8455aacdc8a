/**
 * Priority levels of requests.
 * @see k8s.io/kubernetes/pkg/apis/flowcontrol/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type DraftObject, findObject } from '../../draft';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { specOf, statusOf } from '../checks/object-parts';
import { numberAt, objectAt, optionalNumberAt, textAt } from '../json-members';
import { FLOW_CONTROL_BASE, flowConditionErrors } from './status-conditions';

const TYPES = ['Exempt', 'Limited'];
const RESPONSES = ['Queue', 'Reject'];
const QUEUES_MAX = 10_000_000;
/** So many bits of a request's hash can be used to deal it a hand of queues. */
const HASH_BITS_MAX = 60;
const FORBIDDEN_ANNOTATION = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares';
const DEFAULT_SHARES = 30;
const DEFAULT_QUEUING: readonly (readonly [string, number])[] = [
  ['queues', 64],
  ['handSize', 8],
  ['queueLengthLimit', 50],
];

export const priorityLevelConfigurationStrategy: Strategy = {
  ...FLOW_CONTROL_BASE,
  setDefaults,
  validate: (level) => [...levelErrors(level), ...flowConditionErrors(statusOf(level))],
  validateUpdate: (level, _old, { subresource }) => [
    ...(subresource === 'status' ? [] : levelErrors(level)),
    ...flowConditionErrors(statusOf(level)),
  ],
};

function setDefaults(level: DraftObject): void {
  const spec = findObject(level, 'spec');
  const exempt = findObject(spec, 'exempt');
  if (exempt !== undefined) {
    exempt['nominalConcurrencyShares'] ??= 0;
    exempt['lendablePercent'] ??= 0;
  }
  const limited = findObject(spec, 'limited');
  if (limited === undefined) return;
  limited['nominalConcurrencyShares'] ??= DEFAULT_SHARES;
  limited['lendablePercent'] ??= 0;
  const queuing = findObject(findObject(limited, 'limitResponse'), 'queuing');
  if (queuing === undefined) return;
  for (const [key, value] of DEFAULT_QUEUING) if (numberAt(queuing, key) === 0) queuing[key] = value;
}

function levelErrors(level: KubeObject): FieldError[] {
  const spec = specOf(level);
  const errors: FieldError[] = [];
  if (level.metadata.annotations?.[FORBIDDEN_ANNOTATION] !== undefined) {
    errors.push(forbiddenField('metadata.annotations', `annotation '${FORBIDDEN_ANNOTATION}' is forbidden`));
  }
  const type = textAt(spec, 'type');
  if ((level.metadata.name === 'exempt') !== (type === 'Exempt')) {
    errors.push(invalidField('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'"));
  }
  const limited = objectAt(spec, 'limited');
  const exempt = objectAt(spec, 'exempt');
  if (type === 'Exempt') {
    if (limited !== undefined) errors.push(forbiddenField('spec.limited', 'must be nil if the type is not Limited'));
    if (exempt !== undefined) errors.push(...exemptErrors(exempt));
  } else if (type === 'Limited') {
    if (exempt !== undefined) errors.push(forbiddenField('spec.exempt', 'must be nil if the type is Limited'));
    if (limited === undefined) errors.push(requiredField('spec.limited', 'must not be empty when type is Limited'));
    else errors.push(...limitedErrors(limited));
  } else errors.push(notSupportedField('spec.type', type, TYPES));
  return errors;
}

function shareErrors(level: JsonObject, path: string): FieldError[] {
  const shares = numberAt(level, 'nominalConcurrencyShares');
  if (shares >= 0) return [];
  return [invalidField(`${path}.nominalConcurrencyShares`, shares, 'must be a non-negative integer')];
}

function lendableErrors(level: JsonObject, path: string): FieldError[] {
  const percent = numberAt(level, 'lendablePercent');
  if (percent >= 0 && percent <= 100) return [];
  return [invalidField(`${path}.lendablePercent`, percent, 'must be between 0 and 100, inclusive')];
}

function exemptErrors(exempt: JsonObject): FieldError[] {
  return [...shareErrors(exempt, 'spec.exempt'), ...lendableErrors(exempt, 'spec.exempt')];
}

function limitedErrors(limited: JsonObject): FieldError[] {
  const path = 'spec.limited';
  const borrowing = optionalNumberAt(limited, 'borrowingLimitPercent') ?? 0;
  return [
    ...shareErrors(limited, path),
    ...responseErrors(objectAt(limited, 'limitResponse'), `${path}.limitResponse`),
    ...lendableErrors(limited, path),
    ...(borrowing < 0
      ? [invalidField(`${path}.borrowingLimitPercent`, borrowing, 'if specified, must be a non-negative integer')]
      : []),
  ];
}

function responseErrors(response: JsonObject | undefined, path: string): FieldError[] {
  const type = textAt(response, 'type');
  const queuing = objectAt(response, 'queuing');
  if (type === 'Reject') {
    if (queuing === undefined) return [];
    return [forbiddenField(`${path}.queuing`, 'must be nil if limited.limitResponse.type is not Limited')];
  }
  if (type !== 'Queue') return [notSupportedField(`${path}.type`, type, RESPONSES)];
  if (queuing !== undefined) return queuingErrors(queuing, `${path}.queuing`);
  return [requiredField(`${path}.queuing`, 'must not be empty if limited.limitResponse.type is Limited')];
}

function queuingErrors(queuing: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const length = numberAt(queuing, 'queueLengthLimit');
  const queues = numberAt(queuing, 'queues');
  const hand = numberAt(queuing, 'handSize');
  if (length <= 0) errors.push(invalidField(`${path}.queueLengthLimit`, length, 'must be positive'));
  if (queues <= 0) errors.push(invalidField(`${path}.queues`, queues, 'must be positive'));
  else if (queues > QUEUES_MAX) {
    errors.push(invalidField(`${path}.queues`, queues, `must not be greater than ${String(QUEUES_MAX)}`));
  }
  const problem = findHandProblem(hand, queues);
  if (problem !== undefined) errors.push(invalidField(`${path}.handSize`, hand, problem));
  return errors;
}

function findHandProblem(hand: number, queues: number): string | undefined {
  if (hand <= 0) return 'must be positive';
  if (hand > queues) return `should not be greater than queues (${String(queues)})`;
  if (entropyBits(queues, hand) <= HASH_BITS_MAX) return undefined;
  return `required entropy bits of deckSize ${String(queues)} and handSize ${String(hand)} should not be greater than ${String(HASH_BITS_MAX)}`;
}

/** How many bits it takes to deal a hand of queues. */
function entropyBits(queues: number, hand: number): number {
  return Math.ceil(Math.log2(queues) * hand);
}
