/**
 * Writes into the status of each admission policy what its expressions get wrong of the kinds that they are about.
 *
 * kube-controller-manager does this on other clusters; here only the server knows both the schemas and the language.
 */
import type { JsonObject } from '../api/json';
import type { KubeObject } from '../api/object';
import type { Logger } from '../ports/logger';
import { type KindSource, typeCheckWarnings } from './cel';
import { draftOf, ensureObject } from './draft';
import { keyPrefix } from './registry/keys';
import { objectOf } from './registry/object-text';
import { ResourceStore, type ResourceStoreDependencies } from './registry/resource-store';
import type { WriteContext } from './registry/write-context';
import type { ResourceCatalogue } from './resources/catalogue';
import { isStatusError } from './status-error';

const WRITER: WriteContext = {
  user: { username: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] },
  dryRun: false,
  fieldManager: 'kube-controller-manager',
  version: 'v1',
  subresource: 'status',
  options: {},
  warn: () => undefined,
  authorizeCreate: () => undefined,
};

/** Follows the policies until it is stopped. */
export function startPolicyTypeChecking({
  catalogue,
  store,
  log,
}: {
  readonly catalogue: ResourceCatalogue;
  readonly store: ResourceStoreDependencies;
  readonly log: Logger;
}): () => void {
  const policies = catalogue.find('admissionregistration.k8s.io', 'validatingadmissionpolicies');
  if (policies === undefined) return () => undefined;
  const source = kindSource(catalogue);
  const check = (policy: KubeObject): void => {
    const { generation, name } = policy.metadata;
    const { observedGeneration } = (policy.status ?? {}) as { readonly observedGeneration?: number };
    if (policy.metadata.deletionTimestamp !== undefined || observedGeneration === generation) return;
    void writeStatus(new ResourceStore(policies, store), policy, source).catch((error: unknown) => {
      if (!isStatusError(error, 'Conflict') && !isStatusError(error, 'NotFound'))
        log.warn('policy not checked', { name, error });
    });
  };
  const prefix = keyPrefix(policies);
  const { records, revision } = store.storage.list({ prefix });
  for (const record of records) check(objectOf(record));
  return store.storage.subscribe(prefix, revision, (events) => {
    for (const { after } of events) if (after !== undefined) check(objectOf(after));
  });
}

async function writeStatus(store: ResourceStore, policy: KubeObject, source: KindSource): Promise<void> {
  const { name, generation = 0, resourceVersion } = policy.metadata;
  const warnings = typeCheckWarnings(policy as unknown as JsonObject, source);
  const typeChecking = warnings.length === 0 ? {} : { expressionWarnings: warnings.map((warning) => ({ ...warning })) };
  await store.update(
    { namespace: '', name },
    (live) => {
      const next = draftOf(live as unknown as JsonObject);
      ensureObject(next, 'metadata')['resourceVersion'] = resourceVersion;
      next['status'] = { ...ensureObject(next, 'status'), observedGeneration: generation, typeChecking };
      return next;
    },
    WRITER,
  );
}

function kindSource(catalogue: ResourceCatalogue): KindSource {
  return {
    findKinds: (group, version, resource) =>
      catalogue.resources
        .filter(
          (served) =>
            (group === '' || served.group === group) && served.resource === resource && served.versions.has(version),
        )
        .map((served) => ({ group: served.group, version, kind: served.kind })),
    findSchema: ({ group, version, kind }) =>
      catalogue.resources.find((served) => served.group === group && served.kind === kind)?.versions.get(version)
        ?.schema,
  };
}
