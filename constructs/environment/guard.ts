/** Who gets into an environment, by the policy of its template and its owner's sharing. */
import type { Grant } from '../../src/access/access-rules';
import type { FoundGate } from '../../src/access/find-gate';
import type { ConditionReport } from '../../src/api/condition';
import type { Lookup } from '../../src/plan/lookup';
import { type PolicyReference, rulesOf } from '../access-policy';
import { condition } from '../parts/condition-reasons';
import type { TemplateSpec } from '../template';
import type { EnvironmentObject, EnvironmentStatus } from './schema';

/** What a template says of who gets in, as the status of an environment records it. */
export type TemplateAccess = NonNullable<NonNullable<EnvironmentStatus['template']>['access']>;

export function accessOf({ accessPolicyRef, allow }: TemplateSpec): TemplateAccess {
  return {
    ...(accessPolicyRef === undefined ? {} : { policyRef: { ...accessPolicyRef } }),
    share: allow?.share === true,
  };
}

/** The policy of a template, or the one that the Gate names for templates without; undefined where there is neither. */
export function policyOf({ policyRef }: TemplateAccess, gate: FoundGate): PolicyReference | undefined {
  if (policyRef !== undefined) return policyRef;
  const name = gate.outcome === 'Found' ? gate.spec.defaultPolicyRef?.name : undefined;
  return name === undefined ? undefined : { kind: 'ClusterAccessPolicy', name };
}

export function guardOf(
  policy: PolicyReference,
  environment: EnvironmentObject,
  { share }: TemplateAccess,
  lookup: Lookup,
) {
  const { spec, metadata } = environment;
  const owner: Grant = { user: spec.owner.name, level: 'Own' };
  const grants = [owner, ...(share ? (spec.share ?? []) : [])];
  const namespace = metadata.namespace ?? '';
  return { askedBy: `${policy.kind} ${policy.name}`, rules: rulesOf(policy, { namespace, grants }, lookup) };
}

export function sharedCondition(sharing: unknown): readonly ConditionReport[] {
  if (sharing === undefined) return [];
  return sharing === 'Granted'
    ? [condition('Shared', 'True', 'Granted', 'Those in spec.share get in as the policy says')]
    : [
        condition(
          'Shared',
          'False',
          'NotAllowed',
          'The template allows no sharing: those in spec.share stay outside; remove it, or use a template with allow.share',
        ),
      ];
}
