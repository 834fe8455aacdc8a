/**
 * Leases.
 * @see k8s.io/kubernetes/pkg/apis/coordination/validation/validation.go, v1.34
 */
import type { KubeObject } from '../../../api/object';
import { type DraftObject, findObject } from '../../draft';
import { type FieldError, forbiddenField, invalidField, notSupportedField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { specOf } from '../checks/object-parts';
import { dropMembers } from '../checks/restore';
import { optionalNumberAt, optionalTextAt, textAt } from '../json-members';
import { addProblems, qualifiedNameProblems } from '../metadata';

const STRATEGIES = ['OldestEmulationVersion'];
/** Members of coordinated leader election, which is off by default. */
const ELECTION_MEMBERS = ['strategy', 'preferredHolder'];

export const leaseStrategy: Strategy = {
  createsOnUpdate: true,
  updatesUnconditionally: false,
  prepareForCreate: (lease) => dropElectionMembers(lease, undefined),
  prepareForUpdate: dropElectionMembers,
  validate: leaseErrors,
  validateUpdate: (lease) => leaseErrors(lease),
};

function dropElectionMembers(lease: DraftObject, old: KubeObject | undefined): void {
  const spec = findObject(lease, 'spec');
  if (spec === undefined) return;
  dropMembers(
    spec,
    ELECTION_MEMBERS.filter((key) => old === undefined || specOf(old)[key] === undefined),
  );
}

function leaseErrors(lease: KubeObject): FieldError[] {
  const spec = specOf(lease);
  const errors: FieldError[] = [];
  const duration = optionalNumberAt(spec, 'leaseDurationSeconds') ?? 1;
  if (duration <= 0) errors.push(invalidField('spec.leaseDurationSeconds', duration, 'must be greater than 0'));
  const transitions = optionalNumberAt(spec, 'leaseTransitions') ?? 0;
  if (transitions < 0) {
    errors.push(invalidField('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'));
  }
  const strategy = optionalTextAt(spec, 'strategy');
  if (strategy !== undefined) errors.push(...strategyErrors(strategy));
  if (textAt(spec, 'preferredHolder') !== '' && (strategy ?? '') === '') {
    errors.push(forbiddenField('spec.preferredHolder', 'may only be specified if `strategy` is defined'));
  }
  return errors;
}

function strategyErrors(strategy: string): FieldError[] {
  const path = 'spec.strategy.strategy';
  if (!strategy.includes('/')) {
    return STRATEGIES.includes(strategy) ? [] : [notSupportedField(path, strategy, STRATEGIES)];
  }
  const errors: FieldError[] = [];
  addProblems(errors, path, strategy, qualifiedNameProblems(strategy));
  return errors;
}
