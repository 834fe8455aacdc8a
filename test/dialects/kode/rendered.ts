/** What the controller makes of objects of kode-operator's API, as files give them. */
import { kinds } from '../../../constructs/kinds';
import type { EnvironmentAccess } from '../../../src/access/environment-access';
import { type Manifest, valueAt } from '../../../src/api/object';
import { kodeCorrections } from '../../../src/dialects/kode';
import { expand } from '../../../src/synth';

/** A Gate of a cluster whose network keeps pods from the app's own port. */
export const ENFORCING_GATE: Manifest = {
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Gate',
  metadata: { name: 'default' },
  spec: { url: 'https://gate.example.org', networkPolicies: 'Enforced' },
};

/** Objects of files as `adra apply -n NAMESPACE` would send them. */
export function placed(objects: readonly Manifest[], namespace: string): readonly Manifest[] {
  return objects.map((object) => {
    const { manifest } = kodeCorrections(object, objects);
    const isInCluster = /^(Gate$|KodeCluster|EnvoyProxyCluster)/.test(manifest.kind);
    return isInCluster ? manifest : { ...manifest, metadata: { ...manifest.metadata, namespace } };
  });
}

/** The objects that are made of them. Throws what is wrong with any. */
export function rendered(objects: readonly Manifest[]): readonly Manifest[] {
  const { manifests, problems } = expand(objects, kinds);
  if (problems.length > 0) throw new Error(problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
  return manifests;
}

/** The one object of a kind. */
export function onlyOf(objects: readonly Manifest[], kind: string): Manifest {
  const [object, ...others] = objects.filter((one) => one.kind === kind);
  if (object === undefined || others.length > 0) throw new Error(`${others.length + 1} objects of kind ${kind}`);
  return object;
}

/** A text in an object. */
export function textAt(object: Manifest, path: readonly (string | number)[]): string {
  const value = valueAt(object, path);
  if (typeof value !== 'string') throw new Error(`${object.kind} ${object.metadata.name} has no ${path.join('.')}`);
  return value;
}

/** What the gate is told of the one Kode among the objects. */
export function renderedAccess(objects: readonly Manifest[]): EnvironmentAccess {
  return onlyOf(rendered(objects), 'EnvironmentAccess') as EnvironmentAccess;
}
