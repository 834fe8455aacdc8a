/** What every tenant and workspace needs before anything is made of it: itself, sound, and the Tenancy that holds for it. */
import { describeProblems } from '../api/problem';
import type { Lookup } from '../plan/lookup';
import type { Admitted } from '../schema/admitted';
import { findTenancy } from './find-tenancy';
import type { TenancySpec } from './tenancy';

export type AdmittedWithTenancy<O> =
  | { readonly outcome: 'admitted'; readonly object: O; readonly tenancy: TenancySpec }
  /** One of the two can't be carried out: nothing may be changed by a guess. */
  | { readonly outcome: 'hold'; readonly reason: 'Invalid'; readonly message: string };

/** The object and the Tenancy, each with its defaults. */
export function admitWithTenancy<O>({ problems, object }: Admitted<O>, lookup: Lookup): AdmittedWithTenancy<O> {
  if (problems.length > 0) return { outcome: 'hold', reason: 'Invalid', message: describeProblems(problems) };
  const found = findTenancy(lookup);
  return found.outcome === 'Invalid'
    ? { outcome: 'hold', reason: 'Invalid', message: found.message }
    : { outcome: 'admitted', object, tenancy: found.spec };
}

/** The user that a tenant is to the API server. */
export function userOf(tenant: string, { users }: TenancySpec): { readonly kind: 'User'; readonly name: string } {
  return { kind: 'User', name: `${users.prefix}${tenant}` };
}
