/** Who asks about a request, and what is asked. */

import type { EnvironmentAccess } from '../../../access/environment-access';
import { sidecarConfiguration } from '../../../access/envoy/sidecar-configuration';
import type { Answer, GateRequest } from '../request';

/** A proxy in front of an environment. */
export interface Asker {
  /** `namespace/name`. */
  readonly environment: string;
  /** What a sidecar says of the configuration that it runs by; undefined for other proxies. */
  readonly configuration?: string;
}

/** Answers requests to environments; never throws. */
export interface Checks {
  check(asker: Asker, request: GateRequest): Promise<Answer>;
}

/** Digests of what is asked about again and again. */
const configurations = new WeakMap<EnvironmentAccess, string>();

/**
 * Whether a proxy does all that the access asks of it: a sidecar, where it runs by the present configuration; any other,
 * where there are no raw filters, among which may be an authoriser.
 */
export function isUpToDate({ configuration }: Asker, access: EnvironmentAccess): boolean {
  if (configuration === undefined) return (access.spec.envoy?.httpFilters ?? []).length === 0;
  const known = configurations.get(access) ?? sidecarConfiguration(access);
  configurations.set(access, known);
  return configuration === known;
}
