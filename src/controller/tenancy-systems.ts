/** What tenants and workspaces ask of the world outside Kubernetes, and who does it. */
import { IdentitySystem } from '../adapters/identity/identity-system';
import { Keycloak } from '../adapters/keycloak/keycloak';
import { Members } from '../adapters/members/members';
import { Volumes } from '../adapters/volumes/volumes';
import { IDENTITY } from '../plan/identity-request';
import { MEMBERS } from '../plan/members-request';
import { VOLUMES } from '../plan/volume-source';
import type { Clock } from '../ports/clock';
import type { Cluster } from '../ports/cluster';
import type { ExternalSystem } from '../ports/external-system';

/** The external systems of tenancy. Nothing is asked of any before a plan does. */
export function tenancySystems(options: {
  readonly cluster: Cluster;
  readonly clock: Clock;
  /** Where the Secrets with credentials are. */
  readonly systemNamespace: string;
}): Readonly<Record<string, ExternalSystem>> {
  const { cluster, clock, systemNamespace } = options;
  return {
    [IDENTITY]: new IdentitySystem({
      cluster,
      namespace: systemNamespace,
      connect: ({ url, realm, client }, credentials) =>
        new Keycloak({ url, realm, ...credentials, rolesClientId: client }, clock),
    }),
    [MEMBERS]: new Members({ cluster }),
    [VOLUMES]: new Volumes({ cluster }),
  };
}
