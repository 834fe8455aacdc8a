/** Objects of kode-operator's API, as small as they can be. */
import type { Manifest } from '../../../src/api/object';
import { kodeFrontEnd } from '../../../src/dialects/kode';
import type { KodeObject, KodeSpec } from '../../../src/dialects/kode/kode';
import type { KodeTemplateObject, KodeTemplateSpec } from '../../../src/dialects/kode/kode-template';
import type { Translation } from '../../../src/model/front-end';
import { objectLookup } from '../object-lookup';

const API_VERSION = 'kode.jacero.io/v1alpha1';

export function kode(spec: Partial<KodeSpec> = {}, metadata: Partial<Manifest['metadata']> = {}): KodeObject {
  return {
    apiVersion: API_VERSION,
    kind: 'Kode',
    metadata: { name: 'thesis', namespace: 'team-a', uid: 'uid-thesis', ...metadata },
    spec: { templateRef: { kind: 'KodeTemplate', name: 'small' }, ...spec },
  };
}

export function template(
  spec: Partial<KodeTemplateSpec> = {},
  metadata: Partial<Manifest['metadata']> = {},
): KodeTemplateObject {
  return {
    apiVersion: API_VERSION,
    kind: 'KodeTemplate',
    metadata: { name: 'small', namespace: 'team-a', ...metadata },
    spec: { type: 'code-server', image: 'registry.example.org/code-server:4', ...spec },
  };
}

export function clusterTemplate(spec: Partial<KodeTemplateSpec> = {}): KodeTemplateObject {
  const { metadata, ...rest } = template(spec);
  return { ...rest, kind: 'KodeClusterTemplate', metadata: { name: metadata.name } };
}

export function envoyConfig(
  name: string,
  namespace: string | undefined,
  annotations: Readonly<Record<string, string>> = {},
): Manifest {
  return {
    apiVersion: API_VERSION,
    kind: namespace === undefined ? 'EnvoyProxyClusterConfig' : 'EnvoyProxyConfig',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), annotations },
    spec: { authType: 'basic' },
  };
}

export function claim(name: string, metadata: Partial<Manifest['metadata']> = {}): Manifest {
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'team-a', ...metadata } };
}

export function secret(name: string, keys: readonly string[]): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'team-a' },
    data: Object.fromEntries(keys.map((key) => [key, 'eA=='])),
  };
}

/** What becomes of a Kode among other objects. */
export function translated(object: KodeObject, others: readonly Manifest[] = [template()]): Translation {
  return kodeFrontEnd.translate(object, objectLookup([object, ...others]));
}

/** The same, where it has to be a model. */
export function modelled(object: KodeObject, others?: readonly Manifest[]): Extract<Translation, { outcome: 'model' }> {
  const translation = translated(object, others);
  if (translation.outcome !== 'model') throw new Error(`${translation.reason}: ${translation.message}`);
  return translation;
}

/** The one workload of a Kode. */
export function workloadOf(object: KodeObject, others?: readonly Manifest[]) {
  const [workload] = modelled(object, others).model.workloads;
  if (workload === undefined) throw new Error('no workload');
  return workload;
}
