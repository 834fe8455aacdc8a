/**
 * A policy as the rules of one environment. What can't be rendered closes the environment: these rules let nobody in, and say
 * why, while the environment runs on.
 */
import type { Grant } from '../../src/access/access-rules';
import type { AuthorizeStep } from '../../src/access/environment-access';
import { checkRawEnvoy } from '../../src/access/envoy/raw-envoy';
import { describeObject } from '../../src/api/object';
import { describeProblems } from '../../src/api/problem';
import { closedRules } from '../../src/model/access-model';
import type { AccessRules } from '../../src/model/environment-model';
import type { Lookup } from '../../src/plan/lookup';
import { admissionOf } from '../../src/schema/admitted';
import { ACCESS_POLICY, type AccessPolicyObject, type AccessPolicySpec, CLUSTER_ACCESS_POLICY } from './schema';

export interface PolicyReference {
  readonly kind: 'AccessPolicy' | 'ClusterAccessPolicy';
  readonly name: string;
}

/** Of whose environment the rules are. */
export interface PolicyPeople {
  readonly namespace: string;
  /** The owner, and those it is shared with. */
  readonly grants: readonly Grant[];
}

const admit = {
  AccessPolicy: admissionOf<AccessPolicyObject>(ACCESS_POLICY),
  ClusterAccessPolicy: admissionOf<AccessPolicyObject>(CLUSTER_ACCESS_POLICY),
};

/** The rules that a policy makes for an environment. */
export function rulesOf({ kind, name }: PolicyReference, people: PolicyPeople, lookup: Lookup): AccessRules {
  const { namespace } = people;
  const place = kind === 'AccessPolicy' ? { name, namespace } : { name };
  const described = describeObject({ kind, metadata: place });
  const answer = lookup.get<AccessPolicyObject>(
    (kind === 'AccessPolicy' ? ACCESS_POLICY : CLUSTER_ACCESS_POLICY).type,
    place,
  );
  if (!answer.found)
    return closedRules(
      'PolicyNotFound',
      `${described} is not there: create it, or name another in the template's spec.accessPolicyRef`,
    );
  const { problems, object } = admit[kind](answer.object);
  if (problems.length > 0)
    return closedRules('PolicyInvalid', `${described} is invalid: ${describeProblems(problems)}`);
  const foreign = kind === 'AccessPolicy' ? foreignService(object.spec, namespace) : undefined;
  if (foreign !== undefined) return closedRules('PolicyInvalid', `${described}: ${foreign}`);
  const { spec } = object;
  const raw = spec.envoy === undefined ? [] : checkRawEnvoy(spec.envoy);
  if (raw.length > 0) return closedRules('PolicyInvalid', `${described}: ${describeProblems(raw)}`);
  return {
    authenticate: authenticationOf(spec),
    // Without a sign-in nobody is known, so only external authorisers have anything to say.
    authorize: spec.authorize
      .filter(({ external }) => external !== undefined || spec.authenticate.none === undefined)
      .map((step) => stepOf(step, people)),
    ...(spec.envoy === undefined ? {} : { envoy: spec.envoy }),
  };
}

/** A policy lends its author the gate's reach, so a namespaced one stays in its namespace. */
function foreignService({ authorize }: AccessPolicySpec, namespace: string): string | undefined {
  for (const [index, { external }] of authorize.entries()) {
    for (const protocol of ['grpc', 'http', 'opa'] as const) {
      const service = external?.[protocol]?.service;
      if (service !== undefined && service.namespace !== namespace)
        return `spec.authorize[${index}].external.${protocol}.service.namespace must be ${namespace}: only a ClusterAccessPolicy asks in other namespaces`;
    }
  }
  return undefined;
}

function authenticationOf({ authenticate }: AccessPolicySpec): AccessRules['authenticate'] {
  const { oidc, basic, bearer } = authenticate;
  if (oidc !== undefined) return { method: 'OIDC', oidc: { providers: oidc.providers } };
  if (basic !== undefined) return { method: 'Basic', basic: { secret: basic.secretRef } };
  if (bearer !== undefined) return { method: 'Bearer', bearer: { secret: bearer.secretRef } };
  return { method: 'None' };
}

function stepOf(step: AccessPolicySpec['authorize'][number], { grants }: PolicyPeople): AuthorizeStep {
  if (step.external !== undefined) return { external: step.external };
  return { grants: [...(step.owner === undefined ? [] : grants), ...(step.grants ?? [])] };
}
