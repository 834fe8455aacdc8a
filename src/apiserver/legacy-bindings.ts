/** The resource `bindings`: a pod is bound to a node by a POST that names the pod in its body, as old schedulers do it. */
import type { KubeObject } from '../api/object';
import { draftOf, ensureObject, findString } from './draft';
import { admissionAttributes } from './registry/admission-attributes';
import { ResourceStore, type ResourceStoreDependencies } from './registry/resource-store';
import type { WriteContext } from './registry/write-context';
import type { ResourceCatalogue, VirtualResource } from './resources/catalogue';
import { BOUND, bindPod } from './subresource-actions';

export interface LegacyBindingsDependencies {
  readonly catalogue: ResourceCatalogue;
  readonly store: ResourceStoreDependencies;
  readonly now: () => Date;
}

/** Does what a POST to the pod's own `binding` does. */
export function legacyBindings({ catalogue, store, now }: LegacyBindingsDependencies): VirtualResource {
  return {
    group: '',
    version: 'v1',
    resource: 'bindings',
    kind: 'Binding',
    namespaced: true,
    create: async (body, { user, namespace, manager, dryRun, warn }) => {
      const pods = catalogue.find('', 'pods');
      if (pods === undefined) throw new Error('the published facts name no pods');
      const draft = draftOf(body);
      const name = findString(ensureObject(draft, 'metadata'), 'name') ?? '';
      const context: WriteContext = {
        user,
        dryRun,
        fieldManager: manager,
        version: 'v1',
        subresource: '',
        options: {},
        warn,
        authorizeCreate: () => undefined,
      };
      const attributes = admissionAttributes(
        { ...pods, resource: 'bindings', kind: 'Binding' },
        { operation: 'CREATE', namespace, name, oldObject: undefined },
        context,
      );
      await store.admission.admit(draft, attributes);
      await bindPod(
        draft,
        { namespace, name },
        {
          store: new ResourceStore(pods, store),
          now: now(),
          context: { ...context, subresource: 'binding' },
          validate: async () => {
            await store.admission.validate(draft as unknown as KubeObject, attributes);
          },
        },
      );
      return BOUND;
    },
  };
}
