/**
 * A digest of all that an EnvironmentAccess says about the sidecar's configuration: not of who gets in, which the gate decides by
 * each request.
 *
 * The sidecar repeats it with each question, so that every replica of the gate sees by itself whether a sidecar runs by
 * what holds now. One that doesn't, because it refused what it was given or hasn't had it yet, is answered no: an authoriser
 * that was added by a raw filter is never left out. It is made of what was asked for and not of what was rendered, so that
 * replicas of two versions agree.
 */
import { digest } from '../../api/json';
import type { EnvironmentAccess } from '../environment-access';

/** The digest: 16 hexadecimal digits. */
export function sidecarConfiguration({ spec }: Pick<EnvironmentAccess, 'spec'>): string {
  const { address, listenPort, app, envoy } = spec;
  const raw =
    envoy === undefined || (envoy.httpFilters.length === 0 && envoy.clusters.length === 0) ? undefined : envoy;
  return digest({ address, listenPort, app: { port: app.port, basePath: app.basePath }, envoy: raw });
}
