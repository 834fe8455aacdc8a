/** CustomResourceDefinitions on the API server of a suite. */

import { CUSTOM_RESOURCE_DEFINITION } from '../../constructs/parts/resource-types';
import type { KubernetesCluster } from '../../src/adapters/kubernetes/client';
import type { Manifest } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { eventually } from './eventually';

/** Applies them, and waits until all are served. */
export async function installCrds(cluster: KubernetesCluster, crds: readonly Manifest[]): Promise<void> {
  for (const crd of crds) await cluster.apply(CUSTOM_RESOURCE_DEFINITION, crd, { fieldManager: 'test', force: true });
  for (const crd of crds) {
    await eventually(`CRD ${crd.metadata.name} is served`, async () => {
      const live = await cluster.get(CUSTOM_RESOURCE_DEFINITION, { name: crd.metadata.name });
      const conditions =
        (live?.status as { conditions?: { type: string; status: string }[] } | undefined)?.conditions ?? [];
      return conditions.some(({ type, status }) => type === 'Established' && status === 'True');
    });
  }
}

/** The type that a CRD defines, at its first version. */
export function typeOfCrd(crd: Manifest): ResourceType {
  const spec = crd['spec'] as {
    group: string;
    scope: string;
    names: { kind: string; plural: string };
    versions: { name: string }[];
  };
  return {
    group: spec.group,
    version: spec.versions[0]?.name ?? '',
    kind: spec.names.kind,
    plural: spec.names.plural,
    namespaced: spec.scope === 'Namespaced',
  };
}
