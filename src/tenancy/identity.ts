/**
 * Accounts and roles at the identity provider: what the Tenancy says of them, and how the roles of workspaces are called there.
 */
import { parseDuration } from '../api/duration';
import type { MailedAction, ProviderAddress } from '../plan/identity-request';
import type { TenancySpec } from './tenancy';

/** Annotation on a Tenant or Workspace: `"true"` lets it be deleted without its account or roles being taken back. */
export const LEAVE_IDENTITY_ANNOTATION = 'adrasteia.dev/leave-identity';

/** Every role of a workspace begins so; the roles of the client that don't are left alone. */
export const WORKSPACE_ROLE_PREFIX = 'workspace-';

/** What members and managers of a workspace are to the provider. */
export type ProviderRole = 'user' | 'manager';

/** The name of a workspace's role: `workspace-analysis:manager`. CrownLabs' names, so that clusters may change over in one realm. */
export function workspaceRole(workspace: string, role: ProviderRole): string {
  return `${WORKSPACE_ROLE_PREFIX}${workspace}:${role}`;
}

/** Both roles of a workspace, described for who looks at them at the provider. */
export function workspaceRoles(
  workspace: string,
  displayName: string,
): readonly { readonly name: string; readonly description: string }[] {
  return [
    { name: workspaceRole(workspace, 'manager'), description: `${displayName} Manager Role` },
    { name: workspaceRole(workspace, 'user'), description: `${displayName} User Role` },
  ];
}

/** The provider whose accounts are managed; undefined where none are. */
export function providerOf({ identity }: TenancySpec): ProviderAddress | undefined {
  const keycloak = identity?.keycloak;
  if (keycloak === undefined) return undefined;
  const { url, realm, client, credentialsSecret } = keycloak;
  return { url, realm, client, credentials: credentialsSecret.name };
}

/** The mail to a new address; undefined where none is sent. */
export function mailOf({
  identity,
}: TenancySpec): { readonly actions: readonly MailedAction[]; readonly lifespanSeconds: number } | undefined {
  const mails = identity?.keycloak.mails;
  if (mails === undefined || mails.actions.length === 0) return undefined;
  return { actions: mails.actions, lifespanSeconds: parseDuration(mails.lifespan) / 1000 };
}
