/**
 * Who gets into an environment that is held. What runs is left as it is; who may use it is not: a policy that becomes stricter, or
 * somebody whom the owner shares with no longer, mustn't wait until the environment can be described or has room again.
 */
import {
  ENVIRONMENT_ACCESS,
  type EnvironmentAccess,
  type EnvironmentAccessSpec,
} from '../../src/access/environment-access';
import { canonicalJson } from '../../src/api/json';
import type { KubeObject, Manifest } from '../../src/api/object';
import { OWNER_UID_LABEL } from '../../src/api/well-known';
import type { AccessRules } from '../../src/model/environment-model';
import type { Lookup } from '../../src/plan/lookup';
import { applyDefaults } from '../../src/schema/defaults';

/** The EnvironmentAccess of an object with these rules; none where it isn't there, is another's, or says the same already. */
export function heldAccess(
  { metadata: { uid, namespace = '' } }: KubeObject,
  { name, rules }: { readonly name: string; readonly rules: AccessRules },
  lookup: Lookup,
): readonly Manifest[] {
  const found = lookup.get<EnvironmentAccess>(ENVIRONMENT_ACCESS.type, { namespace, name });
  if (!found.found) return [];
  const { apiVersion, kind, metadata, spec } = found.object;
  const { labels, annotations } = metadata;
  if (uid === undefined || labels?.[OWNER_UID_LABEL] !== uid) return [];
  const { displayName, address, listenPort, app } = spec;
  const wanted: EnvironmentAccessSpec = {
    ...(displayName === undefined ? {} : { displayName }),
    address,
    listenPort,
    app,
    ...rules,
  };
  const manifest = {
    apiVersion,
    kind,
    metadata: { name, namespace, labels, ...(annotations === undefined ? {} : { annotations }) },
    spec: wanted,
  };
  const { spec: stored } = applyDefaults(ENVIRONMENT_ACCESS, manifest);
  return canonicalJson(stored) === canonicalJson(spec) ? [] : [manifest];
}
