/** The bootstrap of a sidecar with what the gate would serve written into it, so that Envoy judges all of it without a gate. */
import type { EnvironmentAccess } from '../../../src/access/environment-access';
import { sidecarBootstrap } from '../../../src/access/envoy/sidecar-bootstrap';
import { sidecarClusters } from '../../../src/access/envoy/sidecar-clusters';
import { sidecarListener } from '../../../src/access/envoy/sidecar-listener';
import type { JsonObject } from '../../../src/api/json';

export const GATE_SERVICE = {
  name: 'adrasteia-gate',
  namespace: 'adrasteia-system',
  authorizationPort: 9001,
  discoveryPort: 9002,
} as const;

/** JSON of a configuration that asks nobody for more. */
export function staticConfiguration(access: EnvironmentAccess): string {
  const { metadata, spec } = access;
  const { dynamic_resources: _, ...bootstrap } = JSON.parse(
    sidecarBootstrap({
      name: metadata.name,
      namespace: metadata.namespace ?? '',
      listenPort: spec.listenPort,
      service: GATE_SERVICE,
    }),
  ) as {
    readonly dynamic_resources: unknown;
    readonly static_resources: Readonly<Record<string, readonly JsonObject[]>>;
  };
  const { listeners = [], clusters = [] } = bootstrap.static_resources;
  return JSON.stringify({
    ...bootstrap,
    static_resources: {
      listeners: [...listeners, sidecarListener(access, 'r1')],
      clusters: [...clusters, ...sidecarClusters(access)],
    },
  });
}
