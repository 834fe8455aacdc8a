/** The example with OPA, as its files say it. */
import { join } from 'node:path';
import type { AccessPolicyObject } from '../../../constructs/access-policy';
import { readManifests } from '../../../src/adapters/files/manifest-files';
import type { Manifest } from '../../../src/api/object';

/** Where its pods find the policy. */
export const POLICY_FOLDER = '/policy';

export interface OpaExample {
  /** Files of the policy, by name. */
  readonly policy: Readonly<Record<string, string>>;
  /** What OPA is started with. */
  readonly args: readonly string[];
  /** Version of its image. */
  readonly image: string;
  readonly accessPolicy: AccessPolicyObject;
  /** All its objects. */
  readonly objects: readonly Manifest[];
}

/** Reads `examples/opa`. Throws where it lacks what it is about. */
export function opaExample(): OpaExample {
  const objects = readManifests(join(__dirname, '../../../examples/opa'));
  const { data } = only(objects, 'ConfigMap') as unknown as { readonly data: OpaExample['policy'] };
  const { spec } = only(objects, 'Deployment') as unknown as {
    readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
  };
  const [container] = spec.template.spec.containers;
  if (container === undefined) throw new Error('the Deployment has no container');
  return {
    policy: data,
    args: container.args,
    image: container.image,
    accessPolicy: only(objects, 'ClusterAccessPolicy') as AccessPolicyObject,
    objects,
  };
}

interface Container {
  readonly args: readonly string[];
  readonly image: string;
}

function only(objects: readonly Manifest[], kind: string): Manifest {
  const found = objects.filter((object) => object.kind === kind);
  const [object] = found;
  if (object === undefined || found.length > 1) throw new Error(`examples/opa has ${found.length} of kind ${kind}`);
  return object;
}
