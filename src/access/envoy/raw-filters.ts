/** Raw filters as they stand in the chain: between the question to the gate and the router. */
import { isJsonObject, type JsonObject } from '../../api/json';
import type { RawEnvoy } from '../access-rules';
import { member } from './raw-reading';
import { ROUTER_TYPE, TYPE_PREFIX } from './typed-config';

/** The filters, in order. A plain router is left out: files written for a whole chain end with one, and the sidecar has its own. */
export function rawFilters(raw: RawEnvoy | undefined): readonly JsonObject[] {
  return (raw?.httpFilters ?? []).filter((filter) => !isRouter(filter));
}

/** Whether a filter is Envoy's router, whatever it is called. */
export function isRouter(filter: JsonObject): boolean {
  const config = member(filter, 'typed_config');
  return isJsonObject(config) && config['@type'] === `${TYPE_PREFIX}${ROUTER_TYPE}`;
}

/** Whether a router is told nothing. */
export function isPlainRouter(filter: JsonObject): boolean {
  const config = member(filter, 'typed_config');
  return isRouter(filter) && isJsonObject(config) && Object.keys(config).length === 1;
}
