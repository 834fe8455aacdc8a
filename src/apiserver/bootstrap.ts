/**
 * What a fresh control plane holds before anybody asks: system namespaces, roles, priority classes, the service
 * `kubernetes`. Missing objects are made at every start; those that are there are left as they are.
 */
import type { KubeObject } from '../api/object';
import { draftOf, ensureObject, objectsIn } from './draft';
import { ResourceStore, type ResourceStoreDependencies } from './registry/resource-store';
import type { WriteContext } from './registry/write-context';
import type { ResourceCatalogue } from './resources/catalogue';
import { isStatusError } from './status-error';

const SYSTEM: Omit<WriteContext, 'version'> = {
  user: { username: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] },
  dryRun: false,
  fieldManager: 'kube-apiserver',
  subresource: '',
  options: {},
  warn: () => undefined,
  authorizeCreate: () => undefined,
};

/** Kinds whose defaults a part of the server writes under its own name. */
const FIELD_MANAGERS: Readonly<Record<string, string>> = {
  FlowSchema: 'api-priority-and-fairness-config-producer-v1',
  PriorityLevelConfiguration: 'api-priority-and-fairness-config-producer-v1',
};

/** Makes the objects that are missing, in the order given. */
export async function createBootstrapObjects(
  objects: readonly KubeObject[],
  { catalogue, store }: { readonly catalogue: ResourceCatalogue; readonly store: ResourceStoreDependencies },
): Promise<void> {
  const { reader } = store;
  for (const object of [...objects.map(asMade), legacyTokenTracking(store.now())]) {
    const slash = object.apiVersion.indexOf('/');
    const group = slash < 0 ? '' : object.apiVersion.slice(0, slash);
    const resource = catalogue.resources.find(
      (candidate) => candidate.group === group && candidate.kind === object.kind,
    );
    if (resource === undefined) continue;
    if (
      reader.find({ group, resource: resource.resource }, object.metadata.namespace ?? '', object.metadata.name) !==
      undefined
    )
      continue;
    const version = object.apiVersion.slice(slash + 1);
    const fieldManager = FIELD_MANAGERS[object.kind] ?? SYSTEM.fieldManager;
    const context: WriteContext = { ...SYSTEM, version, fieldManager };
    const { object: draft } = resource.versions.get(version)?.codec.decode(object as never) ?? {
      object: draftOf(object as never),
    };
    try {
      await new ResourceStore(resource, store).create(object.metadata.namespace ?? '', draft, context);
    } catch (error) {
      if (!isStatusError(error, 'AlreadyExists')) throw error;
    }
  }
}

/** Has the service `kubernetes` lead to the port on which the server listens. */
export async function settleServicePort(
  { catalogue, store }: { readonly catalogue: ResourceCatalogue; readonly store: ResourceStoreDependencies },
  port: number,
): Promise<void> {
  const services = catalogue.find('', 'services');
  if (services === undefined) return;
  const { reader } = store;
  const service = reader.find({ group: '', resource: 'services' }, 'default', 'kubernetes');
  const [own] =
    (service?.spec as { readonly ports?: readonly { readonly targetPort?: unknown }[] } | undefined)?.ports ?? [];
  if (own === undefined || own.targetPort === port) return;
  await new ResourceStore(services, store).modify(
    'default',
    'kubernetes',
    (draft) => {
      for (const entry of objectsIn(ensureObject(draft, 'spec'), 'ports')) entry['targetPort'] = port;
    },
    { ...SYSTEM, version: 'v1' },
  );
}

/** What the server fills in isn't sent, so that it belongs to nobody. */
function asMade(object: KubeObject): KubeObject {
  switch (object.kind) {
    case 'Namespace': {
      const { spec: _spec, status: _status, ...rest } = object;
      return rest;
    }
    case 'Service': {
      const {
        clusterIPs: _addresses,
        ipFamilies: _families,
        ...spec
      } = object.spec as Readonly<Record<string, unknown>>;
      return { ...object, spec };
    }
    default:
      return object;
  }
}

/** Since when the use of old service account tokens is noted. */
function legacyTokenTracking(now: Date): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-apiserver-legacy-service-account-token-tracking', namespace: 'kube-system' },
    data: { since: now.toISOString().slice(0, 10) },
  };
}
