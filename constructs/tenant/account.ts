/** A tenant's account at the identity provider. */
import type { JsonObject } from '../../src/api/json';
import type { IdentityModel } from '../../src/model/identity-model';
import type { TenancyReport } from '../../src/model/tenancy-front-end';
import type { Observed } from '../../src/plan/plan';
import { mailOf, providerOf, WORKSPACE_ROLE_PREFIX, workspaceRole } from '../../src/tenancy/identity';
import type { TenancySpec } from '../../src/tenancy/tenancy';
import type { Enrolment } from './enrolment';
import type { TenantObject } from './schema';

/** The account, with the roles of the workspaces that the tenant is in; undefined where no accounts are managed. */
export function accountOf(
  { metadata: { name }, spec }: TenantObject,
  tenancy: TenancySpec,
  enrolments: readonly Enrolment[],
): IdentityModel | undefined {
  const provider = providerOf(tenancy);
  if (provider === undefined) return undefined;
  const mail = mailOf(tenancy);
  const { firstName, lastName, email, suspended } = spec;
  return {
    provider,
    account: {
      user: { name, email, firstName, lastName, isEnabled: !suspended },
      rolePrefix: WORKSPACE_ROLE_PREFIX,
      roles: enrolments
        .filter(({ state }) => state === 'Enrolled')
        .map(({ name: workspace, role }) => workspaceRole(workspace, role === 'Manager' ? 'manager' : 'user')),
      ...(mail === undefined ? {} : { mail }),
    },
  };
}

/** The account as status shows it; as it was seen last, while the provider doesn't answer. */
export function accountStatus({ identity }: TenancyReport, { previous }: Observed): JsonObject {
  if (identity === undefined) return {};
  if (identity.account === undefined) return previous['account'] === undefined ? {} : { account: previous['account'] };
  const { id, isEmailVerified } = identity.account;
  return { account: { id, emailVerified: isEmailVerified } };
}
