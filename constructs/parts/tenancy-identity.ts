/**
 * What tenants and workspaces ask of the identity provider, and what is seen of it. Nothing else waits for a provider that doesn't
 * answer: it has a condition of its own.
 */
import type { ConditionReport } from '../../src/api/condition';
import { isJsonObject, type JsonObject } from '../../src/api/json';
import type { IdentityModel, IdentityReport, IdentityTraces } from '../../src/model/identity-model';
import {
  type AccountRequest,
  type AccountRolesRequest,
  IDENTITY,
  type IdentityRelease,
  type MailRequest,
  type ProviderAddress,
  type RolesRequest,
} from '../../src/plan/identity-request';
import type { Observation } from '../../src/plan/lookup';
import type { Ensure, Observed, Once } from '../../src/plan/plan';
import { LEAVE_IDENTITY_ANNOTATION } from '../../src/tenancy/identity';
import { identitySynced } from './tenancy-conditions';

const accountKey = (user: string): string => `account/${user}`;
const accountRolesKey = (user: string): string => `account-roles/${user}`;
const ROLES_KEY = 'roles';

/**
 * The account, its roles, and the mail to its address once the account is there; or a workspace's roles. Each by itself: a role
 * that is refused keeps nobody from their account.
 */
export function identityRequests({ provider, account, roles }: IdentityModel): {
  readonly ensure: readonly Ensure[];
  readonly once: readonly Once[];
} {
  const ensure: Ensure[] = [];
  const once: Once[] = [];
  if (account !== undefined) {
    const { user, rolePrefix, mail } = account;
    // One that is made anew, after its loss there, has neither roles nor mail.
    const after = { key: accountKey(user.name), each: 'id' };
    ensure.push(asked(accountKey(user.name), { what: 'Account', provider, user }), {
      ...asked(accountRolesKey(user.name), {
        what: 'AccountRoles',
        provider,
        user,
        prefix: rolePrefix,
        roles: account.roles,
      }),
      after,
    });
    // Who may not sign in needs no way in.
    if (mail !== undefined && user.isEnabled)
      once.push({
        system: IDENTITY,
        key: `mail/${user.name}/${user.email.toLowerCase()}`,
        action: plain({ provider, user: user.name, email: user.email, ...mail }),
        after,
      });
  }
  if (roles !== undefined) ensure.push(asked(ROLES_KEY, { what: 'Roles', provider, roles }));
  return { ensure, once };
}

/** What a deletion takes back. */
export function identityReleases(provider: ProviderAddress, { account, roles }: IdentityTraces): readonly Ensure[] {
  return [
    ...(account === undefined
      ? []
      : [
          asked(accountKey(account.user), {
            what: 'Account',
            provider,
            user: account.user,
            prefix: account.rolePrefix,
          }),
        ]),
    ...(roles === undefined ? [] : [asked(ROLES_KEY, { what: 'Roles', provider, roles })]),
  ];
}

/** What is seen of it. */
export function identityReport(model: IdentityModel, observed: Observed): IdentityReport {
  const { account } = model;
  const state = account === undefined ? undefined : observed.ensured.get(idOf(accountKey(account.user.name)));
  const { id, isEmailVerified } = state?.state === 'Known' && isJsonObject(state.value) ? state.value : {};
  return {
    isSynced: identityCondition(model, observed).status === 'True',
    ...(typeof id === 'string' ? { account: { id, isEmailVerified: isEmailVerified === true } } : {}),
  };
}

/** Whether the provider has been told everything, and if not, what waits. */
export function identityCondition(model: IdentityModel, { ensured }: Observed): ConditionReport {
  const { ensure, once } = identityRequests(model);
  const states = ensure.map(({ key }) => ensured.get(idOf(key)));
  const failed = states.find((state) => state?.state === 'Failed');
  if (failed?.state === 'Failed') return troubleWith(failed, model.provider, 'is made or changed when it does');
  if (states.includes(undefined)) return identitySynced('Unknown', 'Waiting', 'The identity provider is being asked');
  const [mail] = once.map(({ key }) => ensured.get(idOf(key)));
  if (mail?.state === 'Failed') return identitySynced('False', 'MailNotSent', `${mail.message}; it is tried again`);
  return identitySynced('True', 'Synced', 'The identity provider knows everything');
}

/** What keeps a deletion: absent where nothing does, and before the provider was asked. */
export function releaseCondition(
  provider: ProviderAddress,
  { kind, name }: { readonly kind: string; readonly name: string },
  { ensured }: Observed,
): ConditionReport | undefined {
  const failed = [...ensured].find(([id, { state }]) => id.startsWith(`${IDENTITY}/`) && state === 'Failed')?.[1];
  if (failed?.state !== 'Failed') return undefined;
  const trouble = troubleWith(failed, provider, 'is taken back when it does');
  const way = `annotate ${kind} ${name} with ${LEAVE_IDENTITY_ANNOTATION}=true to delete it without`;
  return { ...trouble, message: `${trouble.message}; ${way}` };
}

/** Steady: what a provider that doesn't answer says differs from try to try. */
function troubleWith(
  { code, message }: Extract<Observation, { readonly state: 'Failed' }>,
  { url, realm }: ProviderAddress,
  then: string,
): ConditionReport {
  switch (code) {
    case 'IdentityProviderUnavailable':
      return identitySynced(
        'False',
        'ProviderUnavailable',
        `Keycloak realm "${realm}" at ${url} doesn't answer; what is asked of it ${then}`,
      );
    case 'IdentityCredentialsMissing':
      return identitySynced('False', 'CredentialsMissing', message);
    default:
      return identitySynced('False', 'Refused', message);
  }
}

function asked(key: string, request: AccountRequest | AccountRolesRequest | RolesRequest | IdentityRelease): Ensure {
  return { system: IDENTITY, key, spec: plain(request), keep: true };
}

/** The same as JSON, which it is, though the compiler can't tell. */
function plain(
  request: AccountRequest | AccountRolesRequest | RolesRequest | IdentityRelease | MailRequest,
): JsonObject {
  return { ...request } as unknown as JsonObject;
}

function idOf(key: string): string {
  return `${IDENTITY}/${key}`;
}
