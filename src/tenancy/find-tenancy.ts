/** The cluster's Tenancy, as plans read it. */
import { describeProblems } from '../api/problem';
import { apiVersionOf } from '../api/resource-type';
import type { Lookup } from '../plan/lookup';
import { admissionOf } from '../schema/admitted';
import { TENANCY, TENANCY_NAME, type TenancyObject, type TenancySpec } from './tenancy';

export type FoundTenancy =
  | { readonly outcome: 'Found'; readonly spec: TenancySpec }
  /** It can't be carried out: nothing may be changed by a guess. */
  | { readonly outcome: 'Invalid'; readonly message: string };

const admit = admissionOf<TenancyObject>(TENANCY);

/** What holds where nobody has said anything; one object, so that it is judged once. */
const NOTHING_SAID: TenancyObject = {
  apiVersion: apiVersionOf(TENANCY.type),
  kind: TENANCY.type.kind,
  metadata: { name: TENANCY_NAME },
  // Defaults fill it in.
  spec: {} as TenancySpec,
};

/** The Tenancy called `default`, with its defaults; where there is none, the defaults. */
export function findTenancy(lookup: Lookup): FoundTenancy {
  const answer = lookup.get<TenancyObject>(TENANCY.type, { name: TENANCY_NAME });
  const { problems, object } = admit(answer.found ? answer.object : NOTHING_SAID);
  return problems.length > 0
    ? { outcome: 'Invalid', message: `Tenancy ${TENANCY_NAME} is invalid: ${describeProblems(problems)}` }
    : { outcome: 'Found', spec: object.spec };
}
