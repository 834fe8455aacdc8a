/**
 * The plan of a Tenancy: the namespace in which personal storage lies. It holds what outlives every tenant, so nothing removes it, not
 * even the deletion of the Tenancy. One that somebody else has made is used as it is.
 */
import type { Construct } from 'constructs';
import type { KubeObject } from '../../src/api/object';
import { describeProblems } from '../../src/api/problem';
import { kindKey } from '../../src/api/resource-type';
import { OWNER_ANNOTATION } from '../../src/api/well-known';
import type { NamespaceModel } from '../../src/model/namespace-model';
import type { Planner, TreeSource } from '../../src/plan/kind';
import type { Lookup } from '../../src/plan/lookup';
import type { Plan, StatusOf } from '../../src/plan/plan';
import { admissionOf } from '../../src/schema/admitted';
import { NAMESPACE_TYPE_LABEL } from '../../src/tenancy/names';
import { TENANCY, type TenancyObject } from '../../src/tenancy/tenancy';
import { ManagedNamespace } from '../parts/managed-namespace';
import { NAMESPACE, NETWORK_POLICY, RESOURCE_QUOTA } from '../parts/resource-types';
import { firstRefusal, tenancyReady } from '../parts/tenancy-conditions';

const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'adrasteia' };
const admit = admissionOf<TenancyObject>(TENANCY);

/** The planner of the one Tenancy. */
export const tenancyKindPlanner: Planner<TreeSource<Construct>> = {
  reads: [NAMESPACE],
  mayLack: [NAMESPACE],
  applies: [NAMESPACE, RESOURCE_QUOTA, NETWORK_POLICY],
  observes: [],
  plan: (object, lookup) => planOf(object as TenancyObject, lookup),
};

function planOf(given: TenancyObject, lookup: Lookup): Plan<TreeSource<Construct>> {
  const { problems, object } = admit(given);
  const { generation } = given.metadata;
  const fields = generation === undefined ? {} : { observedGeneration: generation };
  if (problems.length > 0) {
    const invalid = tenancyReady('False', 'Invalid', describeProblems(problems));
    return {
      outcome: 'hold',
      reason: 'Invalid',
      status: () => ({ fields, conditions: [invalid], settled: true }),
    };
  }
  const name = object.spec.personalStorage?.namespace;
  const isForeign = name !== undefined && isSomebodyElses(name, given, lookup);
  const namespaces = name === undefined || isForeign ? [] : [personalNamespace(name)];
  const status: StatusOf = ({ refusals }) => ({
    fields,
    conditions: [
      firstRefusal(refusals) ??
        tenancyReady(
          'True',
          'Ready',
          isForeign
            ? `Namespace ${name} was made by somebody else: it is used as it is, and who gets into it is theirs to say`
            : 'Everything is as planned',
        ),
    ],
    settled: refusals.size === 0,
  });
  return {
    outcome: 'apply',
    tree: {
      inputs: namespaces,
      build: (scope) => {
        for (const model of namespaces) new ManagedNamespace(scope, 'personal-storage', { model });
      },
    },
    status,
  };
}

/** It is there, and nothing on it says that a Tenancy of this name has made it. */
function isSomebodyElses(name: string, { metadata }: KubeObject, lookup: Lookup): boolean {
  const live = lookup.get(NAMESPACE, { name });
  if (!live.found) return false;
  return live.object.metadata.annotations?.[OWNER_ANNOTATION] !== `${kindKey(TENANCY.type)}/${metadata.name}`;
}

/** Volumes and nothing else: no pod runs in it, and nobody is bound in it. */
function personalNamespace(name: string): NamespaceModel {
  return {
    name,
    labels: {
      ...MANAGED_BY,
      [NAMESPACE_TYPE_LABEL]: 'personal-storage',
      'pod-security.kubernetes.io/enforce': 'restricted',
    },
    objectLabels: MANAGED_BY,
    quota: { name: 'adrasteia', hard: { pods: '0' } },
    bindings: [],
    networkPolicies: [{ name: 'adrasteia', ingressFrom: [], egress: 'Internet' }],
    keep: true,
  };
}
