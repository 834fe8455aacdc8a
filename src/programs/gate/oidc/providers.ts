/** Providers as objects name them: with the client secret in a Secret. */
import type { EnvironmentAccessSpec } from '../../../access/environment-access';
import type { GateSpec, ProviderSpec } from '../../../access/gate';
import type { Logger } from '../../../ports/logger';
import { errorKeys } from '../../error-keys';
import type { ClientSecrets, SecretKeyReference } from './client-secrets';
import type { ProviderDirectory } from './provider-directory';
import { CLIENT_REFUSED, type FlowSecrets, type Redemption, type RelyingParty } from './relying-party';

/** How the gate, or an environment, is known at a provider. */
export interface ClientSettings {
  readonly issuerUrl: string;
  readonly clientId: string;
  readonly clientSecret?: SecretKeyReference;
}

/** A provider's answer, as a browser brought it back. */
export interface Answered {
  /** The redirect URI with the query that the browser brought. */
  readonly callbackUrl: URL;
  readonly flow: FlowSecrets;
  /** Claims that matter. */
  readonly wanted: readonly string[];
}

/** The `provider` of identities that an environment's own client vouches for; no provider of a Gate can be called so. */
export const OWN_CLIENT = 'OwnClient';

/** The environment's own client, or undefined where it uses the Gate's providers. */
export function ownClientOf(spec: EnvironmentAccessSpec) {
  return spec.authenticate.oidc?.client;
}

/** The Gate's providers that an environment offers; without an environment all. */
export function offeredProviders(gate: GateSpec, spec?: EnvironmentAccessSpec): readonly ProviderSpec[] {
  const named = spec?.authenticate.oidc?.providers ?? [];
  return gate.providers.filter(({ name }) => named.length === 0 || named.includes(name));
}

/** Whose word counts at an environment: issuers by the provider's name. */
export function issuersOf(gate: GateSpec, spec?: EnvironmentAccessSpec): ReadonlyMap<string, string> {
  const own = spec === undefined ? undefined : ownClientOf(spec);
  if (own !== undefined) return new Map([[OWN_CLIENT, own.issuerUrl]]);
  return new Map(offeredProviders(gate, spec).map(({ name, issuerUrl }) => [name, issuerUrl]));
}

/** The settings of one of the Gate's providers. */
export function settingsOf(gate: GateSpec, { issuerUrl, clientId, clientSecret }: ProviderSpec): ClientSettings {
  const { namespace } = gate.service;
  return {
    issuerUrl,
    clientId,
    ...(clientSecret === undefined ? {} : { clientSecret: { namespace, ...clientSecret } }),
  };
}

/** Finds providers by their settings. */
export class Providers {
  readonly #directory: ProviderDirectory;
  readonly #secrets: ClientSecrets;
  readonly #log: Logger;

  constructor(directory: ProviderDirectory, secrets: ClientSecrets, log: Logger) {
    this.#directory = directory;
    this.#secrets = secrets;
    this.#log = log;
  }

  /** The provider; undefined where it doesn't answer, or its client secret can't be had. Never throws. */
  async find({ issuerUrl, clientId, clientSecret }: ClientSettings): Promise<RelyingParty | undefined> {
    if (clientSecret === undefined) return this.#directory.find({ issuerUrl, clientId });
    try {
      const secret = await this.#secrets.find(clientSecret);
      if (secret !== undefined) return await this.#directory.find({ issuerUrl, clientId, clientSecret: secret });
      this.#log.warn('client secret missing', { ...clientSecret });
    } catch (error) {
      this.#log.warn('client secret not read', { ...clientSecret, ...errorKeys(error) });
    }
    return undefined;
  }

  /**
   * What a provider says of who came back to it. A client secret that it doesn't accept may have been changed since it was read: it
   * is read again, and another one is tried at once. Never throws.
   */
  async redeem(settings: ClientSettings, { callbackUrl, flow, wanted }: Answered): Promise<Redemption> {
    const party = await this.find(settings);
    if (party === undefined) return { outcome: 'Unavailable', reason: 'unreachable' };
    const redemption = await party.redeem(callbackUrl, flow, wanted);
    const { clientSecret } = settings;
    const isClientRefused = redemption.outcome === 'Refused' && CLIENT_REFUSED.has(redemption.reason);
    if (!isClientRefused || clientSecret === undefined) return redemption;
    this.#secrets.doubt(clientSecret);
    const again = await this.find(settings);
    return again === undefined || again === party ? redemption : again.redeem(callbackUrl, flow, wanted);
  }
}
